"""What a patient does: asks for a person, waits, stops waiting, rates. On a real database."""

from collections.abc import Callable

import pytest

from bot.clinic.facts import load_clinic
from bot.conversations import service as conversations
from bot.handoff import service as handoff
from bot.handoff import words
from tests.handoff.acting import ALEX, SAM, alerts, ask, go, kinds, last, let_pass, mode, raw, ticket, tickets

REASONS = ["asked", "clinical", "unanswered", "withheld"]


def choices(conversation: str) -> list[str]:
    return [payload for _, payload in conversations.history(conversation)[-1].choices]


@pytest.mark.parametrize("reason", REASONS)
def test_a_request_opens_a_ticket_and_lets_the_bot_go_on(conversation: str, staffed: None, reason: str) -> None:
    assert ask(conversation, reason, last_topic="cbt") == ["opened/open"]
    opened = ticket(conversation)
    assert (opened.state, opened.reason, opened.channel, opened.language) == ("waiting", reason, "web", "en")
    assert opened.about == {"handoff": reason, "last_topic": "cbt"} and not opened.is_urgent
    assert mode(conversation) == "waiting" and [alert.kind for alert in alerts(opened.id)] == ["opened"]


def test_a_crisis_opens_an_urgent_ticket_and_says_nothing_itself(conversation: str, staffed: None) -> None:
    assert ask(conversation, "crisis", category="suicide") == []
    opened = ticket(conversation)
    assert (opened.state, opened.reason, opened.is_urgent, opened.told) == ("waiting", "crisis", True, None)
    assert mode(conversation) == "waiting"
    assert [alert.kind for alert in alerts(opened.id)] == ["urgent", "again", "again", "again"]


@pytest.mark.usefixtures("is_open", "staffed")
def test_somebody_at_the_desk_is_promised_with_the_place_in_line(conversation: str) -> None:
    ask(conversations.start("web"))
    ask(conversation)
    (entry,) = conversations.history(conversation)
    assert "You are number 2 in line" in entry.text and load_clinic().pack.emergency_number in entry.text
    assert choices(conversation) == [words.STOP]


@pytest.mark.usefixtures("is_open")
def test_nobody_at_the_desk_is_said_honestly_and_a_call_back_is_offered(conversation: str) -> None:
    assert ask(conversation) == ["opened/away"]
    assert choices(conversation) == [words.CALL_BACK, words.STOP]


@pytest.mark.usefixtures("is_closed")
def test_a_closed_clinic_says_when_it_opens(conversation: str) -> None:
    assert ask(conversation) == ["opened/closed"]
    (entry,) = conversations.history(conversation)
    assert "It opens again" in entry.text and "{" not in entry.text
    assert choices(conversation) == [words.CALL_BACK, words.STOP]


def test_without_chats_with_people_no_ticket_is_opened(conversation: str, clinic: Callable[..., None]) -> None:
    clinic(hand_off={"offers_chat": False})
    assert ask(conversation) == ["opened/off"] and tickets(conversation) == [] and mode(conversation) == "bot"
    assert choices(conversation) == [words.CALL_BACK]


def test_without_chats_with_people_a_crisis_still_reaches_them(conversation: str, clinic: Callable[..., None]) -> None:
    clinic(hand_off={"offers_chat": False})
    ask(conversation, "crisis")
    assert ticket(conversation).is_urgent


def test_a_clinic_that_does_not_call_back_does_not_offer_it(conversation: str, clinic: Callable[..., None]) -> None:
    clinic(hand_off={"offers_chat": False, "call_back": False})
    ask(conversation)
    assert choices(conversation) == []


@pytest.mark.parametrize(("reason", "expected"), [("asked", ["not_stored"]), ("clinical", ["not_stored"]), ("crisis", [])])
def test_a_chat_that_is_not_stored_is_told_that_nobody_can_see_it(database: object, reason: str, expected: list[str]) -> None:
    unstored = conversations.start("web", is_stored=False)
    assert ask(unstored, reason) == expected and tickets(None) == [] and mode(unstored) == "bot"


def test_asking_again_tells_the_place_and_opens_nothing(conversation: str, staffed: None) -> None:
    other = conversations.start("web")
    ask(conversation)
    ask(other)
    assert ask(other) == ["still_waiting"] and "You are number 2" in conversations.history(other)[-1].text
    handoff.take(ticket(conversation).id, SAM)
    ask(other)
    assert "You are number 1" in conversations.history(other)[-1].text
    assert len(tickets(other)) == 1 and [alert.kind for alert in alerts(ticket(other).id)] == ["opened"]


@pytest.mark.usefixtures("is_closed")
def test_asking_again_while_nobody_is_there_says_so_again(conversation: str) -> None:
    ask(conversation)
    assert ask(conversation) == ["opened/closed"] and choices(conversation) == [words.CALL_BACK, words.STOP]
    assert len(tickets(conversation)) == 1 and len(alerts(ticket(conversation).id)) == 1


def test_another_reason_is_added_without_a_word(conversation: str) -> None:
    ask(conversation, last_topic="cbt")
    assert ask(conversation, "clinical", kind="dose") == []
    assert ticket(conversation).about == {"handoff": "clinical", "last_topic": "cbt", "kind": "dose"}


def test_a_crisis_makes_the_ticket_urgent_and_goes_first(conversation: str, staffed: None) -> None:
    other = conversations.start("web")
    ask(conversation)
    ask(other)
    ask(other, "crisis")
    assert (ticket(other).is_urgent, ticket(other).reason, ticket(other).told) == (True, "crisis", None)
    assert [alert.kind for alert in alerts(ticket(other).id)] == ["urgent", "again", "again", "again"]
    ask(conversation)
    assert "You are number 2" in conversations.history(conversation)[-1].text


