"""Codes follow RFC 6238, and only those of now and of one step beside it count."""

from urllib.parse import parse_qs, urlsplit

import pytest

from bot.staff import codes


@pytest.mark.parametrize(
    ("at", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_codes_are_those_of_the_standard(at: int, code: str) -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # the appendix's key in base32; its codes' last six digits
    assert codes._code(secret, at // codes.SECONDS) == code


def test_a_clock_may_be_one_step_off_and_not_two() -> None:
    secret, at = codes.new_secret(), 1_700_000_010.5
    step = int(at) // codes.SECONDS
    found = [codes.matching_step(secret, codes._code(secret, step + off), at) for off in range(-3, 4)]
    assert found == [None, None, step - 1, step, step + 1, None, None]


def test_the_link_for_the_app_names_clinic_and_person() -> None:
    secret = codes.new_secret()
    link = urlsplit(codes.app_link(secret, "dana@clinic.example", "St. Mary's: North"))
    assert link.scheme == "otpauth" and parse_qs(link.query) == {
        "secret": [secret],
        "issuer": ["St. Mary's: North care desk"],
    }
