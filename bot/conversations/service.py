"""Verbs on conversations: start, accept, say, history, erase, purge. Each is one transaction."""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, select
from sqlalchemy.orm import Session

from bot.conversations.models import Conversation, Message, now
from bot.db import transaction

PATIENT, ASSISTANT = "patient", "assistant"


@dataclass(frozen=True)
class Reply:
    """Something to say: approved text, choices as (title, payload), and what kind of reply it is."""

    text: str
    choices: tuple[tuple[str, str], ...] = ()
    about: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """A stored message as a channel may show it."""

    seq: int
    sender: str
    text: str
    choices: tuple[tuple[str, str], ...]
    about: dict[str, Any]


@dataclass(frozen=True)
class Receipt:
    """What became of a patient's message: its sequence number, who speaks in the conversation, and whether it came before."""

    seq: int
    mode: str
    is_new: bool = True
    is_answered: bool = False


def start(channel: str) -> str:
    """Open a conversation and return its id, which cannot be guessed."""
    conversation = Conversation(id=secrets.token_urlsafe(24), channel=channel)
    with transaction() as session:
        session.add(conversation)
    return conversation.id


def exists(conversation_id: str) -> bool:
    """Tell whether the conversation is there: not erased, not purged."""
    with transaction() as session:
        return session.get(Conversation, conversation_id) is not None


def accept(conversation_id: str, client_id: str, text: str) -> Receipt | None:
    """Store a patient's message, already redacted, unless it was stored before; None when the conversation is not there."""
    with transaction() as session:
        conversation = session.get(Conversation, conversation_id)
        if conversation is None:
            return None
        stored = select(Message.seq).where(Message.conversation_id == conversation_id, Message.client_id == client_id)
        seq = session.scalars(stored).one_or_none()
        if seq is not None:
            return Receipt(seq, conversation.mode, is_new=False, is_answered=_is_answered(session, conversation_id, seq))
        conversation.last_seen_at = now()
        return Receipt(_append(session, conversation_id, PATIENT, {"text": text}, client_id), conversation.mode)


def _is_answered(session: Session, conversation_id: str, seq: int) -> bool:
    said = select(Message.id).where(Message.conversation_id == conversation_id, Message.seq > seq, Message.sender != PATIENT)
    return session.scalars(said.limit(1)).first() is not None


def say(conversation_id: str, replies: list[Reply], sender: str = ASSISTANT) -> None:
    """Store replies in order; the channel delivers them."""
    with transaction() as session:
        for reply in replies:
            content = {"text": reply.text, "choices": [list(choice) for choice in reply.choices], "about": reply.about}
            _append(session, conversation_id, sender, content, None)


def _append(session: Session, conversation_id: str, sender: str, content: dict[str, Any], client_id: str | None) -> int:
    last = session.scalar(select(func.max(Message.seq)).where(Message.conversation_id == conversation_id)) or 0
    message = Message(conversation_id=conversation_id, seq=last + 1, sender=sender, client_id=client_id, content=content)
    session.add(message)
    session.flush()
    return message.seq


def history(conversation_id: str, after: int = 0) -> list[Entry]:
    """Return the messages after a sequence number, in order."""
    with transaction() as session:
        rows = session.scalars(
            select(Message).where(Message.conversation_id == conversation_id, Message.seq > after).order_by(Message.seq)
        )
        return [_entry(row) for row in rows]


def choice(conversation_id: str, seq: int, index: int) -> tuple[str, str] | None:
    """Return title and payload of a choice that was offered in this conversation; None when there is none such."""
    with transaction() as session:
        row = session.scalars(
            select(Message).where(Message.conversation_id == conversation_id, Message.seq == seq, Message.sender != PATIENT)
        ).one_or_none()
        choices = _entry(row).choices if row else ()
        return choices[index] if 0 <= index < len(choices) else None


def erase(conversation_id: str) -> None:
    """Delete a conversation and everything in it."""
    with transaction() as session:
        session.execute(delete(Message).where(Message.conversation_id == conversation_id))
        session.execute(delete(Conversation).where(Conversation.id == conversation_id))


def purge(days: int) -> int:
    """Delete the conversations not used for so many days; return how many."""
    with transaction() as session:
        is_old = Conversation.last_seen_at < now() - timedelta(days=days)
        session.execute(delete(Message).where(Message.conversation_id.in_(select(Conversation.id).where(is_old))))
        return cast(CursorResult[Any], session.execute(delete(Conversation).where(is_old))).rowcount


def _entry(row: Message) -> Entry:
    choices = tuple((title, payload) for title, payload in row.content.get("choices", []))
    return Entry(row.seq, row.sender, row.content["text"], choices, row.content.get("about", {}))
