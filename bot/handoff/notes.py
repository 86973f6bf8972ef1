"""What the staff write down about a ticket, for each other only: notes and tags."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversations import service as conversations
from bot.db import transaction
from bot.handoff.models import Note, Ticket

MAX_CHARACTERS = 4000
MAX_TAG, MAX_TAGS = 40, 10


def add_note(ticket_id: int, staff_name: str, text: str) -> bool:
    """Keep a note, encrypted; False when the ticket is not there, or its chat was deleted."""
    with transaction() as session:
        if _kept(session, ticket_id) is None:
            return False
        session.add(Note(ticket_id=ticket_id, staff_name=staff_name, text=text.strip()[:MAX_CHARACTERS]))
        return True


def notes(ticket_id: int) -> list[Note]:
    """Return the notes on a ticket, in order."""
    with transaction() as session:
        return list(session.scalars(select(Note).where(Note.ticket_id == ticket_id).order_by(Note.id)))


def tag(ticket_id: int, tag: str) -> bool:
    """Add a tag, in lower case; False when the ticket is not there or has as many as it may."""
    tag = " ".join(tag.lower().split())[:MAX_TAG]
    with transaction() as session:
        ticket = _kept(session, ticket_id)
        if ticket is None or not tag or len(ticket.tags) >= MAX_TAGS:
            return False
        ticket.tags = sorted({*ticket.tags, tag})
        return True


def untag(ticket_id: int, tag: str) -> bool:
    """Take a tag away; False when the ticket is not there."""
    with transaction() as session:
        ticket = _kept(session, ticket_id)
        if ticket is None:
            return False
        ticket.tags = [kept for kept in ticket.tags if kept != tag]
        return True


def _kept(session: Session, ticket_id: int) -> Ticket | None:
    """Return a ticket whose conversation is still there, locked; about a deleted chat nothing is written down."""
    ticket = session.get(Ticket, ticket_id)
    if ticket is None or ticket.conversation_id is None or conversations.lock(ticket.conversation_id) is None:
        return None
    return session.get(Ticket, ticket_id, populate_existing=True)
