"""How often a sign-in may be tried: by account, by network address, and by both together; in this process's memory."""

import math
import time

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter


class TooManyTries(ValueError):
    """Too many sign-ins were tried; `seconds` says how long to wait."""

    def __init__(self, seconds: int) -> None:
        """Say how long to wait."""
        super().__init__(f"Too many tries. Please wait {seconds} seconds and try again.")
        self.seconds = seconds


class Throttle:
    """The sign-ins tried of late.

    One address has few tries at one account. All addresses together have more of them: a stranger who only knows a
    nurse's email must not lock the nurse out with a handful of wrong passwords.
    """

    def __init__(self) -> None:
        """Start with none."""
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._both = RateLimitItemPerMinute(5, 5, namespace="account and address")
        self._address = RateLimitItemPerMinute(30, 5, namespace="address")
        self._account = RateLimitItemPerHour(50, namespace="account")

    def count(self, account: str, address: str) -> None:
        """Count a try; raises TooManyTries above a limit."""
        account = account.strip().lower()[:254]
        self._hit(self._both, account, address)
        self._hit(self._address, address)
        self._hit(self._account, account)

    def clear(self, account: str, address: str) -> None:
        """Forget the tries of an address at an account, after one that succeeded."""
        self._window.clear(self._both, account.strip().lower()[:254], address)

    def _hit(self, limit: RateLimitItem, *keys: str) -> None:
        if not self._window.hit(limit, *keys):
            raise TooManyTries(max(1, math.ceil(self._window.get_window_stats(limit, *keys).reset_time - time.time())))
