"""Verbs on addresses: meet a sender, open and forget a conversation with them, note what was delivered."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete, exists, or_, select, update

from bot.channels.events import Event
from bot.channels.models import Address
from bot.conversations import memory
from bot.conversations import service as conversations
from bot.conversations.models import Conversation, Message, now
from bot.conversations.service import PATIENT
from bot.db import transaction
from bot.turns import erase, start

LEASE = timedelta(seconds=20)  # longer than one send takes with every time-out it has


@dataclass(frozen=True)
class Known:
    """What is known of a sender: the language, and the conversation if there is a living one; `is_new` on the first contact."""

    language: str
    conversation_id: str | None
    is_new: bool


@dataclass(frozen=True)
class Destination:
    """Where the next messages of a conversation go, and after which sequence number they start."""

    sender: str
    channel: str
    reply_to: str
    language: str
    conversation_id: str
    delivered: int


def meet(event: Event) -> Known:
    """Note where a sender is reached, and return what is known of them; a conversation that is gone is forgotten."""
    with transaction() as session:
        row = session.get(Address, event.sender)
        is_new = row is None
        if row is None:
            row = Address(sender=event.sender, channel=event.channel, language=event.language)
            session.add(row)
        row.reply_to, row.is_blocked, row.seen_at = event.reply_to, False, now()
        if row.conversation_id is not None and not conversations.exists(row.conversation_id):
            row.conversation_id, is_new = None, True
        return Known(row.language, row.conversation_id, is_new)


def open_conversation(event: Event, language: str, is_stored: bool) -> str:
    """Start a conversation with a sender in the place of the one there may be, which is erased, and return its id."""
    with transaction() as session:
        row = session.get_one(Address, event.sender)
        if row.conversation_id is not None:
            erase(row.conversation_id)
        row.conversation_id = start(event.channel, is_stored=is_stored, language=language)
        row.delivered, row.failures, row.not_before = 0, 0, None
        return row.conversation_id


def find_conversation(sender: str) -> str | None:
    """Return the id of the conversation with a sender, if there was one."""
    with transaction() as session:
        row = session.get(Address, sender)
        return row.conversation_id if row else None


def forget(sender: str) -> str | None:
    """Erase a sender's conversation, and the address; return the language they chose."""
    with transaction() as session:
        row = session.get(Address, sender)
        if row is None:
            return None
        if row.conversation_id is not None:
            erase(row.conversation_id)
        session.delete(row)
        return row.language


def set_language(sender: str, language: str) -> None:
    """Say notices in another language from now on."""
    _change(Address.sender == sender, language=language)


def block(sender: str) -> None:
    """Send nothing more to a sender until they write again."""
    _change(Address.sender == sender, is_blocked=True)


# what the outbox asks


def due(channels: list[str]) -> list[str]:
    """Return the senders to whom something is to be delivered now."""
    with transaction() as session:
        is_ready = Address.channel.in_(channels) & Address.is_blocked.is_(False) & _is_free()
        is_unsent = (Message.conversation_id == Address.conversation_id) & (Message.seq > Address.delivered)
        stored = select(Address.sender).where(is_ready, exists().where(is_unsent, Message.sender != PATIENT))
        in_memory = select(Address.sender, Address.conversation_id, Address.delivered).where(
            is_ready, Address.conversation_id.startswith(memory.PREFIX, autoescape=True)
        )
        found = list(session.scalars(stored))
        for sender, conversation_id, delivered in session.execute(in_memory):
            if any(entry.sender != PATIENT for entry in conversations.history(str(conversation_id), delivered)):
                found.append(sender)
        return found


def claim(sender: str) -> Destination | None:
    """Take the right to deliver to a sender, for a while; None when somebody else has it or there is nobody."""
    if not _change((Address.sender == sender) & Address.is_blocked.is_(False) & _is_free(), not_before=now() + LEASE):
        return None
    with transaction() as session:
        row = session.get(Address, sender)
        if row is None or row.conversation_id is None:
            return None
        return Destination(sender, row.channel, row.reply_to, row.language, row.conversation_id, row.delivered)


def note_delivered(destination: Destination, seq: int) -> bool:
    """Note that a message was delivered, and keep the right to deliver; False when the chat was deleted or begun anew."""
    return _change(_is_same(destination), delivered=seq, failures=0, not_before=now() + LEASE)


def release(destination: Destination) -> None:
    """Give the right to deliver back."""
    _change(_is_same(destination), not_before=None)


def postpone(destination: Destination, seconds: float | None) -> int:
    """Deliver nothing for so many seconds, or for longer after each failure; return how often it has failed now."""
    with transaction() as session:
        row = session.get(Address, destination.sender)
        if row is None or row.conversation_id != destination.conversation_id:
            return 0
        row.failures += 1
        row.not_before = now() + pause(row.failures, seconds)
        return row.failures


def pause(failures: int, seconds: float | None) -> timedelta:
    """Return how long to wait after so many failures: what the platform asked for, or 1 second, doubled up to a minute."""
    return timedelta(seconds=min(2 ** (failures - 1), 60) if seconds is None else min(seconds, 3600))


def purge() -> int:
    """Delete the addresses whose conversation is gone; return how many."""
    with transaction() as session:
        is_in_memory = Address.conversation_id.startswith(memory.PREFIX, autoescape=True)
        is_kept = exists().where(Conversation.id == Address.conversation_id)
        is_old = (Address.seen_at < now() - memory.MAX_AGE) & or_(Address.conversation_id.is_(None), is_in_memory, ~is_kept)
        return cast(CursorResult[Any], session.execute(delete(Address).where(is_old))).rowcount


def _is_free() -> ColumnElement[bool]:
    return or_(Address.not_before.is_(None), Address.not_before <= now())


def _is_same(destination: Destination) -> ColumnElement[bool]:
    return (Address.sender == destination.sender) & (Address.conversation_id == destination.conversation_id)


def _change(which: ColumnElement[bool], **values: Any) -> bool:
    with transaction() as session:
        return cast(CursorResult[Any], session.execute(update(Address).where(which).values(values))).rowcount > 0
