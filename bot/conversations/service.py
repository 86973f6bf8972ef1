"""Verbs on conversations: start, accept, say, history, erase, purge. Each is one transaction."""

import secrets
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.orm import Session

from bot.conversations import memory
from bot.conversations.memory import is_in_memory
from bot.conversations.messages import (
    ASSISTANT,
    BOT,
    HUMAN,
    PATIENT,
    PERSON,
    WAITING,
    Entry,
    Receipt,
    Reply,
    State,
    asked_for,
)
from bot.conversations.models import Conversation, Message, now
from bot.db import transaction

# beside the verbs below
__all__ = ["ASSISTANT", "BOT", "HUMAN", "PATIENT", "PERSON", "WAITING", "Entry", "Receipt", "Reply", "State", "is_in_memory"]

P = ParamSpec("P")
R = TypeVar("R")


def _wherever_kept(verb: Callable[Concatenate[str, P], R]) -> Callable[Concatenate[str, P], R]:
    """Let a verb on a conversation that is not stored be done by the store in memory, which has the same verbs."""
    in_memory = getattr(memory.store, verb.__name__)

    @wraps(verb)
    def choose(conversation_id: str, /, *args: P.args, **kwargs: P.kwargs) -> R:
        do = in_memory if is_in_memory(conversation_id) else verb
        return cast(R, do(conversation_id, *args, **kwargs))

    return choose


def start(channel: str, is_stored: bool = True, language: str = "en") -> str:
    """Open a conversation and return its id, which cannot be guessed; one that is not stored lives in memory only."""
    if not is_stored:
        return memory.store.start(language)
    conversation = Conversation(id=secrets.token_urlsafe(24), channel=channel, language=language)
    with transaction() as session:
        session.add(conversation)
    return conversation.id


@_wherever_kept
def exists(conversation_id: str) -> bool:
    """Tell whether the conversation is there: not erased, not purged."""
    with transaction() as session:
        return session.get(Conversation, conversation_id) is not None


@_wherever_kept
def state(conversation_id: str) -> State | None:
    """Return where the conversation stands; None when it is not there."""
    with transaction() as session:
        row = session.get(Conversation, conversation_id)
        return _state(row) if row else None


@_wherever_kept
def lock(conversation_id: str) -> State | None:
    """Return where the conversation stands, and let nobody else change it until the transaction ends."""
    with transaction() as session:
        row = _locked(session, conversation_id)
        return _state(row) if row else None


def _state(row: Conversation) -> State:
    return State(row.channel, row.language, row.mode, row.asking)


def _locked(session: Session, conversation_id: str) -> Conversation | None:
    """Return the row, locked until the transaction ends: by a write, as SQLite knows no other lock."""
    locked: set[str] = session.info.setdefault("locked conversations", set())
    if conversation_id in locked:  # verbs that share a transaction ask for it once
        return session.get(Conversation, conversation_id)
    itself = update(Conversation).where(Conversation.id == conversation_id).values(mode=Conversation.mode).returning(Conversation)
    locked.add(conversation_id)
    return session.scalars(itself.execution_options(synchronize_session=False, populate_existing=True)).one_or_none()


def set_mode(conversation_id: str, mode: str) -> None:
    """Let the bot or a person speak from now on."""
    with transaction() as session:
        session.execute(update(Conversation).where(Conversation.id == conversation_id).values(mode=mode))


@_wherever_kept
def accept(conversation_id: str, client_id: str, text: str) -> Receipt | None:
    """Store a patient's message, already redacted, unless it was stored before; None when the conversation is not there."""
    with transaction() as session:
        conversation = _locked(session, conversation_id)
        if conversation is None:
            return None
        last, seq = _seqs(session, conversation_id, client_id)
        if seq is not None:
            is_answered = _is_answered(session, conversation_id, seq)
            return Receipt(seq, _state(conversation), is_new=False, is_answered=is_answered, protocol=conversation.protocol)
        conversation.last_seen_at = now()
        seq = last + 1
        session.add(
            Message(conversation_id=conversation_id, seq=seq, sender=PATIENT, client_id=client_id, content={"text": text})
        )
        return Receipt(seq, _state(conversation), protocol=conversation.protocol)


