"""Tables: a conversation, and its messages in order."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, Moment
from bot.privacy.encryption import EncryptedJSON


def now() -> datetime:
    """Return the present moment, in UTC."""
    return datetime.now(UTC)


class Conversation(Base):
    """One patient's conversation in one channel.

    `mode` says who speaks: bot, waiting (the bot, while a person is on the way) or human. `protocol`, encrypted, says how far
    the crisis protocol has come; `asking` which field of a call-back request the last reply asked for.
    """

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8), default="en")
    mode: Mapped[str] = mapped_column(String(16), default="bot")
    asking: Mapped[str | None] = mapped_column(String(16))
    protocol: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJSON)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    last_seen_at: Mapped[datetime] = mapped_column(Moment, default=now, index=True)


class Message(Base):
    """One message. `content` is encrypted JSON: text, choices with their payloads, and what kind of reply it is."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("conversation_id", "client_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    seq: Mapped[int]
    sender: Mapped[str] = mapped_column(String(16))  # patient, assistant or person
    client_id: Mapped[str | None] = mapped_column(String(64))
    answers: Mapped[int | None]  # the sequence number of the patient's message that a turn answered with this
    content: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
