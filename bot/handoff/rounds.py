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
from bot.conversations.service import PATIENT, WAITING, Reply
from bot.db import transaction
from bot.handoff import alerts, presence, slack, words
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
    with transaction() as session:
        taken = (Ticket.state == TAKEN) & Ticket.conversation_id.is_not(None)
        found = session.execute(select(Ticket.id, Ticket.conversation_id, Ticket.staff_id).where(taken)).all()
    return [put for ticket_id, chat, staff_id in found if _is_deserted(chat, staff_id) and (put := put_back(ticket_id))]


def _is_deserted(conversation_id: str | None, staff_id: int | None) -> bool:
    absent = presence.absent_since(staff_id)
    if absent is None or absent > now() - GONE_AFTER:
        return False
    entries = conversations.history(conversation_id or "")
    return bool(entries) and entries[-1].sender == PATIENT and entries[-1].said_at <= now() - UNANSWERED_FOR


def tell_who_waits() -> list[str]:
    """Say once that an urgent message has been passed on, and once that nobody could come; return the conversations told."""
    with transaction() as session:
        waits = (Ticket.state == WAITING) & Ticket.conversation_id.is_not(None)
        is_untold = Ticket.told.is_(None) | (Ticket.told == "opened")
        waiting = session.scalars(select(Ticket).where(waits, is_untold).options(defer(Ticket.about))).all()
        found = [ticket.id for ticket in waiting if _next_told(ticket)]
    return [told for told in map(_try_to_tell, found) if told is not None]


def _try_to_tell(ticket_id: int) -> str | None:
    try:
        return _tell(ticket_id)
    except Exception as error:  # one who cannot be told keeps nobody else from hearing
        log.error("ticket %s: who waits was not told: %s", ticket_id, type(error).__name__)
        return None


def _next_told(ticket: Ticket) -> str | None:
    """Return what somebody who waits should hear now: opened (an urgent message was passed on), nobody, or nothing yet."""
    waited = now() - (ticket.urgent_at or ticket.opened_at)
    if ticket.state != WAITING:
        return None
    if ticket.told is None and ticket.is_urgent and waited >= URGENT_TOLD_AFTER:
        return "opened"
    longest = timedelta(seconds=load_clinic().hand_off.wait_seconds)
    return "nobody" if ticket.told == "opened" and waited >= longest else None


def _tell(ticket_id: int) -> str | None:
    with transaction() as session:
        ticket = session.get(Ticket, ticket_id, options=[defer(Ticket.about)])
        if ticket is None or ticket.conversation_id is None:
            return None
        state = conversations.lock(ticket.conversation_id)
        session.refresh(ticket, ["state", "told", "conversation_id", "is_urgent", "urgent_at", "opened_at"])
        told = _next_told(ticket)
        if told is None or ticket.conversation_id is None:  # somebody came, another worker told it, or the chat was deleted
            return None
        ticket.told = told
        passed_on = "urgent/open" if load_clinic().hand_off.offers_chat and presence.count_ready() else "urgent/away"
        said = _nobody() if told == "nobody" else words.reply(passed_on)
        if state and state.asking:  # a form waits for its answer: what is said in between must not send it to the engine
            said = replace(said, about=said.about | {"asks": state.asking})
        conversations.say(ticket.conversation_id, [said])
        return ticket.conversation_id


def _nobody() -> Reply:
    return words.reply("nobody", *(("call_back",) if load_clinic().hand_off.call_back else ()), "stop")


def wipe() -> None:
    """Close the tickets whose chat was deleted and wipe what they knew; delete call-backs that are done with.

    What was given for a request and never handed in goes with its chat, or after two hours; a request is kept until somebody
    has dealt with it, and then, without name and contact, for the clinic's retention.
    """
    with transaction() as session:
        is_left_over = Ticket.conversation_id.is_(None) & (Ticket.about.is_not(None) | (Ticket.state != CLOSED))
        for ticket in session.scalars(select(Ticket).where(is_left_over)):
            alerts.cancel(ticket.id)
            session.execute(delete(Note).where(Note.ticket_id == ticket.id))
            if ticket.state in (WAITING, TAKEN):
                ticket.state, ticket.outcome, ticket.closed_at = CLOSED, "deleted", now()
            ticket.about, ticket.tags = None, []
        is_gone = CallBack.conversation_id.not_in(select(Conversation.id)) & ~CallBack.conversation_id.startswith(PREFIX)
        is_stale = (CallBack.state == "draft") & (is_gone | (CallBack.created_at < now() - DRAFT_KEPT))
        is_old = (CallBack.state != "requested") & (CallBack.created_at < now() - timedelta(days=load_clinic().retention_days))
        session.execute(delete(CallBack).where(is_stale | is_old))
