"""Tables: who writes to us on a platform, and which of the platform's updates came."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.conversations.models import now
from bot.db import Base, Moment
from bot.privacy.encryption import EncryptedJSON


class Address(Base):
    """One sender of one platform, known by a keyed hash: where answers go, and how far they were delivered.

    `reply_to`, encrypted, is the platform's own name of the place. The conversation may be in memory only, so that
    `conversation_id` refers to a row that need not be there. Nobody delivers before `not_before`: it is a lease while one
    worker delivers, and the pause after a failure.
    """

    __tablename__ = "addresses"

    sender: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    reply_to: Mapped[str] = mapped_column(EncryptedJSON)
    language: Mapped[str] = mapped_column(String(8), default="en")
    conversation_id: Mapped[str | None] = mapped_column(String(40), unique=True)
    delivered: Mapped[int] = mapped_column(default=0)  # the last message that the platform took, or that is not for the patient
    failures: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None] = mapped_column(Moment)
    is_blocked: Mapped[bool] = mapped_column(default=False)  # the patient shut us out
    seen_at: Mapped[datetime] = mapped_column(Moment, default=now, index=True)


class Update(Base):
    """One update of a platform: waiting, or done. `event`, encrypted, and `sender` are wiped when it is done."""

    __tablename__ = "updates"
    __table_args__ = (UniqueConstraint("channel", "update_id"), Index("ix_updates_waiting", "is_done", "sender", "position"))

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    update_id: Mapped[str] = mapped_column(String(64))
    sender: Mapped[str | None] = mapped_column(String(64))
    position: Mapped[int] = mapped_column(BigInteger)  # among the updates of its sender
    event: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJSON)
    is_urgent: Mapped[bool] = mapped_column(default=False)  # a crisis waits for no update before it
    is_done: Mapped[bool] = mapped_column(default=False)
    failures: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None] = mapped_column(Moment)
    received_at: Mapped[datetime] = mapped_column(Moment, default=now, index=True)
