"""What a new password must be: long, and not among the first that somebody would try."""

import pytest

from bot.staff.passwords import fault
from tests.staff.conftest import PASSWORD

DANA = ("dana.reyes@clinic.example", "Dana Reyes", "nurse")


@pytest.mark.parametrize("password", [
    "Password1234!", "P@ssw0rd2024", "letmeinplease", "iloveyouforever", "qwertyuiop123", "1q2w3e4r5t6y", "football12345",
])  # fmt: skip
def test_a_common_password_will_not_do(password: str) -> None:
    assert "easy to guess" in (fault(password, *DANA) or "")


@pytest.mark.parametrize("password", [
    "abcdefghijklmn", "123456789012", "aaaaaaaaaaaaaaaa", "abcabcabcabcabc", "passwordpasswordpassword", "987654321098765",
])  # fmt: skip
def test_a_sequence_or_a_repetition_will_not_do(password: str) -> None:
    assert "easy to guess" in (fault(password, *DANA) or "")


@pytest.mark.parametrize("password", [
    "dana.reyes@clinic.example", "DanaReyesNurse", "dana reyes 2026", "tandem tandem", "Tandem-Care-Desk-1", "nurseNURSEnurse",
    "Riverside Clinic 1",
])  # fmt: skip
def test_a_name_that_anybody_would_try_will_not_do(password: str) -> None:
    assert "easy to guess" in (fault(password, *DANA, "Riverside Clinic") or "")


@pytest.mark.parametrize("password", [
    PASSWORD, "correct horse battery staple", "kitchen orbit velvet", "dana kitchen orbit velvet", "xK9$vq2#Lm7!",
    "ñandú über 東京 кот", "pelican garden moss " * 9,
])  # fmt: skip
def test_what_nobody_would_try_will_do(password: str) -> None:
    assert fault(password, *DANA) is None


def test_the_longest_password_is_looked_at_too() -> None:
    assert fault("4@8({[<369&#!1/|0$5+7%2/" * 8, *DANA) is None  # what its guesser finds hardest to read
    assert fault("ab" * 101, *DANA) == "Use at most 200 characters."
