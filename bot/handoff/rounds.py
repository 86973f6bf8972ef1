"""What happens by itself every few seconds: alerts go out, who waits hears the truth, what is left over is wiped."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from sqlalchemy import delete, select
from sqlalchemy.orm import defer

from bot.clinic.facts import load_clinic
from bot.conversations import service as conversations
from bot.conversations.memory import PREFIX
from bot.conversations.models import Conversation, now
from bot.conversations.service import WAITING
from bot.db import transaction
from bot.handoff import alerts, presence, queue, slack, words
from bot.handoff.alerts import Notice
from bot.handoff.models import CallBack, Note, Ticket
from bot.handoff.service import CLOSED, TAKEN, put_back

log = logging.getLogger(__name__)

SECONDS_BETWEEN = 2.0
URGENT_TOLD_AFTER = timedelta(seconds=4)  # the crisis texts are read first
GONE_AFTER, UNANSWERED_FOR = timedelta(minutes=10), timedelta(minutes=2)  # when a taken chat is deserted
MOST_ALERTS = 20  # in one round
DRAFT_KEPT = timedelta(hours=2)  # as long as a chat in memory, of which nobody else knows when it ends


def go_round(send: Callable[[Notice], None], announce: Callable[[str], None]) -> None:
    """Tell who waits, send the alerts that are due, wipe what is left over; any worker may do so at any time.

    What fails is logged, tried again in the next round, and keeps the rest from nothing. A mail server that hangs keeps no
    patient waiting: they are told first.
    """
    tell, put_back_all = (partial(_announce_all, announce, verb) for verb in (tell_who_waits, put_back_deserted))
    steps: tuple[Callable[[], object], ...] = (tell, put_back_all, partial(_send_all, send), wipe, slack.refresh)
    for step in steps:
        try:
            step()
        except Exception as error:
            log.error("round failed: %s", type(error).__name__)


def _announce_all(announce: Callable[[str], None], verb: Callable[[], list[str]]) -> None:
    for conversation_id in verb():
        announce(conversation_id)


def _send_all(send: Callable[[Notice], None]) -> None:
    for _ in range(MOST_ALERTS):
        notice = alerts.claim()
        if notice is None:
            break
        try:
            send(notice)
        except Exception as error:  # a later round tries again
            log.error("alert %s was not sent: %s", notice.id, type(error).__name__)
            alerts.settle(notice.id, is_sent=False)
        else:
            alerts.settle(notice.id, is_sent=True)


def put_back_deserted() -> list[str]:
    """Let chats wait again whose person is gone while the patient's last message has no answer; return the conversations."""
    return _try_each(_put_back_if_deserted, queue.taken())


def _put_back_if_deserted(ticket: Ticket) -> str | None:
    absent = presence.absent_since(ticket.staff_id)
    if absent is None or absent > now() - GONE_AFTER:
        return None
    since = queue.unanswered_since(ticket)
    return put_back(ticket.id) if since and since <= now() - UNANSWERED_FOR else None


def tell_who_waits() -> list[str]:
    """Say once that an urgent message has been passed on, and once that nobody could come; return the conversations told."""
    with transaction() as session:
        waits = (Ticket.state == WAITING) & Ticket.conversation_id.is_not(None)
        is_untold = Ticket.told.is_(None) | (Ticket.told == "opened")
        waiting = session.scalars(select(Ticket).where(waits, is_untold).options(defer(Ticket.about))).all()
    return _try_each(_tell, [ticket for ticket in waiting if _next_told(ticket)])


def _try_each(verb: Callable[[Ticket], str | None], tickets: list[Ticket]) -> list[str]:
    """Do something about each ticket and return the conversations where it was done; one that fails keeps no other back."""
    done = []
    for ticket in tickets:
        try:
            done.append(verb(ticket))
        except Exception as error:
            log.error("round failed for ticket %s: %s", ticket.id, type(error).__name__)
    return [conversation_id for conversation_id in done if conversation_id is not None]


def _next_told(ticket: Ticket) -> str | None:
    """Return what somebody who waits should hear now: opened (an urgent message was passed on), nobody, or nothing yet."""
    waited = now() - (ticket.urgent_at or ticket.opened_at)
    if ticket.state != WAITING:
        return None
    if ticket.told is None and ticket.is_urgent and waited >= URGENT_TOLD_AFTER:
        return "opened"
    longest = timedelta(seconds=load_clinic().hand_off.wait_seconds)
    return "nobody" if ticket.told == "opened" and waited >= longest else None


def _tell(waiting: Ticket) -> str | None:
    with transaction() as session:
        ticket = session.get(Ticket, waiting.id, options=[defer(Ticket.about)])
        if ticket is None or ticket.conversation_id is None:
            return None
        state = conversations.lock(ticket.conversation_id)
        session.refresh(ticket, ["state", "told", "conversation_id", "is_urgent", "urgent_at", "opened_at"])
        told = _next_told(ticket)
        if told is None or ticket.conversation_id is None:  # somebody came, another worker told it, or the chat was deleted
            return None
        ticket.told = told
        passed_on = "urgent/open" if load_clinic().hand_off.offers_chat and presence.count_ready() else "urgent/away"
        nobody = words.reply("nobody", *words.call_back_offer(), "stop")
        said = nobody if told == "nobody" else words.reply(passed_on)
        if state and state.asking:  # a form waits for its answer: what is said in between must not send it to the engine
            said = replace(said, about=said.about | {"asks": state.asking})
        conversations.say(ticket.conversation_id, [said])
        return ticket.conversation_id


def wipe() -> None:
    """Close the tickets whose chat was deleted and wipe what they knew; delete call-backs that are done with.

    What was given for a request and never handed in goes with its chat, or after two hours; a request is kept until somebody
    has dealt with it, and then, without name and contact, for the clinic's retention.
    """
    with transaction() as session:
        is_left_over = Ticket.conversation_id.is_(None) & (Ticket.about.is_not(None) | (Ticket.state != CLOSED))
        for ticket in session.scalars(select(Ticket).where(is_left_over).options(defer(Ticket.about))):
            alerts.cancel(ticket.id)
            session.execute(delete(Note).where(Note.ticket_id == ticket.id))
            if ticket.state in (WAITING, TAKEN):
                ticket.state, ticket.outcome, ticket.closed_at = CLOSED, "deleted", now()
            ticket.about, ticket.tags = None, []
        is_gone = CallBack.conversation_id.not_in(select(Conversation.id)) & ~CallBack.conversation_id.startswith(PREFIX)
        is_stale = (CallBack.state == "draft") & (is_gone | (CallBack.created_at < now() - DRAFT_KEPT))
        is_old = (CallBack.state != "requested") & (CallBack.created_at < now() - timedelta(days=load_clinic().retention_days))
        session.execute(delete(CallBack).where(is_stale | is_old))
