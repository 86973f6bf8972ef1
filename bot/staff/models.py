"""Tables: accounts of staff, their one-time links and sessions, and the audit trail."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.conversations.models import now
from bot.db import Base, Moment
from bot.privacy.encryption import EncryptedJSON


class Account(Base):
    """One member of staff.

    `title` is the role as a patient hears it ("nurse"), `role` what the person may do. Without a password hash the
    account waits for its person to use a link. `code_step` is the time step of the last sign-in code that was used.
    """

    __tablename__ = "staff_accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(16))
    password_hash: Mapped[str | None] = mapped_column(String(255))
    code_secret: Mapped[str | None] = mapped_column(EncryptedJSON)
    code_step: Mapped[int] = mapped_column(default=0)
    oidc_subject: Mapped[str | None] = mapped_column(String(255))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Invitation(Base):
    """A one-time link: to a new account with a role, or to new credentials of an account. Only the token's hash is kept.

    `purpose` is join, first (the first admin's) or reset. `code_secret` is the key shown when the link was last opened.
    `made_by_id` is the admin who made it; none when the command line did.
    """

    __tablename__ = "staff_invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(8))
    role: Mapped[str] = mapped_column(String(16))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"), index=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"))
    code_secret: Mapped[str | None] = mapped_column(EncryptedJSON)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class StaffSession(Base):
    """One signed-in browser: the hash of its cookie's token, and when a person last did something there."""

    __tablename__ = "staff_sessions"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"), index=True)
    csrf_token: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    seen_at: Mapped[datetime] = mapped_column(Moment, default=now)


class AuditEntry(Base):
    """Who did what to what, and when; the database itself refuses to change or remove a row."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, default=now, index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"))
    account_name: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(40), index=True)
    subject: Mapped[str] = mapped_column(String(80), index=True)
    detail: Mapped[str] = mapped_column(String(255))
