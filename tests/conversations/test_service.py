"""The verbs on conversations, on a real database."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import StatementError

from bot.conversations import service
from bot.conversations.models import Conversation, Message, now
from bot.conversations.service import Entry, Receipt, Reply, State
from bot.db import transaction

pytestmark = pytest.mark.usefixtures("database")

WEB = State("web", "en", "bot", None)


def rows() -> tuple[int, int]:
    with transaction() as session:
        return tuple(session.scalar(select(func.count()).select_from(table)) for table in (Conversation, Message))  # type: ignore[return-value]


def last_used(conversation: str, days_ago: float) -> None:
    with transaction() as session:
        session.get_one(Conversation, conversation).last_seen_at = now() - timedelta(days=days_ago)


def test_a_new_conversation_is_the_bots_and_has_an_id_nobody_can_guess() -> None:
    first, second = service.start("web"), service.start("web")
    assert first != second and len(first) >= 32
    assert service.exists(first) and not service.exists(first[:-1])
    assert service.history(first) == []


def test_messages_keep_their_order_and_their_content(conversation: str) -> None:
    assert service.accept(conversation, "client-1", "a question") == Receipt(1, WEB)
    service.say(conversation, [Reply("one"), Reply("two", (("More", "/more"), ("Person", "/handoff")), {"topic": "cbt"})])
    assert service.accept(conversation, "client-2", "another") == Receipt(4, WEB)
    assert service.history(conversation) == [
        Entry(1, "patient", "a question", (), {}),
        Entry(2, "assistant", "one", (), {}),
        Entry(3, "assistant", "two", (("More", "/more"), ("Person", "/handoff")), {"topic": "cbt"}),
        Entry(4, "patient", "another", (), {}),
    ]


def test_history_gives_what_came_after_a_sequence_number(conversation: str) -> None:
    service.say(conversation, [Reply("one"), Reply("two"), Reply("three")])
    assert [entry.text for entry in service.history(conversation, after=1)] == ["two", "three"]
    assert service.history(conversation, after=3) == []


def test_sequence_numbers_are_counted_in_each_conversation(conversation: str) -> None:
    other = service.start("web")
    service.say(other, [Reply("one"), Reply("two")])
    assert service.accept(conversation, "client-1", "hello") == Receipt(1, WEB)


def test_a_person_can_speak_too(conversation: str) -> None:
    service.say(conversation, [Reply("I am from the clinic")], sender="person")
    assert service.history(conversation)[0].sender == "person"


def test_a_client_id_is_accepted_once_in_its_conversation(conversation: str) -> None:
    service.accept(conversation, "client-1", "hello")
    assert service.accept(conversation, "client-1", "hello again") == Receipt(1, WEB, is_new=False)
    service.say(conversation, [Reply("said by itself")])
    assert service.accept(conversation, "client-1", "hello") == Receipt(1, WEB, is_new=False)
    service.say(conversation, [Reply("hi")], answers=1)
    assert service.accept(conversation, "client-1", "hello") == Receipt(1, WEB, is_new=False, is_answered=True)
    assert [entry.text for entry in service.history(conversation)] == ["hello", "said by itself", "hi"]
    assert service.accept(service.start("web"), "client-1", "hello") == Receipt(1, WEB)


def test_how_far_the_crisis_protocol_has_come_is_kept_until_it_is_said_anew(conversation: str) -> None:
    service.say(conversation, [Reply("one")], protocol={"category": "suicide"})
    service.say(conversation, [Reply("two")])
    assert service.accept(conversation, "client-1", "hello") == Receipt(3, WEB, protocol={"category": "suicide"})
    service.say(conversation, [], protocol={"category": "self_harm"})
    again = service.accept(conversation, "client-1", "hello")
    assert again and again.protocol == {"category": "self_harm"}
    assert service.accept(service.start("web"), "client-1", "hello") == Receipt(1, WEB)


def test_the_protocol_is_encrypted_and_goes_with_the_conversation(conversation: str, database: Path) -> None:
    service.say(conversation, [Reply("one")], protocol={"category": "self_harm"})
    assert not [path for path in database.parent.glob("tandem.db*") if b"self_harm" in path.read_bytes()]
    service.erase(conversation)
    assert rows() == (0, 0)


def test_replies_and_protocol_are_stored_together_or_not_at_all(conversation: str) -> None:
    with pytest.raises(StatementError):
        service.say(conversation, [Reply("one", about={"not json": object()})], protocol={"category": "suicide"})
    receipt = service.accept(conversation, "client-1", "hello")
    assert receipt and receipt.protocol is None


def test_nothing_is_accepted_and_nothing_said_in_a_conversation_that_is_not_there() -> None:
    assert service.accept("no-such-conversation", "client-1", "hello") is None
    service.say("no-such-conversation", [Reply("hello")])  # the patient deleted it while the answer was on its way
    assert rows() == (0, 0)


def test_replies_are_stored_all_or_none(conversation: str) -> None:
    with pytest.raises(StatementError):
        service.say(conversation, [Reply("one"), Reply("two", about={"not json": object()})])
    assert service.history(conversation) == []


def test_a_choice_is_found_by_message_and_index(conversation: str) -> None:
    service.say(conversation, [Reply("which?", (("CBT", "/cbt"), ("DBT", "/dbt")))])
    assert service.choice(conversation, 1, 1) == ("DBT", "/dbt")


@pytest.mark.parametrize(("seq", "index"), [(1, 2), (1, -1), (2, 0), (0, 0), (9, 0)])
def test_a_choice_that_was_not_offered_is_none(conversation: str, seq: int, index: int) -> None:
    service.say(conversation, [Reply("which?", (("CBT", "/cbt"), ("DBT", "/dbt")))])
    service.accept(conversation, "client-1", "neither")
    assert service.choice(conversation, seq, index) is None


def test_a_choice_of_another_conversation_is_none(conversation: str) -> None:
    other = service.start("web")
    service.say(other, [Reply("which?", (("CBT", "/cbt"),))])
    assert service.choice(conversation, 1, 0) is None


def test_erasing_leaves_nothing_of_a_conversation_and_all_of_the_others(conversation: str) -> None:
    other = service.start("web")
    for each in (conversation, other):
        service.accept(each, "client-1", "hello")
        service.say(each, [Reply("hello")])
    service.erase(conversation)
    assert not service.exists(conversation) and service.history(conversation) == []
    assert len(service.history(other)) == 2 and rows() == (1, 2)


def test_erasing_twice_does_no_harm(conversation: str) -> None:
    service.erase(conversation)
    service.erase(conversation)
    assert rows() == (0, 0)


def test_only_conversations_not_used_for_long_are_purged(conversation: str) -> None:
    old = service.start("web")
    service.accept(old, "client-1", "hello")
    last_used(old, days_ago=30.01)
    last_used(conversation, days_ago=29.99)
    assert service.purge(30) == 1
    assert not service.exists(old) and service.exists(conversation) and rows() == (1, 0)
    assert service.purge(30) == 0


def test_a_new_message_keeps_a_conversation_from_the_purge(conversation: str) -> None:
    last_used(conversation, days_ago=31)
    service.accept(conversation, "client-1", "I am back")
    assert service.purge(30) == 0
