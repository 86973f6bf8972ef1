"""Call-back requests: given field by field, handed in with consent, dealt with once. On a real database."""

from functools import partial

from bot.conversations import service as conversations
from bot.handoff import call_backs
from tests.handoff.acting import alerts, at_once, raw


def give_all(conversation: str) -> None:
    for field, text in (("name", "my name is Margaret Olsen"), ("contact", "555-0132"), ("time", "mornings")):
        assert call_backs.give(conversation, field, text)


def test_fields_are_kept_one_after_the_other_and_handed_in(conversation: str) -> None:
    assert call_backs.missing(conversation) == ["name", "contact", "time"]
    assert not call_backs.submit(conversation)
    call_backs.give(conversation, "name", "Sam")
    assert not call_backs.submit(conversation) and call_backs.missing(conversation) == ["contact", "time"]
    give_all(conversation)
    assert call_backs.missing(conversation) == [] and call_backs.requested() == [] and alerts() == []
    assert call_backs.submit(conversation)
    (asked,) = call_backs.requested()
    assert asked.details == {"name": "Margaret Olsen", "contact": "555-0132", "time": "mornings"}
    assert asked.requested_at and [alert.kind for alert in alerts()] == ["call_back"]


def test_a_request_is_handed_in_once_and_the_next_starts_empty(conversation: str) -> None:
    give_all(conversation)
    call_backs.submit(conversation)
    assert not call_backs.submit(conversation) and len(call_backs.requested()) == len(alerts()) == 1
    assert call_backs.missing(conversation) == ["name", "contact", "time"]


def test_what_gives_nothing_changes_nothing(conversation: str) -> None:
    assert not call_backs.give(conversation, "contact", "what is CBT?")
    assert call_backs.missing(conversation) == ["name", "contact", "time"]


def test_who_changes_their_mind_leaves_nothing_behind(conversation: str) -> None:
    give_all(conversation)
    call_backs.submit(conversation)
    call_backs.give(conversation, "name", "Margaret Olsen")
    call_backs.drop(conversation)
    assert call_backs.missing(conversation) == ["name", "contact", "time"]
    assert len(call_backs.requested()) == 1, "what was handed in stays"


def test_a_chat_that_is_not_stored_can_ask_too(database: object) -> None:
    unstored = conversations.start("web", is_stored=False)
    give_all(unstored)
    assert call_backs.submit(unstored) and len(call_backs.requested()) == 1


def test_requests_come_in_order_and_apart(conversation: str) -> None:
    other = conversations.start("web")
    for chat in (conversation, other):
        give_all(chat)
    call_backs.submit(other)
    call_backs.submit(conversation)
    assert [asked.conversation_id for asked in call_backs.requested()] == [other, conversation]


def test_who_deals_with_a_request_deletes_name_and_contact(conversation: str) -> None:
    give_all(conversation)
    call_backs.submit(conversation)
    (asked,) = call_backs.requested()
    assert call_backs.finish(asked.id, "Sam", "reached") and call_backs.requested() == []
    assert not call_backs.finish(asked.id, "Alex", "reached") and not call_backs.finish(4_000_000, "Alex", "reached")


def test_of_many_who_deal_with_a_request_at_once_one_did(conversation: str) -> None:
    give_all(conversation)
    call_backs.submit(conversation)
    (asked,) = call_backs.requested()
    results = at_once(*(partial(call_backs.finish, asked.id, f"Agent {number}", "reached") for number in range(8)))
    assert sorted(map(str, results)) == ["False"] * 7 + ["True"]


def test_what_was_given_is_encrypted(conversation: str) -> None:
    give_all(conversation)
    stored = raw("select details from call_backs")
    assert stored and b"Margaret" not in stored and b"555-0132" not in stored
