"""How often a sign-in may be tried: by account, by network address, and by both together; in this process's memory.

The figures follow NIST SP 800-63B, 5.2.2: at most 100 failures in a row at an account; to keep an attacker from locking its
person out, addresses from which that person has signed in before stay open; and who signs in has no failures any more.
"""

import math
import time

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter


class TooManyTries(ValueError):
    """Too many sign-ins were tried; `seconds` says how long to wait."""

    def __init__(self, seconds: int) -> None:
        """Say how long to wait."""
        super().__init__(f"Too many tries. Please wait {_in_words(seconds)} and try again.")
        self.seconds = seconds


def _in_words(seconds: int) -> str:
    if seconds <= 300:
        return f"{seconds} seconds"
    return f"{math.ceil(seconds / 60)} minutes" if seconds <= 7200 else f"{math.ceil(seconds / 3600)} hours"


class Throttle:
    """The sign-ins tried of late.

    One address has few tries at one account, so few that it takes several addresses to reach the limit of the account: a
    stranger who only knows a nurse's email must not lock the nurse out.
    """

    def __init__(self) -> None:
        """Start with none."""
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._both = RateLimitItemPerMinute(5, 5, namespace="account and address")
        self._both_a_day = RateLimitItemPerDay(20, namespace="account and address, a day")
        self._address = RateLimitItemPerMinute(60, 5, namespace="address")  # a whole clinic may share one
        self._account = RateLimitItemPerDay(100, namespace="account")
        self._known: set[tuple[str, str]] = set()  # accounts, and addresses from which they have signed in

    def count(self, account: str, address: str) -> None:
        """Count a try; raises TooManyTries above a limit."""
        account = _written(account)
        self._hit(self._both, account, address)
        self._hit(self._both_a_day, account, address)
        self.count_address(address)
        if (account, address) not in self._known:
            self._hit(self._account, account)

    def count_address(self, address: str) -> None:
        """Count a try that names no account yet; raises TooManyTries above the limit of its address."""
        self._hit(self._address, address)

    def note_success(self, account: str, address: str) -> None:
        """Forget the failures at an account after a sign-in, and know the address as one of its person."""
        account = _written(account)
        self._known.add((account, address))
        self._window.clear(self._account, account)
        for limit in (self._both, self._both_a_day):
            self._window.clear(limit, account, address)

    def _hit(self, limit: RateLimitItem, *keys: str) -> None:
        if not self._window.hit(limit, *keys):
            raise TooManyTries(max(1, math.ceil(self._window.get_window_stats(limit, *keys).reset_time - time.time())))


def _written(account: str) -> str:
    """Return an email as the database has it, and no longer than it can be there."""
    return account.strip().lower()[:254]
