"""What a turn keeps a patient safe with: crisis, concern, redaction, a silent bot, a silent log."""

import logging
from collections.abc import Callable

import pytest
from sqlalchemy.exc import SQLAlchemyError

from bot.clinic import load_clinic
from bot.conversations import service as conversations
from bot.conversations.models import Conversation
from bot.conversations.service import Reply
from bot.db import transaction
from bot.turns import MAX_CHARACTERS, RECENT, Inbound, Outcome, take
from tests.stubs.engine import EngineStub

CRISIS = "I want to kill myself"
CONCERN = "I feel hopeless"


def said(conversation: str, after: int = 0) -> list[tuple[str, str]]:
    return [(entry.sender, entry.text) for entry in conversations.history(conversation, after)]


def send(conversation: str, text: str, client_id: str = "client-1") -> Outcome:
    return take(Inbound(conversation, client_id, text))


def hand_to_a_person(conversation: str) -> None:
    with transaction() as session:
        session.get_one(Conversation, conversation).mode = "human"


def crisis_replies(conversation: str) -> list[tuple[str, str]]:
    return [("assistant", text) for text in load_clinic().pack.crisis]


def test_a_crisis_gets_the_approved_texts_and_the_engine_is_not_asked(conversation: str, engine_stub: EngineStub) -> None:
    assert send(conversation, CRISIS) == Outcome(seq=1)
    assert said(conversation) == [("patient", CRISIS), *crisis_replies(conversation)]
    assert {entry.about.get("route") for entry in conversations.history(conversation, after=1)} == {"crisis"}
    assert engine_stub.asked == []


def test_a_crisis_is_answered_when_the_engine_is_down(conversation: str) -> None:
    send(conversation, CRISIS)
    assert said(conversation, after=1) == crisis_replies(conversation)


def test_a_crisis_is_answered_when_the_database_is_down(conversation: str, broken_database: Callable[[], None]) -> None:
    broken_database()
    assert send(conversation, CRISIS) == Outcome(unstored=load_clinic().pack.crisis)


def test_a_crisis_is_answered_when_the_page_cannot_be_told(conversation: str) -> None:
    def announce(_: str) -> None:
        raise OSError("no stream")

    assert take(Inbound(conversation, "client-1", CRISIS), announce) == Outcome(unstored=load_clinic().pack.crisis)


def test_a_crisis_is_answered_while_a_person_has_the_conversation(conversation: str) -> None:
    hand_to_a_person(conversation)
    send(conversation, CRISIS)
    assert said(conversation, after=1) == crisis_replies(conversation)


def test_a_crisis_at_the_end_of_a_text_too_long_to_store_is_answered(conversation: str) -> None:
    send(conversation, f"{'I had a long day. ' * MAX_CHARACTERS}{CRISIS}")
    assert said(conversation, after=1) == crisis_replies(conversation)
    assert len(said(conversation)[0][1]) == MAX_CHARACTERS


def test_personal_data_is_neither_stored_nor_sent(conversation: str, engine_stub: EngineStub) -> None:
    send(conversation, "My name is Margaret Olsen, (415) 555-0132, does lithium help?")
    stored = said(conversation)[0][1]
    assert engine_stub.messages == [stored]
    assert not [part for part in ("Margaret", "Olsen", "0132") if part in stored]
    assert stored.endswith("does lithium help?")


def test_the_bot_is_silent_while_a_person_has_the_conversation(conversation: str, engine_stub: EngineStub) -> None:
    hand_to_a_person(conversation)
    assert send(conversation, CONCERN) == Outcome(seq=1)
    assert said(conversation) == [("patient", CONCERN)] and engine_stub.asked == []


@pytest.mark.parametrize(("text", "line"), [(CONCERN, "concern"), ("I took double by mistake", "urgent_care")])
def test_a_concern_is_answered_and_adds_one_supportive_line(
    conversation: str, engine_stub: EngineStub, text: str, line: str
) -> None:
    send(conversation, text)
    assert said(conversation, after=1) == [
        ("assistant", "An approved answer."),
        ("assistant", getattr(load_clinic().pack, line)[0]),
    ]
    assert engine_stub.messages == [text]


def test_a_concern_is_not_left_alone_when_the_engine_is_down(conversation: str) -> None:
    send(conversation, CONCERN)
    assert said(conversation)[-1] == ("assistant", load_clinic().pack.concern[0])


def test_the_supportive_line_is_not_repeated_until_a_while_later(conversation: str, engine_stub: EngineStub) -> None:
    line = ("assistant", load_clinic().pack.concern[0])
    send(conversation, CONCERN, "client-1")
    send(conversation, CONCERN, "client-2")
    assert said(conversation).count(line) == 1
    conversations.say(conversation, [Reply("something else")] * RECENT)
    send(conversation, CONCERN, "client-3")
    assert said(conversation).count(line) == 2


def test_the_log_has_outcomes_and_no_words(
    conversation: str, caplog: pytest.LogCaptureFixture, broken_database: Callable[[], None]
) -> None:
    caplog.set_level(logging.DEBUG)
    send(conversation, "does elderflower tea help")
    broken_database()
    with pytest.raises(SQLAlchemyError):
        send(conversation, "does elderflower tea help", "client-2")
    assert "message accepted" in caplog.text and "engine unavailable" in caplog.text and "turn failed" in caplog.text
    assert "elderflower" not in caplog.text and conversation not in caplog.text
