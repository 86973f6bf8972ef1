"""Replies that the staff keep ready."""

from sqlalchemy import select

from bot.db import transaction
from bot.handoff.models import CannedReply

MAX_TITLE = 80


class TitleTaken(ValueError):
    """Another canned reply has this title."""


def replies() -> list[CannedReply]:
    """Return the canned replies, by title."""
    with transaction() as session:
        return list(session.scalars(select(CannedReply).order_by(CannedReply.title)))


def save(reply_id: int | None, title: str, text: str) -> int | None:
    """Keep a new reply, or change one, and return its id; None when the one to change is gone. Raises TitleTaken."""
    with transaction() as session:
        reply = CannedReply() if reply_id is None else session.get(CannedReply, reply_id)
        if reply is None:
            return None
        same = select(CannedReply.id).where(CannedReply.title == title, CannedReply.id != (reply_id or 0))
        if session.scalars(same).first() is not None:
            raise TitleTaken("Another reply has this title. Choose another one.")
        reply.title, reply.text = title, text
        session.add(reply)
        session.flush()
        return reply.id


def remove(reply_id: int) -> str | None:
    """Remove a reply and return its title; None when it is gone already."""
    with transaction() as session:
        reply = session.get(CannedReply, reply_id)
        if reply is None:
            return None
        session.delete(reply)
        return reply.title
