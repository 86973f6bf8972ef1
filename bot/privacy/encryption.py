"""Encryption at rest: a database column type that stores JSON encrypted with the key ring of the settings."""

import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import LargeBinary
from sqlalchemy.types import TypeDecorator

from bot.settings import get_settings


@lru_cache(maxsize=1)
def key_ring() -> MultiFernet:
    """Return the key ring: the first key encrypts, every key decrypts."""
    keys = get_settings().encryption_keys.get_secret_value()
    return MultiFernet([Fernet(key.strip()) for key in keys.split(",")])


class EncryptedJSON(TypeDecorator[Any]):
    """A column whose value is JSON in Python and ciphertext in the database."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> bytes | None:
        """Encrypt on the way in."""
        return None if value is None else key_ring().encrypt(json.dumps(value).encode())

    def process_result_value(self, value: bytes | None, dialect: Any) -> Any:
        """Decrypt on the way out."""
        return None if value is None else json.loads(key_ring().decrypt(value))
