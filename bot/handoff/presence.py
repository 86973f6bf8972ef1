"""Who is at the desk, so that a patient hears honestly whether somebody may come."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from bot.conversations.models import now
from bot.db import transaction
from bot.handoff.models import Presence

SEEN_WITHIN = timedelta(minutes=2)  # the desk's pages report more often than that


def mark(staff_id: int, is_ready: bool | None = None) -> None:
    """Note that somebody is at the desk, and whether they take chats if that is given."""
    with transaction() as session:
        row = session.get(Presence, staff_id) or Presence(staff_id=staff_id, is_ready=True)
        row.seen_at, row.is_ready = now(), row.is_ready if is_ready is None else is_ready
        session.add(row)


def leave(staff_id: int) -> None:
    """Note that somebody has left the desk."""
    with transaction() as session:
        if row := session.get(Presence, staff_id):
            session.delete(row)


def is_ready(staff_id: int) -> bool:
    """Tell whether somebody is at the desk and takes chats."""
    with transaction() as session:
        row = session.get(Presence, staff_id)
        return row is not None and row.is_ready and row.seen_at > now() - SEEN_WITHIN


def absent_since(staff_id: int | None) -> datetime | None:
    """Return when somebody was seen last, if that is not lately; the beginning of time for who has signed out."""
    with transaction() as session:
        row = session.get(Presence, staff_id) if staff_id is not None else None
        if row is None:
            return datetime.min.replace(tzinfo=UTC)
        return None if row.seen_at > now() - SEEN_WITHIN else row.seen_at


def count_ready() -> int:
    """Return how many people are at the desk and take chats."""
    with transaction() as session:
        is_here = Presence.is_ready & (Presence.seen_at > now() - SEEN_WITHIN)
        return session.scalar(select(func.count()).select_from(Presence).where(is_here)) or 0
