"""Tries are counted by account and address together, by address, and by account."""

import pytest

from bot.staff.throttle import Throttle, TooManyTries

DANA = "dana@clinic.example"


def tries(throttle: Throttle, *pairs: tuple[str, str]) -> int:
    """Return how many tries got through before the first that did not."""
    for done, (account, address) in enumerate(pairs):
        try:
            throttle.count(account, address)
        except TooManyTries as error:
            assert error.seconds > 0 and str(error.seconds) in str(error)
            return done
    return len(pairs)


def test_one_address_has_five_tries_at_an_account_however_it_is_written() -> None:
    throttle = Throttle()
    assert tries(throttle, *[(DANA, "192.0.2.1"), (f" {DANA.upper()} ", "192.0.2.1")] * 4) == 5
    throttle.count(DANA, "192.0.2.2")  # the nurse at another place is not locked out
    throttle.count("other@clinic.example", "192.0.2.1")


def test_a_sign_in_that_succeeds_takes_its_tries_back() -> None:
    throttle = Throttle()
    assert tries(throttle, *[(DANA, "192.0.2.1")] * 5) == 5
    throttle.clear(DANA, "192.0.2.1")
    assert tries(throttle, *[(DANA, "192.0.2.1")] * 9) == 5


def test_one_address_has_thirty_tries_at_all_accounts() -> None:
    assert tries(Throttle(), *[(f"{number}@clinic.example", "192.0.2.1") for number in range(99)]) == 30


def test_an_account_has_fifty_tries_from_all_addresses() -> None:
    throttle = Throttle()
    assert tries(throttle, *[(DANA, f"192.0.2.{number}") for number in range(99)]) == 50
    with pytest.raises(TooManyTries):
        throttle.count(DANA, "198.51.100.1")
