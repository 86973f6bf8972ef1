"""What a person at the desk does: takes a chat, replies, leaves it, gives it on, acknowledges, closes; alone and at once."""

from functools import partial

import pytest

from bot.conversations import service as conversations
from bot.handoff import service as handoff
from bot.handoff.service import MAX_CHARACTERS, Agent, NotYours
from tests.handoff.acting import ALEX, SAM, alerts, ask, at_once, find, last, mode, said, ticket, tickets

NOBODY = 4_000_000


@pytest.fixture
def waiting(conversation: str) -> str:
    """Give a conversation that waits for a person."""
    ask(conversation)
    return conversation


@pytest.fixture
def taken(waiting: str) -> str:
    """Give a conversation that Sam has."""
    handoff.take(ticket(waiting).id, SAM)
    return waiting


def test_who_takes_a_chat_is_introduced_by_name_and_title(waiting: str) -> None:
    assert handoff.take(ticket(waiting).id, SAM) == waiting
    taken = ticket(waiting)
    assert (taken.state, taken.staff_id, taken.staff_name, mode(waiting)) == ("taken", SAM.id, "Sam", "human")
    assert taken.taken_at == taken.acknowledged_at is not None and alerts(taken.id) == []
    assert last(waiting) == "joined" and conversations.history(waiting)[-1].text.startswith("Sam (nurse) from ")


def test_who_has_no_title_is_introduced_by_name(waiting: str) -> None:
    handoff.take(ticket(waiting).id, Agent(3, "Kim", ""))
    assert conversations.history(waiting)[-1].text.startswith("Kim from ")


def test_a_chat_is_taken_once(taken: str) -> None:
    assert handoff.take(ticket(taken).id, ALEX) is None and handoff.take(ticket(taken).id, SAM) is None
    assert said(taken).count("joined") == 1 and ticket(taken).staff_id == SAM.id


def test_what_is_not_there_cannot_be_taken_and_is_nobodys(waiting: str) -> None:
    handoff.close_waiting(ticket(waiting).id, "called back")
    for ticket_id in (ticket(waiting).id, NOBODY):
        assert handoff.take(ticket_id, SAM) is handoff.give(ticket_id, SAM) is handoff.close_waiting(ticket_id, "double") is None
        handoff.acknowledge(ticket_id)
        with pytest.raises(NotYours):
            handoff.reply(ticket_id, SAM, "Hello")
    assert "joined" not in said(waiting) and mode(waiting) == "bot"


def test_a_deleted_chat_cannot_be_taken_or_written_in(taken: str) -> None:
    other = conversations.start("web")
    ask(other)
    ids = [ticket(conversation).id for conversation in (taken, other)]
    for conversation in (taken, other):
        conversations.erase(conversation)
    assert handoff.take(ids[1], SAM) is None
    with pytest.raises(NotYours):
        handoff.reply(ids[0], SAM, "Hello")
    with pytest.raises(NotYours):
        handoff.leave(ids[0], SAM, "answered", is_over=True)


def test_a_reply_is_a_persons(taken: str) -> None:
    assert handoff.reply(ticket(taken).id, SAM, "  Hello, I am here.  ") == taken
    entry = conversations.history(taken)[-1]
    assert (entry.sender, entry.text, entry.about) == ("person", "Hello, I am here.", {"name": "Sam", "title": "nurse"})


def test_the_first_reply_takes_a_waiting_chat(waiting: str) -> None:
    handoff.reply(ticket(waiting).id, SAM, "Hello")
    assert said(waiting)[-2:] == ["joined", "Hello"] and (ticket(waiting).state, mode(waiting)) == ("taken", "human")


def test_a_stranger_may_not_write_in_somebodys_chat(taken: str) -> None:
    before = said(taken)
    with pytest.raises(NotYours, match="This chat is not yours"):
        handoff.reply(ticket(taken).id, ALEX, "Hello")
    with pytest.raises(NotYours):
        handoff.leave(ticket(taken).id, ALEX, "answered", is_over=True)
    assert said(taken) == before and ticket(taken).staff_id == SAM.id


def test_an_endless_reply_is_cut(taken: str) -> None:
    handoff.reply(ticket(taken).id, SAM, "a" * 2 * MAX_CHARACTERS)
    assert len(last(taken)) == MAX_CHARACTERS


@pytest.mark.parametrize(("is_over", "expected"), [(True, ["left", "rate"]), (False, ["left"])])
def test_who_leaves_gives_the_chat_back_to_the_assistant(taken: str, is_over: bool, expected: list[str]) -> None:
    before = len(said(taken))
    assert handoff.leave(ticket(taken).id, SAM, "answered", is_over) == taken
    assert said(taken)[before:] == expected and mode(taken) == "bot"
    closed = ticket(taken)
    assert (closed.state, closed.outcome) == ("closed", "answered") and closed.closed_at
    with pytest.raises(NotYours):
        handoff.reply(closed.id, SAM, "One more thing")


