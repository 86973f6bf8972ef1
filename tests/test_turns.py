"""A turn, step by step, with a real database and a local server in the engine's place."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy.exc import SQLAlchemyError

from bot.clinic.facts import load_clinic
from bot.conversations import service as conversations
from bot.conversations.service import Reply
from bot.handoff import words
from bot.inbound import MAX_CHARACTERS
from bot.turns import ERASE, Inbound, Outcome, UnknownChoice, erase, take
from tests.stubs.engine import ANSWER, EngineStub, response

PATIENCE = 30


def said(conversation: str, after: int = 0) -> list[tuple[str, str]]:
    return [(entry.sender, entry.text) for entry in conversations.history(conversation, after)]


def send(conversation: str, text: str, client_id: str = "client-1") -> Outcome:
    return take(Inbound(conversation, client_id, text))


def test_a_text_is_stored_then_asked_then_answered(conversation: str, engine_stub: EngineStub) -> None:
    seen: list[int] = []
    outcome = take(Inbound(conversation, "client-1", "what is CBT"), lambda id: seen.append(len(conversations.history(id))))
    assert outcome == Outcome(seq=1)
    assert said(conversation) == [
        ("patient", "what is CBT"),
        ("assistant", ANSWER),
    ]
    assert engine_stub.asked[0]["sender"] == conversation and engine_stub.messages == ["what is CBT"]
    assert seen == [1, 2]


def test_the_same_message_again_is_answered_from_the_record(conversation: str, engine_stub: EngineStub) -> None:
    assert send(conversation, "what is CBT") == send(conversation, "what is CBT") == Outcome(seq=1)
    assert len(said(conversation)) == 2 and len(engine_stub.asked) == 1


def test_the_same_client_id_in_another_conversation_is_a_message_of_its_own(conversation: str, engine_stub: EngineStub) -> None:
    other = conversations.start("web")
    send(conversation, "what is CBT")
    send(other, "what is DBT")
    assert said(other)[0] == ("patient", "what is DBT") and len(engine_stub.asked) == 2


def test_anything_else_fails_openly_when_the_database_is_down(conversation: str, broken_database: Callable[[], None]) -> None:
    broken_database()
    with pytest.raises(SQLAlchemyError):
        send(conversation, "what is CBT")


@pytest.mark.parametrize(("status", "parts"), [(500, [{"text": "broken"}]), (200, [])])
def test_without_an_answer_the_patient_gets_an_honest_sentence(
    conversation: str, engine_stub: EngineStub, status: int, parts: list[dict[str, object]]
) -> None:
    engine_stub.status, engine_stub.parts = status, parts
    send(conversation, "what is CBT")
    (entry,) = conversations.history(conversation, after=1)
    assert entry.about == {"route": "unavailable"}
    assert "I cannot look that up right now" in entry.text and load_clinic().phone in entry.text


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        "  //restart",
        "/ restart",
        '/choose_topic{"topic": "cbt"}',
        pytest.param("/ /restart"),
    ],
)
def test_a_typed_text_never_reaches_the_engine_as_a_command(conversation: str, engine_stub: EngineStub, text: str) -> None:
    send(conversation, text)
    (message,) = engine_stub.messages
    assert message and not message.lstrip().startswith("/")
    assert said(conversation)[0] == ("patient", text)


def test_a_text_of_nothing_but_slashes_is_still_asked(conversation: str, engine_stub: EngineStub) -> None:
    send(conversation, " // ")
    assert engine_stub.messages == ["?"]


def test_a_typed_text_never_deletes_the_chat(conversation: str, engine_stub: EngineStub) -> None:
    assert not send(conversation, ERASE).erased
    assert conversations.exists(conversation)


def test_a_choice_is_asked_by_its_payload_and_stored_by_its_title(conversation: str, engine_stub: EngineStub) -> None:
    engine_stub.parts = [
        {
            "text": response("utter_clarify"),
            "buttons": [{"title": "Tell me more", "payload": "/more"}, {"title": "This helped", "payload": "/helpful"}],
        }
    ]
    send(conversation, "therapy")
    take(Inbound(conversation, "client-2", choice=(2, 1)))
    assert engine_stub.messages == ["therapy", "/helpful"]
    assert said(conversation, after=2)[0] == ("patient", "This helped")


@pytest.mark.parametrize("choice", [(1, 1), (1, -1), (2, 0), (0, 0)])
def test_a_choice_that_was_never_offered_is_refused(conversation: str, engine_stub: EngineStub, choice: tuple[int, int]) -> None:
    conversations.say(conversation, [Reply("which?", (("CBT", "/cbt"),))])
    with pytest.raises(UnknownChoice):
        take(Inbound(conversation, "client-1", choice=choice))
    assert len(said(conversation)) == 1 and engine_stub.asked == []


def test_a_choice_of_another_conversation_is_refused(conversation: str, engine_stub: EngineStub) -> None:
    conversations.say(conversations.start("web"), [Reply("which?", (("CBT", "/cbt"),))])
    with pytest.raises(UnknownChoice):
        take(Inbound(conversation, "client-1", choice=(1, 0)))
    assert said(conversation) == [] and engine_stub.asked == []


def test_the_button_that_deletes_the_chat_deletes_it(conversation: str, engine_stub: EngineStub) -> None:
    conversations.say(conversation, [Reply("Delete?", (("Delete this chat", ERASE), ("Keep it", "/deny")))])
    assert take(Inbound(conversation, "client-1", choice=(1, 0))) == Outcome(erased=True)
    assert not conversations.exists(conversation) and engine_stub.asked == []
    assert engine_stub.forgotten.get(timeout=PATIENCE) == conversation


def test_a_chat_is_deleted_at_once_when_the_engine_does_not_answer(conversation: str, engine_stub: EngineStub) -> None:
    engine_stub.silent = True
    erase(conversation)
    assert not conversations.exists(conversation)


def test_a_chat_deleted_while_the_engine_thinks_is_forgotten_once_more(conversation: str, engine_stub: EngineStub) -> None:
    asked, answer = Event(), Event()
    engine_stub.wait_while_silent = lambda: asked.set() or answer.wait(PATIENCE)  # type: ignore[method-assign, func-returns-value]
    with ThreadPoolExecutor() as pool:
        turn = pool.submit(send, conversation, "what is CBT")
        assert asked.wait(PATIENCE)
        erase(conversation)
        assert engine_stub.forgotten.get(timeout=PATIENCE) == conversation
        answer.set()
        turn.result(PATIENCE)
    assert engine_stub.forgotten.get(timeout=PATIENCE) == conversation and said(conversation) == []


@pytest.mark.parametrize(("length", "is_noted"), [(MAX_CHARACTERS, False), (MAX_CHARACTERS + 1, True)])
def test_who_wrote_more_than_is_read_hears_so(conversation: str, engine_stub: EngineStub, length: int, is_noted: bool) -> None:
    send(conversation, ("what is CBT " * MAX_CHARACTERS)[:length])
    assert [text for _, text in said(conversation)[1:]] == [ANSWER, *[words.text("too_long")] * is_noted]
    assert len(engine_stub.messages[0]) <= MAX_CHARACTERS


def test_turns_of_one_conversation_never_mix(conversation: str, engine_stub: EngineStub) -> None:
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda n: send(conversation, f"question {n}", f"client-{n}"), range(8)))
    assert sorted(outcome.seq or 0 for outcome in outcomes) == list(range(1, 17, 2))
    assert [sender for sender, _ in said(conversation)] == ["patient", "assistant"] * 8
