"""The database: its schema is the tables' own, its transactions are whole, and its errors keep a secret."""

import stat
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import StatementError

import bot.topics.models  # noqa: F401  (registers its tables)
from bot.cli import migrate
from bot.conversations.models import Conversation, Message
from bot.db import Base, get_engine, transaction


def test_the_migrations_make_exactly_the_tables_of_the_models(database: Path) -> None:
    with get_engine().connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_migrating_twice_changes_nothing(database: Path) -> None:
    before = inspect(get_engine()).get_table_names()
    assert migrate() == 0
    assert inspect(get_engine()).get_table_names() == before and "messages" in before


def test_readers_and_a_writer_can_work_at_once_and_keys_are_honoured(database: Path) -> None:
    with get_engine().connect() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 5000}


def test_nobody_else_on_the_machine_can_read_the_database(database: Path) -> None:
    with get_engine().connect():
        files = list(database.parent.glob(f"{database.name}*"))
        assert {file.suffix for file in files} >= {".db", ".db-wal"}
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_an_error_takes_back_the_whole_transaction(database: Path) -> None:
    with pytest.raises(RuntimeError), transaction() as session:
        session.add(Conversation(id="a", channel="web"))
        session.flush()
        raise RuntimeError
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(Conversation)) == 0


def test_an_error_never_holds_what_a_patient_wrote(conversation: str) -> None:
    with pytest.raises(StatementError) as raised, transaction() as session:
        content = {"text": "the hedgehog under the stairs", "about": object()}
        session.add(Message(conversation_id=conversation, seq=1, sender="patient", content=content))
    assert "hedgehog" not in str(raised.value)