def test_leaving_ends_the_alerts_of_a_crisis_said_meanwhile(taken: str) -> None:
    ask(taken, "crisis")
    handoff.leave(ticket(taken).id, SAM, "answered", is_over=True)
    assert alerts(ticket(taken).id) == []


def test_a_chat_is_given_to_somebody_else_who_is_introduced(taken: str) -> None:
    assert handoff.give(ticket(taken).id, ALEX) == taken
    assert conversations.history(taken)[-1].text.startswith("Alex (therapist) from ") and mode(taken) == "human"
    with pytest.raises(NotYours):
        handoff.reply(ticket(taken).id, SAM, "Hello")
    handoff.reply(ticket(taken).id, ALEX, "Hello")
    assert last(taken) == "Hello"


def test_only_a_taken_chat_is_given_and_not_to_who_has_it(waiting: str) -> None:
    assert handoff.give(ticket(waiting).id, ALEX) is None
    handoff.take(ticket(waiting).id, SAM)
    assert handoff.give(ticket(waiting).id, SAM) is None and said(waiting).count("joined") == 1


def test_a_ticket_that_nobody_took_is_closed_with_its_outcome(waiting: str) -> None:
    assert handoff.close_waiting(ticket(waiting).id, "called back") == waiting
    assert (ticket(waiting).state, ticket(waiting).outcome, mode(waiting)) == ("closed", "called back", "bot")


def test_a_taken_ticket_is_not_closed_as_waiting(taken: str) -> None:
    assert handoff.close_waiting(ticket(taken).id, "double") is None and mode(taken) == "human"


def test_who_acknowledges_ends_the_alerts_and_leaves_the_chat_waiting(conversation: str) -> None:
    ask(conversation, "crisis")
    handoff.acknowledge(ticket(conversation).id)
    seen = ticket(conversation)
    assert seen.acknowledged_at and alerts(seen.id) == [] and (seen.state, mode(conversation)) == ("waiting", "waiting")
    handoff.acknowledge(seen.id)
    assert ticket(conversation).acknowledged_at == seen.acknowledged_at


# at once


def test_of_many_who_take_a_chat_at_once_one_has_it(waiting: str) -> None:
    agents = [Agent(number, f"Agent {number}", "nurse") for number in range(1, 9)]
    results = at_once(*(partial(handoff.take, ticket(waiting).id, agent) for agent in agents))
    (winner,) = [agent for agent, result in zip(agents, results, strict=True) if result == waiting]
    assert [result for result in results if result != waiting] == [None] * 7
    assert ticket(waiting).staff_id == winner.id and said(waiting).count("joined") == 1


def test_of_many_who_reply_first_at_once_one_has_the_chat_and_the_others_are_told(waiting: str) -> None:
    agents = [Agent(number, f"Agent {number}", "nurse") for number in range(1, 9)]
    results = at_once(*(partial(handoff.reply, ticket(waiting).id, agent, f"Hello from {agent.id}") for agent in agents))
    assert sum(result == waiting for result in results) == 1
    assert sum(isinstance(result, NotYours) for result in results) == 7
    assert said(waiting)[-2:] == ["joined", f"Hello from {ticket(waiting).staff_id}"]


def test_replies_at_once_are_all_kept_in_one_order(taken: str) -> None:
    texts = [f"line {number}" for number in range(12)]
    assert at_once(*(partial(handoff.reply, ticket(taken).id, SAM, text) for text in texts)) == [taken] * 12
    entries = conversations.history(taken)
    assert sorted(entry.text for entry in entries if entry.sender == "person") == sorted(texts)
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))


def test_stopping_and_taking_at_once_leave_one_of_both(conversation: str) -> None:
    for _ in range(6):
        ask(conversation)
        number = ticket(conversation).id
        at_once(partial(handoff.take, number, SAM), partial(handoff.stop_waiting, conversation))
        found = find(number)
        assert (found.state, mode(conversation)) in [("taken", "human"), ("closed", "bot")]
        if found.state == "taken":
            assert last(conversation) == "joined"
            handoff.leave(number, SAM, "answered", is_over=False)


def test_taking_and_deleting_at_once_leave_nobody_in_a_deleted_chat(database: object) -> None:
    for _ in range(6):
        conversation = conversations.start("web")
        ask(conversation)
        number = ticket(conversation).id
        taken, _ = at_once(partial(handoff.take, number, SAM), partial(conversations.erase, conversation))
        assert taken in (conversation, None) and not conversations.exists(conversation)
        assert find(number).conversation_id is None
        with pytest.raises(NotYours):
            handoff.reply(number, SAM, "Hello")


def test_asking_at_once_opens_one_ticket(conversation: str) -> None:
    results = at_once(*(partial(ask, conversation, reason) for reason in ("asked", "crisis", "asked", "clinical", "crisis")))
    assert not [result for result in results if isinstance(result, Exception)]
    assert len(tickets(conversation)) == 1 and ticket(conversation).is_urgent and mode(conversation) == "waiting"
    assert [alert.kind for alert in alerts(ticket(conversation).id)].count("urgent") == 1
