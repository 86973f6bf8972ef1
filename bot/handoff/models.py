"""Tables: tickets, notes on them, call-back requests, alerts to staff, and who is at the desk."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.conversations.models import now
from bot.db import Base, Moment
from bot.privacy.encryption import EncryptedJSON

_OPEN = text("state <> 'closed'")


class Ticket(Base):
    """One wish for a person in a conversation: waiting, taken, closed.

    `about`, encrypted, is what the desk needs to know: evidence, topic, kind, confidence. When the patient deletes the chat the
    ticket stays without it, so that the figures still count.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        Index("one_open_ticket_a_conversation", "conversation_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"))
    channel: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(16))  # asked, clinical, unanswered or crisis
    is_urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(16), default="waiting", index=True)
    told: Mapped[str | None] = mapped_column(String(16))  # what the patient heard last about the waiting: opened or nobody
    about: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJSON)
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    staff_id: Mapped[int | None]
    staff_name: Mapped[str | None] = mapped_column(String(120))
    opened_at: Mapped[datetime] = mapped_column(Moment, default=now, index=True)
    urgent_at: Mapped[datetime | None] = mapped_column(Moment)
    acknowledged_at: Mapped[datetime | None] = mapped_column(Moment)
    taken_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[str | None] = mapped_column(String(32))
    rating: Mapped[int | None]


class Note(Base):
    """A note of the staff on a ticket; no patient ever sees it."""

    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    staff_name: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(EncryptedJSON)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class CallBack(Base):
    """A request to be called or written to: draft, requested, done or cancelled. `details`, encrypted: name, contact, time.

    It stands apart from its conversation, which may be in memory only, or deleted.
    """

    __tablename__ = "call_backs"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(40), index=True)
    state: Mapped[str] = mapped_column(String(16), default="draft", index=True)
    details: Mapped[dict[str, str]] = mapped_column(EncryptedJSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    requested_at: Mapped[datetime | None] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    staff_name: Mapped[str | None] = mapped_column(String(120))
    outcome: Mapped[str | None] = mapped_column(String(32))


class Alert(Base):
    """One alert to the staff, due at a moment and sent once. It holds a reference, never what a patient wrote."""

    __tablename__ = "alerts"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))  # opened, urgent, again or call_back
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    call_back_id: Mapped[int | None] = mapped_column(ForeignKey("call_backs.id", ondelete="CASCADE"))
    due_at: Mapped[datetime] = mapped_column(Moment, default=now, index=True)
    failures: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(Moment, index=True)


class AlertPost(Base):
    """Where in the staff's Slack a ticket is alerted to: later alerts go into its thread; `shown` is what it said last."""

    __tablename__ = "alert_posts"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[str] = mapped_column(String(32))  # the channel
    ts: Mapped[str] = mapped_column(String(32))  # Slack's name of the message
    shown: Mapped[str] = mapped_column(String(200))


class Presence(Base):
    """A member of the staff at the desk: seen lately, and ready to take chats or not."""

    __tablename__ = "presence"

    staff_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    is_ready: Mapped[bool] = mapped_column(Boolean, default=True)
    seen_at: Mapped[datetime] = mapped_column(Moment, default=now)


class CannedReply(Base):
    """A reply that the staff keep ready."""

    __tablename__ = "canned_replies"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(80), unique=True)
    text: Mapped[str] = mapped_column(String(2000))
