"""The database: engine, base class, and one transaction per verb."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from bot.settings import get_settings


class Base(DeclarativeBase):
    """The base of every table."""


@lru_cache(maxsize=1)
def get_engine() -> Engine:
    """Return the database engine of the settings."""
    url = make_url(get_settings().database_url)
    engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)  # an error never shows what was stored
    if url.get_backend_name() == "sqlite":
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        event.listen(engine, "connect", _set_up_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _: Any) -> None:
    """Let readers and one writer work at once, wait for a lock, and honour foreign keys."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@contextmanager
def transaction() -> Iterator[Session]:
    """Give a session whose work is committed at the end, or rolled back on an error."""
    with sessionmaker(get_engine(), expire_on_commit=False).begin() as session:
        yield session
