"""What the desk reads: who waits, who has whom, what was closed lately, and whether anything of it has changed."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import defer

from bot.conversations.models import Message, now
from bot.conversations.service import PATIENT, PERSON, WAITING
from bot.db import transaction
from bot.handoff.alerts import AGAIN_AFTER
from bot.handoff.models import CallBack, Note, Presence, Ticket
from bot.handoff.presence import SEEN_WITHIN
from bot.handoff.service import CLOSED, TAKEN

LATELY = timedelta(hours=24)
MOST_CLOSED = 30
_TICKETS = select(Ticket).options(defer(Ticket.about))  # what a lost key has made unreadable must not take the queue away


def find(ticket_id: int) -> Ticket | None:
    """Return a ticket; None when there is none such."""
    with transaction() as session:
        return session.get(Ticket, ticket_id)


def waiting() -> list[Ticket]:
    """Return the tickets that nobody took: urgent ones first, then who has waited longest."""
    is_here = (Ticket.state == WAITING) & Ticket.conversation_id.is_not(None)
    with transaction() as session:
        return list(session.scalars(_TICKETS.where(is_here).order_by(Ticket.is_urgent.desc(), Ticket.id)))


def taken() -> list[Ticket]:
    """Return the tickets that somebody has: those in danger that nobody has seen first, then the oldest."""
    with transaction() as session:
        tickets = session.scalars(_TICKETS.where(Ticket.state == TAKEN).order_by(Ticket.id))
        return sorted(tickets, key=lambda ticket: not is_unseen(ticket))


def closed_lately() -> list[Ticket]:
    """Return the tickets closed within a day, the latest first."""
    is_late = (Ticket.state == CLOSED) & (Ticket.closed_at > now() - LATELY)
    with transaction() as session:
        return list(session.scalars(_TICKETS.where(is_late).order_by(Ticket.closed_at.desc()).limit(MOST_CLOSED)))


def is_unseen(ticket: Ticket) -> bool:
    """Tell whether a ticket is urgent and nobody has acknowledged it."""
    return ticket.is_urgent and ticket.acknowledged_at is None and ticket.state != CLOSED


def count_reminders(ticket: Ticket) -> int:
    """Return how often the staff were reminded of an urgent ticket that nobody has acknowledged."""
    if ticket.urgent_at is None or not is_unseen(ticket):
        return 0
    return sum(ticket.urgent_at + wait <= now() for wait in AGAIN_AFTER)


def count_unanswered(ticket: Ticket) -> int:
    """Return how many messages a patient has written since the person who has the chat last spoke, or came."""
    return _unanswered(ticket)[0]


def unanswered_since(ticket: Ticket) -> datetime | None:
    """Return when a patient wrote last, if the person who has the chat has not spoken since; else None."""
    return _unanswered(ticket)[1]


def _unanswered(ticket: Ticket) -> tuple[int, datetime | None]:
    """Count the messages without an answer by the person, and find the last one's moment; nothing that was written is read."""
    if ticket.taken_at is None or ticket.conversation_id is None:
        return 0, None
    is_in_it = Message.conversation_id == ticket.conversation_id
    with transaction() as session:
        spoke = session.scalar(select(func.max(Message.seq)).where(is_in_it, Message.sender == PERSON)) or 0
        is_new = (Message.sender == PATIENT) & (Message.seq > spoke) & (Message.created_at > ticket.taken_at)
        count, last = session.execute(select(func.count(), func.max(Message.created_at)).where(is_in_it, is_new)).one()
        return count, last


def revision() -> tuple[Any, ...]:
    """Return a value that is another one once anything has changed that the desk shows."""
    is_open = Ticket.state != CLOSED
    in_open = Message.conversation_id.in_(select(Ticket.conversation_id).where(is_open))
    counts = (
        select(func.max(Message.id)).where(in_open),
        select(func.max(Ticket.closed_at)),
        select(func.count(Ticket.conversation_id)),  # falls when a patient deletes a chat
        select(func.max(Note.id)),
        select(func.count(CallBack.id)).where(CallBack.state == "requested"),
        select(func.max(CallBack.requested_at)),
        select(func.sum(Presence.staff_id)).where(Presence.is_ready, Presence.seen_at > now() - SEEN_WITHIN),
    )
    with transaction() as session:
        row = session.execute(select(*(count.scalar_subquery() for count in counts))).one()
        lately = or_(is_open, Ticket.closed_at > now() - LATELY)
        tickets = session.scalars(_TICKETS.where(lately).order_by(Ticket.id)).all()
    return (*row, *(_look_of(ticket) for ticket in tickets))


def _look_of(ticket: Ticket) -> tuple[Any, ...]:
    moments = ticket.urgent_at, ticket.acknowledged_at
    return ticket.id, ticket.state, ticket.staff_id, *moments, *ticket.tags, count_reminders(ticket), ticket.rating
