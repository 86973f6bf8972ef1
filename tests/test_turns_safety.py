"""What a turn keeps a patient safe with: a crisis answered whatever is broken, slow or locked, what follows it, a silent log."""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event, Semaphore

import pytest
from sqlalchemy.exc import SQLAlchemyError

from bot import turns
from bot.clinic.facts import load_clinic
from bot.conversations import service as conversations
from bot.conversations.models import Conversation
from bot.conversations.service import Entry
from bot.db import transaction
from bot.inbound import MAX_CHARACTERS
from bot.privacy import redaction
from bot.safety.messages import message
from bot.safety.protocol import QUIET_TURNS, TURNS_TO_CHECK_IN, crisis_texts
from bot.safety.screen import CRISIS as CRISIS_LEVEL
from bot.safety.screen import Risk
from bot.turns import Inbound, Outcome, take
from tests.stubs.engine import ANSWER, EngineStub

CRISIS = "I want to kill myself"
CONCERN = "I feel hopeless"
QUESTION = "what is CBT"
FIRST = ["suicide/hear", "suicide/reach", "suicide/ask"]
PATIENCE = 30  # seconds until a test gives up on what should have happened

pytestmark = pytest.mark.usefixtures("lexicon_alone")


def texts() -> tuple[str, ...]:
    return tuple(message(key) for key in FIRST)


@pytest.fixture(autouse=True)
def _warm() -> None:
    redaction.warm_up()  # so that only what a test breaks is slow


@pytest.fixture
def locked(database: Path) -> Iterator[sqlite3.Connection]:
    """Give another connection to the database, for its lock."""
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        yield other


def send(conversation: str, text: str, client_id: str = "client-1", **more: bool) -> Outcome:
    return take(Inbound(conversation, client_id, text, **more))


def said(conversation: str, after: int = 0) -> list[tuple[str, str]]:
    return [(entry.sender, entry.text) for entry in conversations.history(conversation, after)]


def keys(conversation: str, after: int) -> list[str]:
    """Return which messages were said after a sequence number; of other replies their text."""
    return [entry.about.get("message", entry.text) for entry in conversations.history(conversation, after)]


def question(conversation: str) -> Entry:
    return [entry for entry in conversations.history(conversation) if entry.choices][-1]


def hand_to_a_person(conversation: str) -> None:
    with transaction() as session:
        session.get_one(Conversation, conversation).mode = "human"


# what is said


def test_a_crisis_gets_the_approved_texts_and_the_engine_is_not_asked(conversation: str, engine_stub: EngineStub) -> None:
    assert send(conversation, CRISIS) == Outcome(seq=1)
    assert said(conversation) == [("patient", CRISIS), *(("assistant", text) for text in texts())]
    assert {entry.about["route"] for entry in conversations.history(conversation, after=1)} == {"crisis"}
    assert engine_stub.asked == []


def test_the_texts_are_those_of_the_category(conversation: str) -> None:
    send(conversation, "my husband hits me")
    assert keys(conversation, 1) == ["abuse_or_danger/hear", "abuse_or_danger/reach", "abuse_or_danger/ask"]


@pytest.mark.parametrize(
    "text", [f"/{CRISIS}", f"  //restart. {CRISIS}", f'/greet{{"a": "b"}} {CRISIS}', f"/restart\n\n{CRISIS}"]
)
def test_a_crisis_behind_a_slash_is_answered(conversation: str, engine_stub: EngineStub, text: str) -> None:
    send(conversation, text)
    assert keys(conversation, 1) == FIRST and engine_stub.asked == []


@pytest.mark.parametrize("joint", [". ", " "])
def test_a_crisis_at_the_end_of_a_text_too_long_to_store_is_answered(conversation: str, joint: str) -> None:
    send(conversation, joint.join(["I had a long day"] * MAX_CHARACTERS + [CRISIS]))
    assert keys(conversation, 1) == FIRST
    assert len(said(conversation)[0][1]) == MAX_CHARACTERS


def test_a_crisis_sent_twice_is_answered_once(conversation: str) -> None:
    assert send(conversation, CRISIS) == send(conversation, CRISIS) == Outcome(seq=1)
    assert keys(conversation, 1) == FIRST


def test_a_crisis_is_answered_while_a_person_has_the_conversation(conversation: str, engine_stub: EngineStub) -> None:
    hand_to_a_person(conversation)
    assert send(conversation, CONCERN) == Outcome(seq=1) and said(conversation, after=1) == []
    send(conversation, CRISIS, "client-2")
    assert keys(conversation, 2) == FIRST and engine_stub.asked == []


def test_a_crisis_in_a_conversation_that_is_gone_is_answered(conversation: str) -> None:
    conversations.erase(conversation)
    assert send(conversation, CRISIS) == Outcome(unstored=texts())


