"""Tries are counted by account and address together, by address, and by account."""

import time

import pytest

from bot.staff.throttle import Throttle, TooManyTries

DANA = "dana@clinic.example"


def tries(throttle: Throttle, *pairs: tuple[str, str]) -> int:
    """Return how many tries got through before the first that did not."""
    for done, (account, address) in enumerate(pairs):
        try:
            throttle.count(account, address)
        except TooManyTries as error:
            assert error.seconds > 0
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
    throttle.note_success(DANA, "192.0.2.1")
    assert tries(throttle, *[(DANA, "192.0.2.1")] * 9) == 5


def test_one_address_alone_never_reaches_the_limit_of_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    throttle, clock, done = Throttle(), [time.time()], 0
    monkeypatch.setattr(time, "time", lambda: clock[0])
    for _ in range(200):  # as fast as its five tries in five minutes let it, for twenty hours
        done += tries(throttle, *[(DANA, "192.0.2.1")] * 9)
        clock[0] += 6 * 60
    assert done == 20
    with pytest.raises(TooManyTries, match="^Too many tries. Please wait 4 hours and try again.$"):
        throttle.count(DANA, "192.0.2.1")
    throttle.count(DANA, "192.0.2.2")


def test_one_address_has_sixty_tries_at_all_accounts_and_at_none() -> None:
    throttle = Throttle()
    assert tries(throttle, *[(f"{number}@clinic.example", "192.0.2.1") for number in range(99)]) == 60
    with pytest.raises(TooManyTries, match=r"Please wait \d+ seconds"):
        throttle.count_address("192.0.2.1")
    throttle.count_address("192.0.2.2")


def test_an_account_has_a_hundred_tries_from_all_addresses_where_nobody_signed_in_before() -> None:
    throttle = Throttle()
    throttle.note_success(DANA, "192.0.2.200")
    assert tries(throttle, *[(DANA, f"192.0.2.{number}") for number in range(199)]) == 100
    with pytest.raises(TooManyTries, match="Please wait 24 hours"):
        throttle.count(f" {DANA.upper()}", "198.51.100.1")
    throttle.count(DANA, "192.0.2.200")  # her own desk
    throttle.note_success(DANA, "192.0.2.200")
    throttle.count(DANA, "198.51.100.1")  # a hundred in a row, and her sign-in ends the row
