"""Passwords: argon2id hashes, and what a password must be."""

import re
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from bot.clinic.facts import load_clinic

SHORTEST, LONGEST = 12, 200  # characters
_LOOKED_AT = 40  # characters; zxcvbn takes long over long ones
_HARD_TO_GUESS = 3  # of zxcvbn's 0 to 4: more than 10^8 guesses
_EXPECTED = ("tandem", "care desk")
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


def fault(password: str, *own: str) -> str | None:
    """Return what is wrong with a new password of somebody with these words of their own, as a sentence; None when it will do.

    Common passwords, sequences, repetitions and expected words will not do (NIST SP 800-63B, 5.1.1.2).
    """
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters. Four words that do not belong together are easy to keep in mind."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    if _is_easy_to_guess(password, *own, *_EXPECTED, load_clinic().name):
        return "This password is easy to guess: it is common, has a pattern, or is a name. Four unrelated words are better."
    return None


def _is_easy_to_guess(password: str, *expected: str) -> bool:
    """Tell whether a password is easy to guess without the words that anybody would try first."""
    from zxcvbn import zxcvbn  # here: its lists take 15 MB, and most processes never see a new password

    words = {re.escape(word) for words in expected for word in re.findall(r"\w{3,}", words.casefold())}
    left = re.sub("|".join(sorted(words, key=len, reverse=True)), "", password.casefold())[:_LOOKED_AT]
    return not left or zxcvbn(left)["score"] < _HARD_TO_GUESS
