"""What happens by itself: alerts are sent and repeated, who waits hears the truth once, what is left over is wiped."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from bot.conversations import service as conversations
from bot.conversations.service import Reply
from bot.db import transaction
from bot.handoff import alerts as alert_rows
from bot.handoff import call_backs, presence, rounds
from bot.handoff import service as handoff
from bot.handoff.alerts import LEASE, MAX_FAILURES, Notice
from bot.handoff.models import Alert, CallBack, Note
from bot.handoff.rounds import go_round, tell_who_waits
from tests.handoff.acting import ALEX, SAM, alerts, ask, at_once, change, find, go, kinds, let_pass, mode, said, ticket


def fail(_: Notice) -> None:
    raise ConnectionError("nobody there")


def request_call_back(conversation: str) -> None:
    for field, text in (("name", "Margaret Olsen"), ("contact", "555-0132"), ("time", "mornings")):
        call_backs.give(conversation, field, text)
    assert call_backs.submit(conversation)


# alerts


def test_an_alert_goes_out_once_and_says_where_to_look(conversation: str) -> None:
    ask(conversation, "clinical", evidence="the hedgehog under the stairs")
    opened = ticket(conversation)
    (notice,), _ = go()
    assert (notice.kind, notice.reason, notice.channel, notice.since) == ("opened", "clinical", "web", opened.opened_at)
    assert (notice.reference, notice.path, notice.is_urgent) == (f"ticket {opened.id}", f"/desk/tickets/{opened.id}", False)
    assert "hedgehog" not in repr(notice) and go()[0] == []


def test_a_crisis_is_repeated_after_two_five_and_ten_minutes_until_somebody_has_seen_it(conversation: str) -> None:
    ask(conversation, "crisis")
    assert kinds(go()[0]) == ["urgent"]
    for minutes, expected in ((1.9, []), (0.2, ["again"]), (2.8, []), (0.2, ["again"]), (4.8, []), (0.2, ["again"]), (60, [])):
        let_pass(minutes=minutes)
        (sent, _) = go()
        assert kinds(sent) == expected and all(notice.is_urgent for notice in sent)


@pytest.mark.parametrize("verb", [handoff.acknowledge, partial(handoff.take, agent=SAM)])
def test_who_acknowledges_or_takes_a_crisis_ends_its_alerts(conversation: str, verb: Callable[[int], object]) -> None:
    ask(conversation, "crisis")
    go()
    verb(ticket(conversation).id)
    let_pass(minutes=30)
    assert go()[0] == []


def test_a_request_for_a_call_back_is_alerted_without_name_or_number(conversation: str) -> None:
    request_call_back(conversation)
    (notice,), _ = go()
    assert (notice.kind, notice.path, notice.reason) == ("call_back", "/desk/call-backs", "call-back")
    assert "Olsen" not in repr(notice) and "0132" not in repr(notice)


def test_an_alert_that_failed_is_sent_again_later_and_later(conversation: str, caplog: pytest.LogCaptureFixture) -> None:
    ask(conversation)
    go(fail)
    assert "ConnectionError" in caplog.text and go()[0] == []
    let_pass(seconds=21)
    go(fail)
    let_pass(seconds=21)
    assert go()[0] == []
    let_pass(seconds=20)
    assert kinds(go()[0]) == ["opened"]


def test_an_alert_that_never_works_is_given_up(conversation: str) -> None:
    ask(conversation)
    for number in range(MAX_FAILURES + 2):
        go(fail)
        let_pass(minutes=number + 1)
    assert alerts()[0].failures == MAX_FAILURES


def test_one_alert_that_fails_does_not_keep_another_back_and_a_crisis_goes_first(conversation: str) -> None:
    ask(conversation)
    other = conversations.start("web")
    ask(other, "crisis")
    tried: list[str] = []

    def send(notice: Notice) -> None:
        tried.append(notice.kind)
        raise ConnectionError

    go(send)
    assert tried == ["urgent", "opened"]


def test_an_alert_whose_sender_was_killed_is_sent_by_the_next(conversation: str) -> None:
    ask(conversation)
    assert (notice := alert_rows.claim()) and notice.kind == "opened"  # and then nothing: the process is gone
    assert go()[0] == []
    let_pass(seconds=LEASE.total_seconds() + 1)
    assert kinds(go()[0]) == ["opened"] and go()[0] == []


def test_an_alert_acknowledged_while_it_is_sent_is_no_fault(conversation: str) -> None:
    ask(conversation, "crisis")
    go(lambda _: handoff.acknowledge(ticket(conversation).id))
    assert alerts() == []


def test_workers_at_once_send_each_alert_once(database: object) -> None:
    for _ in range(10):
        ask(conversations.start("web"))
    sent: list[Notice] = []
    assert at_once(*(partial(go_round, sent.append, lambda _: None) for _ in range(4))) == [None] * 4
    while found := go()[0]:  # a worker that lost a race leaves the rest to its next round
        sent += found
    assert sorted(notice.reference for notice in sent) == sorted({notice.reference for notice in sent}) and len(sent) == 10


# who waits


@pytest.mark.parametrize(("staff", "expected"), [(True, "urgent/open"), (False, "urgent/away")])
def test_after_a_crisis_the_patient_hears_once_that_the_care_team_knows(
    conversation: str, request: pytest.FixtureRequest, staff: bool, expected: str
) -> None:
    if staff:
        request.getfixturevalue("staffed")
    ask(conversation, "crisis")
    assert go()[1] == [], "the crisis texts are read first"
    let_pass(seconds=5)
    assert go()[1] == [conversation] and said(conversation) == [expected] and go()[1] == []


@pytest.mark.usefixtures("staffed")
def test_who_waits_long_hears_once_that_nobody_could_come_and_keeps_the_place(conversation: str) -> None:
    ask(conversation)
    let_pass(seconds=119)
    assert go()[1] == []
    let_pass(seconds=2)
    assert go()[1] == [conversation] and said(conversation)[1:] == ["nobody"]
    let_pass(hours=1)
    assert go()[1] == [] and ticket(conversation).state == "waiting"


def test_who_heard_at_once_that_nobody_is_there_does_not_hear_it_again(conversation: str) -> None:
    ask(conversation)
    let_pass(minutes=10)
    assert go()[1] == [] and len(said(conversation)) == 1


def test_a_crisis_after_long_waiting_is_passed_on_before_anything_else_is_said(conversation: str) -> None:
    ask(conversation)
    let_pass(minutes=10)
    go()
    ask(conversation, "crisis")
    let_pass(seconds=5)
    go()
    go()
    assert said(conversation)[1:] == ["urgent/away"]
    let_pass(minutes=2)
    go()
    assert said(conversation)[2:] == ["nobody"]


def test_who_is_talked_to_is_not_told_that_nobody_came(conversation: str) -> None:
    ask(conversation)
    handoff.take(ticket(conversation).id, SAM)
    ask(conversation, "crisis")
    let_pass(minutes=10)
    assert go()[1] == [] and "nobody" not in said(conversation)


def test_a_clinic_without_call_backs_offers_none_to_who_waits(conversation: str, clinic: Callable[..., None]) -> None:
    clinic(hand_off={"call_back": False})
    ask(conversation)
    let_pass(minutes=3)
    go()
    assert [title for title, _ in conversations.history(conversation)[-1].choices] == ["Stop waiting"]


def test_workers_at_once_tell_who_waits_once(database: object) -> None:
    waiting = [conversations.start("web") for _ in range(4)]
    for conversation in waiting:
        ask(conversation, "crisis")
    let_pass(minutes=10)  # even when what comes after is due too
    told = [found for found in at_once(*[tell_who_waits] * 4) if not isinstance(found, Exception)]
    assert len(told) == 4
    for conversation in waiting:
        assert said(conversation) in (["urgent/away"], ["urgent/away", "nobody"])
    go()
    assert all(said(conversation) == ["urgent/away", "nobody"] for conversation in waiting)


def test_nothing_keeps_the_other_things_from_happening(conversation: str, caplog: pytest.LogCaptureFixture) -> None:
    other = conversations.start("web")
    ask(conversation, "crisis")
    ask(other, evidence="a secret")
    conversations.erase(other)
    let_pass(minutes=3)
    sent: list[Notice] = []

    def announce(_: str) -> None:
        raise RuntimeError("no loop")

    go_round(sent.append, announce)
    assert "round failed: RuntimeError" in caplog.text
    assert [notice.kind for notice in sent] == ["urgent", "again", "opened"]
    with transaction() as session:
        assert [found.about for found in session.scalars(rounds.select(rounds.Ticket)) if found.conversation_id is None] == [None]


def test_a_ticket_that_cannot_be_decrypted_keeps_no_alert_back_and_nobody_waiting(conversation: str) -> None:
    other = conversations.start("web")
    for chat in (conversation, other):
        ask(chat, "crisis")
    first = ticket(conversation).id
    let_pass(seconds=5)
    with transaction() as session:
        session.execute(sa.text("update tickets set about = :lost where id = :id"), {"lost": b"x", "id": first})
    sent, woken = go()
    assert kinds(sent) == ["urgent", "urgent"] and woken == [conversation, other]


def test_what_is_said_to_who_waits_leaves_an_open_question_open(conversation: str) -> None:
    ask(conversation, "crisis")
    conversations.say(conversation, [Reply("What name?", (), {"asks": "name"})])
    let_pass(seconds=5)
    go()
    assert said(conversation)[-1] == "urgent/away" and conversations.state(conversation).asking == "name"  # type: ignore[union-attr]


def test_a_round_without_a_database_is_logged_and_ends(
    conversation: str, broken_database: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    ask(conversation)
    broken_database()
    go()
    assert caplog.text.count("round failed: OperationalError") == 4


# what is left over


def test_what_was_known_of_a_deleted_chat_is_wiped_and_its_ticket_still_counts(conversation: str) -> None:
    taken = conversations.start("web")
    for chat in (conversation, taken):
        ask(chat, "crisis", evidence="a secret")
    handoff.take(ticket(taken).id, ALEX)
    ids = [ticket(chat).id for chat in (conversation, taken)]
    with transaction() as session:
        session.add(Note(ticket_id=ids[0], staff_name="Sam", text="a secret"))
    for chat in (conversation, taken):
        conversations.erase(chat)
    go()
    for ticket_id in ids:
        wiped = find(ticket_id)
        assert (wiped.state, wiped.outcome, wiped.about, wiped.tags, wiped.reason) == ("closed", "deleted", None, [], "crisis")
    with transaction() as session:
        assert session.query(Note).count() == session.query(Alert).filter(Alert.sent_at.is_(None)).count() == 0


def test_what_cannot_be_decrypted_is_wiped_too(conversation: str, configure: Callable[..., None]) -> None:
    ask(conversation, evidence="a secret")
    opened = ticket(conversation).id
    conversations.erase(conversation)
    configure(encryption_keys=Fernet.generate_key().decode())
    go()
    assert (find(opened).state, find(opened).about) == ("closed", None)


def test_a_closed_ticket_of_a_deleted_chat_keeps_its_outcome_and_nothing_else(conversation: str) -> None:
    ask(conversation, evidence="a secret")
    number = ticket(conversation).id
    handoff.take(number, SAM)
    handoff.leave(number, SAM, "answered", is_over=True)
    closed_at = find(number).closed_at
    conversations.erase(conversation)
    go()
    assert (find(number).outcome, find(number).closed_at, find(number).about) == ("answered", closed_at, None)


def test_a_chat_past_its_retention_goes_with_what_the_ticket_knew(conversation: str) -> None:
    ask(conversation, evidence="a secret")
    number = ticket(conversation).id
    let_pass(days=31)
    assert conversations.purge(30) == 1
    go()
    assert find(number).about is None and find(number).outcome == "deleted" and mode(conversation) is None


def test_what_was_given_and_not_handed_in_goes_with_its_chat(conversation: str) -> None:
    call_backs.give(conversation, "name", "Margaret Olsen")
    go()
    assert "name" not in call_backs.missing(conversation)
    conversations.erase(conversation)
    go()
    with transaction() as session:
        assert session.query(CallBack).count() == 0


@pytest.mark.parametrize("is_stored", [True, False])
def test_what_was_given_and_not_handed_in_is_kept_for_two_hours(database: object, is_stored: bool) -> None:
    chat = conversations.start("web", is_stored=is_stored)
    call_backs.give(chat, "name", "Margaret Olsen")
    let_pass(minutes=119)
    go()
    assert call_backs.missing(chat) == ["contact", "time"]
    let_pass(minutes=2)
    go()
    assert call_backs.missing(chat) == ["name", "contact", "time"]


def test_a_request_is_kept_until_somebody_has_dealt_with_it_even_when_the_chat_is_deleted(conversation: str) -> None:
    request_call_back(conversation)
    conversations.erase(conversation)
    let_pass(days=400)
    go()
    (asked,) = call_backs.requested()
    assert asked.details["name"] == "Margaret Olsen"
    assert call_backs.finish(asked.id, "Sam", "reached")
    go()
    with transaction() as session:
        assert session.query(CallBack).count() == 0


def test_what_became_of_a_request_is_kept_for_the_clinics_retention(conversation: str) -> None:
    request_call_back(conversation)
    (asked,) = call_backs.requested()
    call_backs.finish(asked.id, "Sam", "reached")
    change(CallBack, asked.id, created_at=asked.created_at - timedelta(days=29))
    go()
    with transaction() as session:
        assert session.query(CallBack).count() == 1


def test_the_log_has_no_words_of_a_patient(conversation: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    ask(conversation, evidence="a hedgehog")
    request_call_back(conversation)
    go(fail)
    for word in ("hedgehog", "Margaret", "0132", conversation):
        assert word not in caplog.text


# a person who has gone


def test_a_chat_whose_person_has_gone_waits_again_once_the_patient_wrote(conversation: str) -> None:
    ask(conversation)
    handoff.take(ticket(conversation).id, SAM)
    presence.mark(SAM.id)
    conversations.accept(conversation, "client-1", "are you there?")
    let_pass(minutes=5)
    assert go()[1] == [] and mode(conversation) == "human", "Sam may be looking something up"
    presence.leave(SAM.id)
    sent, told = go()
    assert told == [conversation] and said(conversation)[-1] == "gone" and mode(conversation) == "waiting"
    assert (ticket(conversation).state, ticket(conversation).staff_id) == ("waiting", None)
    assert [notice.kind for notice in sent] == ["opened"] and go() == ([], [])


def test_a_chat_that_was_answered_stays_with_its_person(conversation: str) -> None:
    ask(conversation)
    conversations.accept(conversation, "client-1", "hello?")
    handoff.reply(ticket(conversation).id, SAM, "I will look it up.")
    let_pass(minutes=30)
    assert go()[1] == [] and mode(conversation) == "human"


def test_crisis_texts_are_no_answer_by_the_person(conversation: str) -> None:
    ask(conversation)
    handoff.take(ticket(conversation).id, SAM)
    conversations.accept(conversation, "client-1", "I want to die")
    handoff.request(conversation, "crisis", {})
    conversations.say(conversation, [Reply("Call 988.", (), {"route": "crisis"})])
    let_pass(minutes=30)
    assert go()[1] == [conversation] and mode(conversation) == "waiting"


def test_who_has_gone_is_seen_without_decrypting_and_one_ticket_that_fails_keeps_no_other_back(
    database: object, configure: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    fails, second, third = (conversations.start("web") for _ in range(3))
    for number, chat in enumerate((fails, second, third)):
        ask(chat)
        handoff.take(ticket(chat).id, SAM)
        conversations.accept(chat, f"client-{number}", "are you there?")
    conversations.say(fails, [], protocol={"is_asked": True})
    let_pass(minutes=30)
    configure(encryption_keys=Fernet.generate_key().decode())  # the key of what was written so far is gone
    assert go()[1] == [second, third]
    assert "round failed for ticket 1: InvalidToken" in caplog.text and mode(third) == "waiting"


def test_an_urgent_chat_whose_person_has_gone_is_alerted_to_anew(conversation: str) -> None:
    ask(conversation, "crisis")
    handoff.take(ticket(conversation).id, SAM)
    conversations.accept(conversation, "client-1", "please help")
    let_pass(minutes=30)
    assert [notice.kind for notice in go()[0]] == ["urgent"] and ticket(conversation).acknowledged_at is None
