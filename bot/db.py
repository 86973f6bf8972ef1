"""The database: engine, base class, moments in UTC, and transactions that verbs can share."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, Engine, create_engine, event, make_url
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from bot.settings import get_settings


class Base(DeclarativeBase):
    """The base of every table."""


@lru_cache(maxsize=1)
def get_engine() -> Engine:
    """Return the database engine of the settings."""
    url = make_url(get_settings().database_url)
    engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)  # an error never shows what was stored
    if url.get_backend_name() == "sqlite":
        if url.database and url.database != ":memory:":
            _make_file(Path(url.database))
        event.listen(engine, "connect", _set_up_sqlite)
    return engine


def _make_file(path: Path) -> None:
    """Make the database's file for its owner only: accounts and the audit trail in it are not encrypted, as texts are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):  # SQLite says it better; its -wal and -shm get the same mode
        if not path.exists():
            path.touch(mode=0o600)


def _set_up_sqlite(connection: Any, _: Any) -> None:
    """Let readers and one writer work at once, wait for a lock, and honour foreign keys."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class Moment(TypeDecorator[datetime]):
    """A column with a moment in UTC; SQLite, which keeps no zone, gives it back with one too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Add the zone where the database has none."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


_open: ContextVar[Session | None] = ContextVar("open session", default=None)


@contextmanager
def transaction() -> Iterator[Session]:
    """Give a session whose work is committed at the end, or rolled back on an error.

    A transaction inside another joins it: verbs called together are one commit, and the outermost decides.
    """
    if (joined := _open.get()) is not None:
        yield joined
        return
    with Session(get_engine(), expire_on_commit=False) as session, session.begin():
        token = _open.set(session)
        try:
            yield session
        finally:
            _open.reset(token)
