"""What happens by itself every few seconds: alerts go out, who waits hears the truth, what is left over is wiped."""

import logging
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import delete, select

from bot.clinic import load_clinic
from bot.conversations import service as conversations
from bot.conversations.models import now
from bot.conversations.service import WAITING, Reply
from bot.db import transaction
from bot.handoff import alerts, presence, words
from bot.handoff.alerts import Notice
from bot.handoff.models import CallBack, Note, Ticket
from bot.handoff.service import CLOSED, TAKEN

log = logging.getLogger(__name__)

SECONDS_BETWEEN = 2.0
URGENT_TOLD_AFTER = timedelta(seconds=4)  # the crisis texts are read first
MOST_ALERTS = 20  # in one round


def go_round(send: Callable[[Notice], None], announce: Callable[[str], None]) -> None:
    """Send the alerts that are due, tell who waits, wipe what is left over; any worker may do so at any time."""
    for _ in range(MOST_ALERTS):
        notice = alerts.claim()
        if notice is None:
            break
        try:
            send(notice)
        except Exception as error:  # the next round tries again
            log.error("alert %s was not sent: %s", notice.id, type(error).__name__)
            alerts.settle(notice.id, is_sent=False)
        else:
            alerts.settle(notice.id, is_sent=True)
    for conversation_id in tell_who_waits():
        announce(conversation_id)
    wipe()


def tell_who_waits() -> list[str]:
    """Say once that an urgent message has been passed on, and once that nobody could come; return the conversations told."""
    longest = timedelta(seconds=load_clinic().hand_off.wait_seconds)
    with transaction() as session:
        is_new = Ticket.is_urgent & Ticket.told.is_(None) & (Ticket.urgent_at <= now() - URGENT_TOLD_AFTER)
        is_late = (Ticket.told == "opened") & (Ticket.opened_at <= now() - longest)
        waits = (Ticket.state == WAITING) & Ticket.conversation_id.is_not(None)
        found = session.scalars(select(Ticket.id).where(waits, is_new | is_late)).all()
    return [told for told in map(_tell, found) if told is not None]


def _tell(ticket_id: int) -> str | None:
    with transaction() as session:
        ticket = session.get(Ticket, ticket_id)
        if ticket is None or ticket.conversation_id is None:
            return None
        conversations.lock(ticket.conversation_id)
        session.refresh(ticket)
        if ticket.state != WAITING or ticket.told == "nobody":  # somebody came, or another worker told it
            return None
        if ticket.told is None:
            ticket.told, reply = "opened", words.reply("urgent/open" if presence.count_ready() else "urgent/away")
        else:
            ticket.told, reply = "nobody", _nobody()
        conversations.say(ticket.conversation_id, [reply])
        return ticket.conversation_id


def _nobody() -> Reply:
    return words.reply("nobody", *(("call_back",) if load_clinic().hand_off.call_back else ()), "stop")


def wipe() -> None:
    """Close the tickets whose chat was deleted and wipe what they knew; delete call-backs past the clinic's retention."""
    with transaction() as session:
        is_left_over = Ticket.conversation_id.is_(None) & (Ticket.about.is_not(None) | (Ticket.state != CLOSED))
        for ticket in session.scalars(select(Ticket).where(is_left_over)):
            alerts.cancel(ticket.id)
            session.execute(delete(Note).where(Note.ticket_id == ticket.id))
            if ticket.state in (WAITING, TAKEN):
                ticket.state, ticket.outcome, ticket.closed_at = CLOSED, "deleted", now()
            ticket.about, ticket.tags = None, []
        is_old = CallBack.created_at < now() - timedelta(days=load_clinic().retention_days)
        session.execute(delete(CallBack).where(is_old & (CallBack.state != "requested")))