def _seqs(session: Session, conversation_id: str, client_id: str | None) -> tuple[int, int | None]:
    """Return the last sequence number, 0 if there is none, and that of the message with a client id, if it is there."""
    its_own = func.max(Message.seq).filter(Message.client_id == client_id)
    last, own = session.execute(select(func.max(Message.seq), its_own).where(Message.conversation_id == conversation_id)).one()
    return last or 0, own


def _is_answered(session: Session, conversation_id: str, seq: int) -> bool:
    """Tell whether a turn has answered a message, or a person has written since."""
    is_answer = (Message.answers == seq) | ((Message.sender == PERSON) & (Message.seq > seq))
    answer = select(Message.id).where(Message.conversation_id == conversation_id, is_answer)
    return session.scalars(answer.limit(1)).first() is not None


@_wherever_kept
def say(
    conversation_id: str,
    replies: Sequence[Reply],
    sender: str = ASSISTANT,
    protocol: dict[str, Any] | None = None,
    answers: int | None = None,
    client_id: str | None = None,
) -> None:
    """Store replies in order, and how far the crisis protocol has come if that is given; the channel delivers them.

    `answers` is the sequence number of the message they answer, which is then not answered again; `client_id` is who
    sends one reply's own mark of it: the same mark again says nothing.
    """
    with transaction() as session:
        conversation = _locked(session, conversation_id)
        if conversation is None:  # erased meanwhile
            return
        last, own = _seqs(session, conversation_id, client_id)
        if client_id is not None and own is not None:
            return
        conversation.protocol = protocol or conversation.protocol
        if sender == ASSISTANT:
            conversation.asking = asked_for(replies)
        whole = {"conversation_id": conversation_id, "sender": sender, "client_id": client_id, "answers": answers}
        for seq, reply in enumerate(replies, start=last + 1):
            content = {"text": reply.text, "choices": [list(choice) for choice in reply.choices], "about": reply.about}
            session.add(Message(**whole, seq=seq, content=content))


@_wherever_kept
def history(conversation_id: str, after: int = 0) -> list[Entry]:
    """Return the messages after a sequence number, in order."""
    with transaction() as session:
        rows = session.scalars(
            select(Message).where(Message.conversation_id == conversation_id, Message.seq > after).order_by(Message.seq)
        )
        return [_entry(row) for row in rows]


@_wherever_kept
def choice(conversation_id: str, seq: int, index: int) -> tuple[str, str] | None:
    """Return title and payload of a choice that was offered in this conversation; None when there is none such."""
    with transaction() as session:
        row = session.scalars(
            select(Message).where(Message.conversation_id == conversation_id, Message.seq == seq, Message.sender != PATIENT)
        ).one_or_none()
        choices = _entry(row).choices if row else ()
        return choices[index] if 0 <= index < len(choices) else None


@_wherever_kept
def erase(conversation_id: str) -> None:
    """Delete a conversation and everything in it."""
    with transaction() as session:
        session.execute(delete(Message).where(Message.conversation_id == conversation_id))
        session.execute(delete(Conversation).where(Conversation.id == conversation_id))


def purge(days: int) -> int:
    """Delete the stored conversations not used for so many days, and the ones in memory past their age; return how many."""
    in_memory = memory.store.purge()
    with transaction() as session:
        is_old = Conversation.last_seen_at < now() - timedelta(days=days)
        session.execute(delete(Message).where(Message.conversation_id.in_(select(Conversation.id).where(is_old))))
        return in_memory + cast(CursorResult[Any], session.execute(delete(Conversation).where(is_old))).rowcount


def _entry(row: Message) -> Entry:
    choices = tuple((title, payload) for title, payload in row.content.get("choices", []))
    return Entry(row.seq, row.sender, row.content["text"], choices, row.content.get("about", {}), row.created_at)