# what is broken


def test_a_crisis_is_answered_when_the_engine_is_down(conversation: str) -> None:
    send(conversation, CRISIS)
    assert keys(conversation, 1) == FIRST


def test_a_crisis_is_answered_when_the_database_is_down(conversation: str, broken_database: Callable[[], None]) -> None:
    broken_database()
    assert send(conversation, CRISIS) == Outcome(unstored=texts())
    risk = Risk(CRISIS_LEVEL, "medical_emergency")
    assert send(conversation, "I took 30 pills") == Outcome(unstored=crisis_texts(risk))


def test_a_crisis_is_answered_when_the_page_cannot_be_told(conversation: str) -> None:
    def announce(_: str) -> None:
        raise OSError("no stream")

    assert take(Inbound(conversation, "client-1", CRISIS), announce) == Outcome(unstored=texts())


def test_a_crisis_in_memory_needs_no_database(database: Path, broken_database: Callable[[], None]) -> None:
    unstored = conversations.start("web", is_stored=False)
    broken_database()
    assert send(unstored, CRISIS) == Outcome(seq=1)
    assert keys(unstored, 1) == FIRST
    send(unstored, "no", "client-2")
    assert keys(unstored, 5) == ["suicide/safe"]


# what is slow or locked


def test_a_crisis_is_never_made_to_wait_a_second() -> None:
    assert turns.SECONDS_TO_CRISIS_TEXT < 1


def test_a_crisis_is_answered_while_the_database_is_locked(conversation: str, locked: sqlite3.Connection) -> None:
    stored = Semaphore(0)
    locked.execute("BEGIN IMMEDIATE")
    outcome = take(Inbound(conversation, "client-1", CRISIS), lambda _: stored.release())
    assert outcome == Outcome(unstored=texts()) and locked.in_transaction  # it came while the lock was held
    locked.execute("ROLLBACK")
    assert stored.acquire(timeout=PATIENCE) and stored.acquire(timeout=PATIENCE)  # the message, then the answer
    assert keys(conversation, 1) == FIRST, "the record catches up when the lock is gone"


def test_a_crisis_is_answered_while_the_turn_before_it_hangs(conversation: str, engine_stub: EngineStub) -> None:
    began, end, stored = Event(), Event(), Semaphore(0)

    def hang(_: str) -> None:
        began.set()
        end.wait(PATIENCE)

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(take, Inbound(conversation, "client-1", QUESTION), hang)
        assert began.wait(PATIENCE)
        outcome = take(Inbound(conversation, "client-2", CRISIS), lambda _: stored.release())
        assert outcome == Outcome(unstored=texts()) and not slow.done()
        end.set()
        assert slow.result(PATIENCE) == Outcome(seq=1)
    assert stored.acquire(timeout=PATIENCE) and stored.acquire(timeout=PATIENCE)
    assert keys(conversation, 1) == [ANSWER, CRISIS, *FIRST], "each in its turn"


def test_a_crisis_of_one_chat_does_not_wait_for_another(conversation: str) -> None:
    other = conversations.start("web")
    with turns._locks.of(other):
        assert send(conversation, CRISIS) == Outcome(seq=1)


# what follows


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("yes", ["suicide/now", "suicide/barrier"]),
        ("I'm not sure", ["suicide/now", "suicide/barrier"]),
        ("I'm not safe", ["suicide/now", "suicide/barrier"]),
        ("no", ["suicide/safe"]),
        ("just kidding", ["retraction"]),
        ("sorry, forget it", ["retraction"]),
    ],
)
def test_the_answer_to_the_question_is_the_protocols(
    conversation: str, engine_stub: EngineStub, answer: str, expected: list[str]
) -> None:
    send(conversation, CRISIS)
    send(conversation, answer, "client-2")
    assert keys(conversation, 5) == expected and engine_stub.asked == []


@pytest.mark.parametrize(
    ("index", "title", "expected"),
    [
        (0, "Yes", ["suicide/now", "suicide/barrier"]),
        (1, "I am not sure", ["suicide/now", "suicide/barrier"]),
        (2, "No", ["suicide/safe"]),
    ],
)
def test_a_button_answers_as_its_words_do(
    conversation: str, engine_stub: EngineStub, index: int, title: str, expected: list[str]
) -> None:
    send(conversation, CRISIS)
    take(Inbound(conversation, "client-2", choice=(question(conversation).seq, index)))
    assert said(conversation, after=4)[0] == ("patient", title)
    assert keys(conversation, 5) == expected and engine_stub.asked == []


def test_a_yes_pressed_after_a_no_is_still_heard(conversation: str, engine_stub: EngineStub) -> None:
    send(conversation, CRISIS)
    send(conversation, "no", "client-2")
    take(Inbound(conversation, "client-3", choice=(question(conversation).seq, 0)))
    assert keys(conversation, 7) == ["suicide/now", "suicide/barrier"] and engine_stub.asked == []


