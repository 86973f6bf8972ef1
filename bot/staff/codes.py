"""Sign-in codes of an authenticator app (TOTP, RFC 6238): six digits, a new one each 30 seconds."""

import hmac

from pyotp import TOTP, random_base32

SECONDS = 30  # a time step


def new_secret() -> str:
    """Return a fresh key in base32, 160 bits."""
    return random_base32()


def app_link(secret: str, email: str, clinic: str) -> str:
    """Return the link that an authenticator app reads from the QR code."""
    return TOTP(secret, interval=SECONDS).provisioning_uri(name=email, issuer_name=f"{clinic} care desk")


def matching_step(secret: str, code: str, at: float) -> int | None:
    """Return the time step of a code: that of `at` (seconds since 1970) or one beside it, for a clock that is off; or None."""
    said, now = "".join(code.split()), int(at) // SECONDS
    fitting = [step for step in (now - 1, now, now + 1) if hmac.compare_digest(_code(secret, step).encode(), said.encode())]
    return max(fitting, default=None)


def _code(secret: str, step: int) -> str:
    return TOTP(secret, interval=SECONDS).at(step * SECONDS)
