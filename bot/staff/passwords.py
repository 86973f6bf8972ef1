"""Passwords: argon2id hashes, and what a password must be."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

SHORTEST, LONGEST = 12, 200  # characters
_MOST_REPEATED = 4  # different characters that are still too few
_hasher = PasswordHasher()  # argon2id with the parameters of RFC 9106 for little memory


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password, with its salt and parameters."""
    return _hasher.hash(password)


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return hash_password("nobody has this password")


def matches(password: str, password_hash: str | None) -> bool:
    """Tell whether a password fits a hash; without a hash it takes the same time to say no."""
    nobodys = _nobodys_hash()  # made for every answer, or the first one about nobody would take longer
    try:
        return _hasher.verify(password_hash or nobodys, password) and password_hash is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def fault(password: str, email: str) -> str | None:
    """Return what is wrong with a new password, as a sentence; None when it will do."""
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters. Four words that do not belong together are easy to keep in mind."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    if len(set(password)) <= _MOST_REPEATED or password.casefold() == email.casefold():
        return "This password is easy to guess. Choose another one."
    return None
