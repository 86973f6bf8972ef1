"""The audit trail: who did what to what, and when. Rows are only ever added."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.db import transaction
from bot.staff.members import Member
from bot.staff.models import AuditEntry

COMMAND_LINE = "command line"  # who acted when nobody was signed in


@dataclass(frozen=True)
class Entry:
    """One row of the trail."""

    id: int
    at: datetime
    name: str
    action: str
    subject: str
    detail: str


def audit(member: Member | None, action: str, subject: str = "", detail: str = "", name: str = COMMAND_LINE) -> None:
    """Add a row to the audit trail; never pass what a patient wrote, nor a patient's name or contact.

    Args:
        member: who did it; without one, `name` is written.
        action: thing.verb, such as "conversation.viewed".
        subject: what it was done to, by kind and id, such as "conversation:8c1f" or "account:7".
        detail: what changed, in a few words.
        name: who acted when it was no member of staff.

    """
    who, account_id = (member.name, member.id) if member else (name, None)
    with transaction() as session:
        session.add(AuditEntry(account_id=account_id, account_name=who, action=action, subject=subject[:80], detail=detail[:255]))


def is_written(member: Member, action: str, subject: str) -> bool:
    """Tell whether the trail has a row of this member, action and subject."""
    row = select(AuditEntry.id).where(
        AuditEntry.account_id == member.id, AuditEntry.action == action, AuditEntry.subject == subject
    )
    with transaction() as session:
        return session.scalar(row.limit(1)) is not None


def trail(before: int | None = None, action: str = "", name: str = "", subject: str = "", count: int = 50) -> list[Entry]:
    """Return rows of the trail, the newest first: older than a row, and of an action, person and subject that begin so."""
    rows = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(count)
    if before is not None:
        rows = rows.where(AuditEntry.id < before)
    for column, asked in ((AuditEntry.action, action), (AuditEntry.account_name, name), (AuditEntry.subject, subject)):
        if asked:
            rows = rows.where(column.istartswith(asked, autoescape=True))
    with transaction() as session:
        return [Entry(row.id, row.at, row.account_name, row.action, row.subject, row.detail) for row in session.scalars(rows)]
