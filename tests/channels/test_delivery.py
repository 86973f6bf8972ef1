"""What goes wrong on the way: the same twice, out of order, all at once, limits, cut connections, a restart, no database."""

import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text, update

from bot.channels import addresses, updates
from bot.channels.events import Event, key
from bot.channels.models import Address, Update
from bot.channels.telegram_updates import to_event
from bot.conversations import service as conversations
from bot.conversations.service import Reply
from bot.db import get_engine, transaction
from bot.handoff.models import Ticket
from bot.settings import ROOT
from tests.channels import telegram_updates as said
from tests.channels.conftest import HEADER, SECRET, Bot, says
from tests.channels.telegram_updates import CHAT, membership
from tests.stubs.engine import EngineStub
from tests.stubs.telegram import BLOCKED, FLOOD, TelegramStub, failure
from tests.web.conftest import crisis, served

CRISIS = "I want to kill myself"
SENDER = ("telegram", "sender", CHAT)


def event(number: int, chat: int = CHAT, words: str = "what is CBT") -> Event:
    found = to_event(said.text(words, chat, number))
    assert found
    return found


# coming in


def test_an_update_that_comes_again_is_worked_once(patient: Bot, engine_stub: EngineStub) -> None:
    again = said.text("what is CBT")
    with ThreadPoolExecutor(8) as pool:
        assert {answer.status_code for answer in pool.map(patient.call, [again] * 8)} == {200}
    patient.hear()
    assert patient.call(again).status_code == 200  # and after it was answered
    patient.say("/help")
    assert [sent.text for sent in patient.hear()] == [says("help")]
    assert engine_stub.messages == ["what is CBT"]


def test_updates_are_handed_out_in_the_platforms_order_one_of_a_sender_at_a_time(database: object) -> None:
    for number in (12, 10, 11):
        assert updates.keep(event(number), is_urgent=False)
    assert updates.keep(event(20, chat=42), is_urgent=False)
    assert not updates.keep(event(10), is_urgent=False)
    assert [claimed.event.position for claimed in updates.claim(["telegram"])] == [10, 20]
    assert updates.claim(["telegram"]) == [] and updates.claim(["slack"]) == []
    (first,) = [row for row in waiting() if row.position == 10]
    updates.finish(first.id)
    assert [claimed.event.position for claimed in updates.claim(["telegram"])] == [11]


def test_a_crisis_waits_for_no_update_before_it(database: object) -> None:
    for number in (10, 11, 12):
        updates.keep(event(number), is_urgent=number == 12)
    assert [claimed.event.position for claimed in updates.claim(["telegram"])] == [12, 10]


def waiting() -> list[Update]:
    with transaction() as session:
        return list(session.scalars(select(Update).where(Update.is_done.is_(False))))


def test_a_burst_of_many_is_answered_each_in_order(bot: Bot, engine_stub: EngineStub) -> None:
    people = [Bot(bot.telegram, bot.site, chat) for chat in range(50, 56)]
    for person in people:
        person.agree()
    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(lambda person: [person.say(f"question {n}") for n in range(5)], people))
    for person in people:
        person.hear(5)
        asked = [asked["message"] for asked in engine_stub.asked if asked["sender"] == person.conversation]
        assert asked == [f"question {n}" for n in range(5)]


def test_a_crisis_does_not_wait_for_a_silent_engine(patient: Bot, engine_stub: EngineStub) -> None:
    engine_stub.silent = True
    patient.say("what is CBT")
    patient.telegram.wait(lambda: engine_stub.asked)
    patient.say(CRISIS)
    assert [sent.text for sent in patient.hear(3)][:3] == crisis()


def test_above_the_limit_a_person_is_told_once_and_a_crisis_is_answered(
    telegram: TelegramStub, configure: Callable[..., None], database: object, engine_stub: EngineStub
) -> None:
    configure(messages_a_minute=3)
    with served() as site:
        bot = Bot(telegram, site)
        bot.agree()
        for number in range(5):
            bot.say(f"question {number}")
        heard = {sent.text for sent in bot.hear(2)}
        assert heard == {"An approved answer.", says("too_many")}
        bot.say(CRISIS)
        assert [sent.text for sent in bot.hear(3)] == crisis()
        bot.say("/crisis")
        assert bot.hear()[0].text == says("crisis")
        assert engine_stub.messages == ["question 0"]


