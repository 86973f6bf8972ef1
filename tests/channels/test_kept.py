"""What is kept of a person on a platform, in the database and in the log, and for how long."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.channels import addresses, updates
from bot.channels.events import key
from bot.conversations import service as conversations
from bot.db import get_engine, transaction
from tests.channels.conftest import CRISIS, SECRET, SENDER, Bot, event, waiting
from tests.channels.telegram_updates import CHAT
from tests.stubs.telegram import FLOOD, TelegramStub, failure
from tests.web.conftest import served


def test_the_database_holds_no_platform_id_and_no_word_in_the_clear(patient: Bot, database: Path) -> None:
    patient.say("the hedgehog under the stairs")
    patient.hear()
    patient.telegram.wait(lambda: not waiting())
    with get_engine().connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        assert (
            connection.execute(text("select count(*) from updates where event is not null or sender is not null")).scalar() == 0
        )
    content = database.read_bytes()
    for word in (str(CHAT), "hedgehog", "Avery", "avery_quill"):
        assert word.encode() not in content


def test_the_log_holds_no_word_no_name_and_no_id(patient: Bot, caplog: pytest.LogCaptureFixture, capfd: Any) -> None:
    patient.telegram.failures["sendMessage"] = [None, FLOOD, failure(400, "Bad Request: hedgehog")]
    patient.say("the hedgehog under the stairs")
    patient.say(CRISIS)
    patient.hear(3)
    for word in (str(CHAT), "hedgehog", "Avery", "123456:", SECRET):
        assert word not in caplog.text and word not in capfd.readouterr().err


def test_what_a_channel_that_was_switched_off_left_is_deleted_once_it_is_old(
    telegram: TelegramStub, configure: Callable[..., None], database: object
) -> None:
    configure(telegram_token="")
    for number in (10, 11):
        updates.keep(event(number), is_urgent=False)
    with transaction() as session:
        session.execute(text("update updates set received_at = '2020-01-01 00:00:00' where position = 10"))
    with served():
        telegram.wait(lambda: [row.position for row in waiting()] == [11])


def test_what_is_old_is_deleted(database: object, conversation: str) -> None:
    old = "2020-01-01 00:00:00"
    for number, chat in ((10, CHAT), (11, 42)):
        updates.keep(event(number, chat), is_urgent=False)
        addresses.meet(event(number, chat))
    (claimed, _) = updates.claim(["telegram"])
    updates.finish(claimed.id)
    kept = addresses.open_conversation(event(10), "en", is_stored=True)
    with transaction() as session:
        session.execute(text(f"update updates set received_at = '{old}'"))
        session.execute(text(f"update addresses set seen_at = '{old}'"))
    assert (updates.purge(["telegram"]), addresses.purge()) == (1, 1)
    assert [row.position for row in waiting()] == [11], "what is not done yet, will be"
    assert addresses.find_conversation(key(*SENDER)) == kept
    conversations.erase(kept)
    assert addresses.purge() == 1