def test_the_chat_goes_on_and_one_check_in_comes(conversation: str, engine_stub: EngineStub) -> None:
    send(conversation, CRISIS)
    send(conversation, "just kidding", "client-2")
    for number in range(3 * TURNS_TO_CHECK_IN):
        send(conversation, QUESTION, f"client-question-{number}")
    found = keys(conversation, 6)
    assert found.count("check_in") == 1 and found.index("check_in") == 2 * TURNS_TO_CHECK_IN
    assert engine_stub.messages == [QUESTION] * 3 * TURNS_TO_CHECK_IN


def test_nothing_is_said_twice_in_the_same_words_in_three_crises(conversation: str) -> None:
    for number in range(3):
        send(conversation, CRISIS, f"client-crisis-{number}")
        send(conversation, "yes", f"client-answer-{number}")
    texts = [text for sender, text in said(conversation) if sender == "assistant"]
    assert len(texts) == len(set(texts)) == 3 + 2 + 2 + 3 * 2


# a concern


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (CONCERN, "concern/suicide"),
        ("I took double by mistake", "concern/medical_emergency"),
        ("what is self-harm", "concern/information"),
        ("I think my friend might be suicidal", "concern/relative"),
        ("my wife is giving away all her things", "concern/relative"),
        ("I feel hopeless, my mother does not understand", "concern/suicide"),
    ],
)
def test_a_concern_is_answered_and_adds_one_line(conversation: str, engine_stub: EngineStub, text: str, line: str) -> None:
    send(conversation, text)
    assert keys(conversation, 1) == [
        ANSWER,
        line,
    ] and engine_stub.messages == [text]


def test_a_concern_is_not_left_alone_when_the_engine_is_down(conversation: str) -> None:
    send(conversation, CONCERN)
    assert keys(conversation, 2) == ["concern/suicide"]


def test_a_line_is_not_said_again_for_a_while_and_an_urgent_one_does_not_wait_for_it(
    conversation: str, engine_stub: EngineStub
) -> None:
    texts = [CONCERN, CONCERN, "I had a seizure this morning", *[CONCERN] * QUIET_TURNS]
    for number, text in enumerate(texts):
        send(conversation, text, f"client-concern-{number}")
    found = [key for key in keys(conversation, 0) if key.startswith("concern/")]
    assert found == ["concern/suicide", "concern/medical_emergency", "concern/suicide"]


# what cannot be read


def test_media_is_answered_in_words_that_change_and_hold_the_lifeline(conversation: str, engine_stub: EngineStub) -> None:
    for number in range(3):
        send(conversation, "", f"client-media-{number}", is_media=True)
    texts = [text for sender, text in said(conversation) if sender == "assistant"]
    assert len(set(texts)) == 3 and all(load_clinic().pack.lifeline in text for text in texts)
    assert engine_stub.asked == []


def test_a_crisis_written_beside_a_picture_is_answered(conversation: str) -> None:
    send(conversation, CRISIS, is_media=True)
    assert keys(conversation, 1) == FIRST


def test_a_picture_does_not_cost_the_check_in(conversation: str) -> None:
    send(conversation, CRISIS)
    for number in range(TURNS_TO_CHECK_IN):
        send(conversation, "", f"client-media-{number}", is_media=True)
    assert keys(conversation, 4)[-2:] == ["media", "check_in"]


# privacy


def test_personal_data_is_neither_stored_nor_sent(conversation: str, engine_stub: EngineStub) -> None:
    send(conversation, "My name is Margaret Olsen, (415) 555-0132, does lithium help?")
    stored = said(conversation)[0][1]
    assert engine_stub.messages == [stored]
    assert not [part for part in ("Margaret", "Olsen", "0132") if part in stored]
    assert stored.endswith("does lithium help?")


def test_the_log_has_outcomes_and_no_words(
    conversation: str, caplog: pytest.LogCaptureFixture, broken_database: Callable[[], None]
) -> None:
    caplog.set_level(logging.DEBUG)
    send(conversation, "does elderflower tea help")
    send(conversation, f"elderflower tea, {CRISIS}", "client-2")
    send(conversation, "elderflower tea, I feel hopeless", "client-3")
    broken_database()
    with pytest.raises(SQLAlchemyError):
        send(conversation, "does elderflower tea help", "client-4")
    assert send(conversation, f"elderflower tea, {CRISIS}", "client-5").unstored
    for outcome in (
        "risk=none",
        "risk=crisis",
        "risk=concern",
        "engine unavailable",
        "turn failed",
        "answered without the record",
    ):
        assert outcome in caplog.text
    for word in ("elderflower", "kill", "hopeless", conversation):
        assert word not in caplog.text
