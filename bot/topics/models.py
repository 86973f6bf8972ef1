"""Tables: questions without an approved answer, whether answers helped, and sign-offs of the texts."""

from datetime import datetime

from sqlalchemy import Boolean, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.conversations.models import now
from bot.db import Base, Moment
from bot.privacy.encryption import EncryptedJSON


class UnansweredQuestion(Base):
    """A question no topic answers, without personal data, and the topics nearest to it. Belongs to no conversation.

    It stays on the list until somebody at the clinic has dealt with it.
    """

    __tablename__ = "unanswered_questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(EncryptedJSON)
    nearest: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    handled_at: Mapped[datetime | None] = mapped_column(Moment, index=True)


class Feedback(Base):
    """One 'this helped' or 'this did not help' for a topic. Belongs to no conversation."""

    __tablename__ = "feedback"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(64), index=True)
    helpful: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now, index=True)


class SignOff(Base):
    """One clinician's approval of one content: a topic's or a group's texts, as they were then. Rows are only ever added."""

    __tablename__ = "sign_offs"

    id: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str] = mapped_column(String(64), index=True)
    text_hash: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(120))
    signed_at: Mapped[datetime] = mapped_column(Moment, default=now)
    expires_at: Mapped[datetime] = mapped_column(Moment)