def test_a_second_crisis_adds_no_alerts_until_the_first_was_acknowledged(conversation: str) -> None:
    ask(conversation, "crisis")
    first = ticket(conversation)
    ask(conversation, "crisis")
    assert len(alerts(first.id)) == 4 and ticket(conversation).urgent_at == first.urgent_at
    handoff.acknowledge(first.id)
    assert alerts(first.id) == []
    ask(conversation, "crisis")
    assert len(alerts(first.id)) == 4 and ticket(conversation).acknowledged_at is None


def test_a_crisis_after_the_last_reminder_alerts_anew(conversation: str) -> None:
    ask(conversation, "crisis")
    for minutes in (0, 3, 3, 6):
        let_pass(minutes=minutes)
        go()
    first = ticket(conversation)
    ask(conversation, "crisis")
    assert kinds(go()[0]) == ["urgent"] and ticket(conversation).urgent_at == first.urgent_at
    let_pass(minutes=3)
    assert kinds(go()[0]) == ["again"]


def test_a_crisis_in_a_chat_that_somebody_has_alerts_without_taking_it_away(conversation: str) -> None:
    ask(conversation)
    handoff.take(ticket(conversation).id, SAM)
    assert ask(conversation, "crisis") == []
    urgent = ticket(conversation)
    assert (urgent.state, urgent.staff_id, urgent.is_urgent, mode(conversation)) == ("taken", SAM.id, True, "human")
    assert len(alerts(urgent.id)) == 4


def test_a_deleted_chat_cannot_ask(conversation: str) -> None:
    conversations.erase(conversation)
    assert handoff.request(conversation, "asked", {}) == [] and tickets(None) == []


def test_who_stops_waiting_is_out_of_line(conversation: str) -> None:
    ask(conversation)
    assert [reply.about["message"] for reply in handoff.stop_waiting(conversation)] == ["stopped"]
    closed = ticket(conversation)
    assert (closed.state, closed.outcome, mode(conversation)) == ("closed", "stopped", "bot") and closed.closed_at
    assert alerts(closed.id) == []
    assert ask(conversation)[0].startswith("opened/") and len(tickets(conversation)) == 2


def test_stopping_twice_is_answered_and_changes_nothing(conversation: str) -> None:
    assert [reply.about["message"] for reply in handoff.stop_waiting(conversation)] == ["stopped"]
    assert tickets(conversation) == []


def test_who_is_in_danger_keeps_the_place_and_hears_so(conversation: str) -> None:
    ask(conversation, "crisis")
    assert [reply.about["message"] for reply in handoff.stop_waiting(conversation)] == ["urgent/stays"]
    assert ticket(conversation).state == "waiting" and len(alerts(ticket(conversation).id)) == 4


def test_stopping_when_a_person_has_come_is_too_late_and_silent(conversation: str) -> None:
    ask(conversation)
    handoff.take(ticket(conversation).id, SAM)
    assert handoff.stop_waiting(conversation) == [] and ticket(conversation).state == "taken"


def test_the_rating_belongs_to_the_last_chat_that_is_over(conversation: str) -> None:
    for agent in (SAM, ALEX):
        ask(conversation)
        handoff.take(ticket(conversation).id, agent)
        handoff.leave(ticket(conversation).id, agent, "answered", is_over=True)
    offered = [payload for _, payload in conversations.history(conversation)[-1].choices]
    assert last(conversation) == "rate" and offered == [f"{words.RATE}{rating}" for rating in (5, 4, 3, 2, 1)]
    assert [reply.about["message"] for reply in handoff.rate(conversation, 4)] == ["rated"]
    assert [found.rating for found in tickets(conversation)] == [None, 4]


def test_a_rating_pressed_while_the_next_person_is_there_is_kept_for_the_one_before_in_silence(conversation: str) -> None:
    for agent in (SAM, ALEX):
        ask(conversation)
        handoff.take(ticket(conversation).id, agent)
        if agent == SAM:
            handoff.leave(ticket(conversation).id, agent, "answered", is_over=True)
    assert handoff.rate(conversation, 5) == [] and [found.rating for found in tickets(conversation)] == [5, None]


@pytest.mark.parametrize("rating", [0, 6, -1])
def test_a_rating_off_the_scale_is_not_kept(conversation: str, rating: int) -> None:
    ask(conversation)
    handoff.take(ticket(conversation).id, SAM)
    handoff.leave(ticket(conversation).id, SAM, "answered", is_over=True)
    handoff.rate(conversation, rating)
    assert ticket(conversation).rating is None


def test_a_ticket_that_nobody_took_is_not_rated(conversation: str) -> None:
    ask(conversation)
    handoff.stop_waiting(conversation)
    handoff.rate(conversation, 5)
    assert ticket(conversation).rating is None


def test_what_is_known_of_a_ticket_is_encrypted(conversation: str) -> None:
    ask(conversation, "crisis", evidence="the hedgehog under the stairs")
    assert raw("select about from tickets") and b"hedgehog" not in raw("select about from tickets")


def test_the_place_counts_only_who_still_waits(conversation: str, staffed: None) -> None:
    gone, closed = conversations.start("web"), conversations.start("web")
    ask(gone)
    ask(closed)
    ask(conversation)
    conversations.erase(gone)
    handoff.close_waiting(ticket(closed).id, "called back")
    ask(conversation)
    assert "You are number 1" in conversations.history(conversation)[-1].text
