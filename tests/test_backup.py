"""Copies of the database: whole while it is in use, without keys, and not kept longer than a chat."""

import os
import sqlite3
import stat
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.backup import BackupError, back_up, newest
from bot.clinic.facts import load_clinic
from bot.conversations import service as conversations
from bot.db import transaction
from bot.settings import get_settings
from bot.topics.service import keep_question
from tests.conftest import POSTGRESQL

pytestmark = pytest.mark.skipif(bool(POSTGRESQL), reason="only SQLite is copied by Tandem itself")
SECONDS_A_DAY = 86_400


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "copies"


def rows(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_a_copy_has_what_was_committed_and_not_what_was_not(database: Path, folder: Path) -> None:
    conversations.start("web")
    with transaction():
        keep_question("does tea help")  # not committed yet
        copy = back_up(folder)
    assert (rows(copy, "conversations"), rows(copy, "unanswered_questions")) == (1, 0)
    assert rows(database, "unanswered_questions") == 1


def test_a_copy_can_take_the_databases_place(
    database: Path, folder: Path, configure: Callable[..., None], tmp_path: Path
) -> None:
    conversation_id = conversations.start("web")
    conversations.accept(conversation_id, "client-01", "what is CBT")
    copy = back_up(folder)
    configure(database_url=f"sqlite:///{copy}")
    assert [entry.text for entry in conversations.history(conversation_id)] == ["what is CBT"]


def test_only_its_owner_can_read_a_copy_and_it_holds_neither_keys_nor_words(conversation: str, folder: Path) -> None:
    conversations.accept(conversation, "client-01", "about elderflower")
    copy = back_up(folder)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600 and [path.name for path in folder.iterdir()] == [copy.name]
    key = get_settings().encryption_keys.get_secret_value().encode()
    assert key not in copy.read_bytes() and b"elderflower" not in copy.read_bytes()


def test_copies_older_than_a_chat_may_be_are_removed_and_other_files_are_not(database: Path, folder: Path) -> None:
    folder.mkdir()
    days = load_clinic().retention_days
    ages = {"tandem-2020-01-01T00-00-00Z.db": days + 1, "tandem-2020-01-02T00-00-00Z.db": days - 1, "mine.db": days + 1}
    for name, age in ages.items():
        (folder / name).write_text("data")
        moment = time.time() - age * SECONDS_A_DAY
        os.utime(folder / name, (moment, moment))
    copy = back_up(folder)
    assert {path.name for path in folder.iterdir()} == {copy.name, "tandem-2020-01-02T00-00-00Z.db", "mine.db"}


def test_a_copy_that_was_cut_off_is_not_taken_for_one(database: Path, folder: Path) -> None:
    folder.mkdir()
    (folder / "tandem.unfinished").write_text("half")
    (folder / "empty.db").touch()
    assert newest(folder) is None
    assert newest(folder.parent / "none") is None
    back_up(folder)
    assert newest(folder) is not None and not (folder / "tandem.unfinished").exists()


def test_another_database_says_what_to_use(configure: Callable[..., None], folder: Path) -> None:
    configure(database_url="postgresql+psycopg://user:word@host/name")
    with pytest.raises(BackupError, match="pg_dump"):
        back_up(folder)


def test_a_database_that_is_not_there_is_not_copied(folder: Path) -> None:
    with pytest.raises(BackupError, match="There is no database at"):
        back_up(folder)


def test_a_folder_that_cannot_be_written_to_is_named(database: Path, folder: Path) -> None:
    folder.write_text("a file stands there")
    with pytest.raises(BackupError, match=f"^The copy could not be written to {folder}: "):
        back_up(folder)