# going out


def test_a_flood_limit_is_waited_for_and_nothing_is_sent_twice(patient: Bot) -> None:
    patient.telegram.failures["sendMessage"] = [FLOOD]
    patient.say("what is CBT")
    patient.hear()
    assert len(patient.telegram.called("sendMessage")) == len(patient.telegram.sent) + 1


def test_a_cut_connection_is_tried_again_and_the_order_is_kept(patient: Bot) -> None:
    patient.telegram.failures["sendMessage"] = [None, failure(502, "Bad Gateway"), None]
    patient.say(CRISIS)
    assert [sent.text for sent in patient.hear(3)] == crisis()


def test_what_is_sent_at_once_is_tried_again_too(bot: Bot) -> None:
    bot.telegram.failures["sendMessage"] = [None, FLOOD]
    bot.say("/help")
    assert bot.hear()[0].text == says("help") and len(bot.telegram.sent) == 1


def test_the_trouble_of_one_does_not_hold_up_another(patient: Bot) -> None:
    patient.telegram.failing_chats[CHAT] = None
    patient.say("what is CBT")
    other = Bot(patient.telegram, patient.site, chat=42)
    other.agree()
    other.say("what is DBT")
    assert other.hear()[0].text == "An approved answer."
    del patient.telegram.failing_chats[CHAT]
    assert patient.hear()[0].text == "An approved answer."


def test_a_message_that_is_refused_does_not_keep_the_next_ones_back(patient: Bot, engine_stub: EngineStub) -> None:
    patient.telegram.failures["sendMessage"] = [failure(400, "Bad Request: message is too long")]
    patient.say("what is CBT")
    patient.telegram.wait(lambda: not patient.telegram.failures["sendMessage"])
    engine_stub.parts = [{"text": "Another answer."}]
    patient.say("what is DBT")
    assert patient.hear()[0].text == "Another answer."


@pytest.mark.parametrize("answer", [BLOCKED, failure(400, "Bad Request: chat not found")])
def test_who_blocked_the_bot_is_left_alone_until_they_write_again(patient: Bot, answer: Any) -> None:
    patient.telegram.failing_chats[CHAT] = answer
    tries = len(patient.telegram.called("sendMessage"))
    patient.say("what is CBT")
    patient.telegram.wait(lambda: is_blocked() and len(patient.telegram.called("sendMessage")) == tries + 1)
    assert addresses.due(["telegram"]) == []
    del patient.telegram.failing_chats[CHAT]
    patient.say("/help")
    assert {sent.text for sent in patient.hear(2)} == {"An approved answer.", says("help")}


def test_who_blocks_the_bot_is_sent_nothing(patient: Bot) -> None:
    conversation = patient.conversation
    patient.call(membership("kicked"))
    patient.telegram.wait(is_blocked)
    conversations.say(conversation, [Reply("Somebody at the clinic wrote.")])
    assert addresses.due(["telegram"]) == []


def is_blocked() -> bool:
    with transaction() as session:
        return bool(session.scalar(select(Address.is_blocked).where(Address.sender == key(*SENDER))))


def test_a_wrong_token_is_waited_out(configure: Callable[..., None], bot: Bot) -> None:
    bot.telegram.failing_chats[CHAT] = failure(401, "Unauthorized")
    bot.say("/help")
    bot.telegram.wait(lambda: [row for row in waiting() if row.failures])
    (row,) = waiting()
    assert row.not_before and (row.not_before - row.received_at).total_seconds() > 30


# a restart


def test_what_was_not_delivered_is_delivered_after_a_restart(
    telegram: TelegramStub, database: object, engine_stub: EngineStub
) -> None:
    with served() as site:
        bot = Bot(telegram, site)
        bot.agree()
        telegram.failing_chats[CHAT] = failure(502, "Bad Gateway")
        bot.say("what is CBT")
        telegram.wait(lambda: engine_stub.asked and len(telegram.called("sendMessage")) > len(telegram.sent))
    del telegram.failing_chats[CHAT]
    with served():
        assert bot.hear()[0].text == "An approved answer."
    assert len(telegram.sent) == 3 and engine_stub.messages == ["what is CBT"]


