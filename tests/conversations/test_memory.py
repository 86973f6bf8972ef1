"""Conversations that are not stored: the same verbs, nothing in the database, few, short-lived, erased the same way."""

import inspect
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.conversations import memory, service
from bot.conversations.service import Entry, Reply
from bot.turns import Inbound, take
from tests.stubs.engine import ANSWER, EngineStub

VERBS = ("exists", "state", "lock", "accept", "say", "history", "choice", "erase")


@pytest.fixture
def unstored() -> str:
    return service.start("web", is_stored=False)


def test_its_id_says_where_it_is_kept_and_cannot_be_guessed(unstored: str, conversation: str) -> None:
    assert service.is_in_memory(unstored) and not service.is_in_memory(conversation)
    assert len(unstored) > 32 and service.exists(unstored) and not service.exists(unstored[:-1])


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_the_same_shape_in_both_stores(verb: str) -> None:
    stored = inspect.signature(inspect.unwrap(getattr(service, verb)))
    assert inspect.signature(getattr(memory.store, verb)) == stored


def test_every_verb_on_one_conversation_is_done_wherever_it_is_kept() -> None:
    public = [verb for name, verb in inspect.getmembers(service, inspect.isfunction) if name[0] != "_"]
    on_one = [
        verb
        for verb in public
        if "conversation_id" in inspect.signature(verb).parameters
        and verb not in (memory.is_in_memory, service.set_mode)  # only a stored chat has another mode than bot
    ]
    assert all(hasattr(verb, "__wrapped__") for verb in on_one) and {verb.__name__ for verb in on_one} >= set(VERBS)


def test_messages_keep_their_order_and_their_content(unstored: str) -> None:
    receipt = service.accept(unstored, "client-1", "a question")
    assert receipt and (receipt.seq, receipt.state.mode, receipt.is_new) == (1, "bot", True)
    service.say(unstored, [Reply("one"), Reply("two", (("More", "/more"),), {"topic": "cbt"})])
    assert service.history(unstored, after=1) == [
        Entry(2, "assistant", "one", (), {}),
        Entry(3, "assistant", "two", (("More", "/more"),), {"topic": "cbt"}),
    ]
    assert service.choice(unstored, 3, 0) == ("More", "/more")
    assert [service.choice(unstored, *no) for no in ((3, 1), (3, -1), (1, 0), (9, 0))] == [None] * 4


def test_the_same_client_id_is_accepted_once(unstored: str) -> None:
    service.accept(unstored, "client-1", "hello")
    again = service.accept(unstored, "client-1", "hello")
    assert again and (again.seq, again.is_new, again.is_answered) == (1, False, False)
    service.say(unstored, [Reply("hi")], answers=1)
    answered = service.accept(unstored, "client-1", "hello")
    assert answered and answered.is_answered and len(service.history(unstored)) == 2


def test_how_far_the_crisis_protocol_has_come_is_kept_until_it_is_said_anew(unstored: str) -> None:
    service.say(unstored, [Reply("one")], protocol={"category": "suicide"})
    service.say(unstored, [Reply("two")])
    receipt = service.accept(unstored, "client-1", "hello")
    assert receipt and (receipt.seq, receipt.protocol) == (3, {"category": "suicide"})
    service.say(unstored, [], protocol={"category": "self_harm"})
    again = service.accept(unstored, "client-1", "hello")
    assert again and again.protocol == {"category": "self_harm"}


def test_erasing_leaves_nothing(unstored: str) -> None:
    other = service.start("web", is_stored=False)
    for each in (unstored, other):
        service.accept(each, "client-1", "hello")
    service.erase(unstored)
    service.erase(unstored)
    assert not service.exists(unstored) and service.history(unstored) == []
    assert service.accept(unstored, "client-2", "still there?") is None and len(service.history(other)) == 1


def test_the_longest_unused_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MAX_CONVERSATIONS", 2)
    first, second = (service.start("web", is_stored=False) for _ in range(2))
    service.accept(first, "client-1", "I am here")
    third = service.start("web", is_stored=False)
    assert [service.exists(each) for each in (first, second, third)] == [True, False, True]


def test_a_long_conversation_keeps_its_newest_messages(monkeypatch: pytest.MonkeyPatch, unstored: str) -> None:
    monkeypatch.setattr(memory, "MAX_MESSAGES", 3)
    for number in range(5):
        service.accept(unstored, f"client-{number}", str(number))
    assert [(entry.seq, entry.text) for entry in service.history(unstored)] == [(3, "2"), (4, "3"), (5, "4")]


def test_one_past_its_age_is_gone_and_the_purge_counts_it(database: Path, unstored: str, monkeypatch: pytest.MonkeyPatch) -> None:
    service.purge(30)
    other = service.start("web", is_stored=False)
    assert service.purge(30) == 0 and service.exists(other)
    monkeypatch.setattr(memory, "MAX_AGE", -timedelta(seconds=1))  # everything is older than that
    assert not service.exists(unstored)
    assert service.purge(30) >= 1 and service.purge(30) == 0


def test_a_whole_turn_works_without_a_database(
    unstored: str, engine_stub: EngineStub, database: Path, broken_database: Callable[[], None]
) -> None:
    broken_database()
    assert take(Inbound(unstored, "client-1", "what is CBT")).seq == 1
    assert [entry.text for entry in service.history(unstored)] == ["what is CBT", ANSWER]