def test_what_was_being_worked_when_the_app_was_killed_is_worked_by_the_next(
    telegram: TelegramStub, database: object, engine_stub: EngineStub
) -> None:
    with served() as site:
        bot = Bot(telegram, site)
        bot.agree()
    port = free_port()
    with subprocess.Popen(command(port), cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        answer_when_up(port)
        engine_stub.silent = True
        call = httpx.post(
            f"http://127.0.0.1:{port}/hooks/telegram", json=said.text("what is CBT"), headers={HEADER: SECRET}, trust_env=False
        )
        assert call.status_code == 200
        telegram.wait(lambda: engine_stub.asked)
        process.kill()
    engine_stub.silent = False
    assert [entry.sender for entry in bot.history] == ["assistant", "patient"]
    with transaction() as session:
        session.execute(update(Update).values(not_before=None))  # as if the dead worker's lease had run out
    with served():
        assert bot.hear()[0].text == "An approved answer."
    assert [entry.sender for entry in bot.history] == ["assistant", "patient", "assistant"]


def command(port: int) -> list[str]:
    return [
        sys.executable,
        "-m",
        "uvicorn",
        "bot.web.app:create_app",
        "--factory",
        "--port",
        str(port),
        "--log-level",
        "critical",
    ]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def answer_when_up(port: int) -> None:
    transport = httpx.HTTPTransport(retries=12)  # with growing pauses, half a minute in all
    with httpx.Client(transport=transport, trust_env=False) as client:
        assert client.get(f"http://127.0.0.1:{port}/widget.js").status_code == 200


# without a database


def test_a_crisis_is_answered_when_nothing_can_be_kept_and_recorded_when_it_comes_again(
    patient: Bot, configure: Callable[..., None], broken_database: Callable[[], None], database: Path
) -> None:
    update = said.text(CRISIS)
    broken_database()
    assert patient.call(update).status_code == 503
    assert [sent.text for sent in patient.hear(3)] == crisis()
    assert patient.call(update).status_code == 503  # Telegram sends it again; the person is not told again
    assert patient.call(said.text("what is CBT")).status_code == 503
    configure(database_url=f"sqlite:///{database}")
    assert len(patient.telegram.sent) == 5
    assert patient.call(update).status_code == 200
    patient.hear(3)
    with transaction() as session:
        assert session.scalar(select(Ticket.is_urgent)) is True


def test_the_command_for_a_crisis_needs_no_database(bot: Bot, broken_database: Callable[[], None]) -> None:
    broken_database()
    assert bot.call(said.text("/crisis")).status_code == 503
    assert bot.hear()[0].text == says("crisis")


# what is kept


def test_the_database_holds_no_platform_id_and_no_word_in_the_clear(patient: Bot, database: Path) -> None:
    patient.say("the hedgehog under the stairs")
    patient.hear()
    patient.telegram.wait(lambda: updates.count_waiting() == 0)
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
    assert (updates.purge(), addresses.purge()) == (1, 1)
    assert addresses.find_conversation(key(*SENDER)) == kept
    conversations.erase(kept)
    assert addresses.purge() == 1


# polling


def test_polling_needs_no_public_address_and_takes_every_update_once(
    telegram: TelegramStub, configure: Callable[..., None], database: object, engine_stub: EngineStub
) -> None:
    configure(telegram_mode="polling", telegram_secret="", public_url="")
    with served() as site:
        bot = Bot(telegram, site)
        assert bot.site.post("/hooks/telegram", json=said.text("hi"), headers={HEADER: ""}).status_code == 401
        telegram.push(said.text("/help", number=500), {"update_id": 501, "message": {}}, said.IGNORED["group message"])
        bot.hear()
        assert telegram.called("deleteWebhook") and not telegram.called("setWebhook")
        telegram.failures["getUpdates"] = [None]
        telegram.push(said.text("/help", number=900_999_999))
        bot.hear()
        telegram.wait(lambda: telegram.updates == [])  # confirmed
    assert len(telegram.sent) == 2


def test_an_unreachable_telegram_keeps_nothing_from_starting(
    configure: Callable[..., None], telegram: TelegramStub, database: object, engine_stub: EngineStub
) -> None:
    configure(telegram_api_url="http://127.0.0.1:1")
    with served() as site:
        assert site.get("/widget.js").status_code == 200
        assert Bot(telegram, site).call(said.text("hello")).status_code == 200  # kept for later
    assert len(waiting()) == 1
