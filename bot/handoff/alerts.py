"""Alerts to the staff as rows: scheduled with their cause, sent by the rounds, repeated until somebody has seen a crisis."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, case, delete, select, update
from sqlalchemy.orm import defer

from bot.conversations.models import now
from bot.db import transaction
from bot.handoff.models import Alert, CallBack, Ticket

AGAIN_AFTER = tuple(timedelta(minutes=minutes) for minutes in (2, 5, 10))  # until an urgent ticket is acknowledged
LEASE = timedelta(seconds=60)  # who is killed while sending leaves the alert to the next after this
RETRY_AFTER = timedelta(seconds=20)  # times the failures so far
MAX_FAILURES = 20


@dataclass(frozen=True)
class Notice:
    """What an alert says: a kind, a reference, the reason, since when. Never a patient's words or name."""

    id: int
    kind: str  # opened, urgent, again, call_back, or unrecorded
    reference: str  # such as "ticket 12"
    path: str  # of the page at the desk
    reason: str
    channel: str
    since: datetime
    ticket_id: int | None = None

    @property
    def is_urgent(self) -> bool:
        """Whether it is about a crisis."""
        return self.kind in ("urgent", "again", "unrecorded")


def schedule(ticket_id: int, kind: str) -> None:
    """Alert the staff to a ticket now."""
    with transaction() as session:
        session.add(Alert(ticket_id=ticket_id, kind=kind))


def schedule_urgent(ticket_id: int) -> None:
    """Alert the staff to a crisis now, and again until it is acknowledged."""
    cancel(ticket_id)
    with transaction() as session:
        session.add(Alert(ticket_id=ticket_id, kind="urgent"))
        session.add_all(Alert(ticket_id=ticket_id, kind="again", due_at=now() + wait) for wait in AGAIN_AFTER)


def schedule_call_back(call_back_id: int) -> None:
    """Alert the staff to a request for a call back."""
    with transaction() as session:
        session.add(Alert(call_back_id=call_back_id, kind="call_back"))


def is_to_come(ticket_id: int) -> bool:
    """Tell whether an alert to a ticket has yet to be sent."""
    with transaction() as session:
        waits = select(Alert.id).where(Alert.ticket_id == ticket_id, Alert.sent_at.is_(None), Alert.failures < MAX_FAILURES)
        return session.scalars(waits.limit(1)).first() is not None


def cancel(ticket_id: int) -> None:
    """Take back the alerts of a ticket that were not sent yet."""
    with transaction() as session:
        session.execute(delete(Alert).where(Alert.ticket_id == ticket_id, Alert.sent_at.is_(None)))


def claim() -> Notice | None:
    """Return an alert that is due, and keep it from other workers while it is being sent; None when none is due."""
    with transaction() as session:
        is_due = Alert.sent_at.is_(None) & (Alert.due_at <= now()) & (Alert.failures < MAX_FAILURES)
        urgent_first = case((Alert.kind.in_(("urgent", "again")), 0), else_=1)
        alert = session.scalars(select(Alert).where(is_due).order_by(urgent_first, Alert.due_at, Alert.id).limit(1)).first()
        if alert is None:
            return None
        leased = update(Alert).where(Alert.id == alert.id, is_due).values(due_at=now() + LEASE)
        if cast(CursorResult[Any], session.execute(leased)).rowcount != 1:
            return None
        # what is encrypted is not read: a row that a lost key has made unreadable must not keep every alert from going out
        ticket = session.get(Ticket, alert.ticket_id, options=[defer(Ticket.about)]) if alert.ticket_id else None
        if ticket is None:
            asked = session.get(CallBack, alert.call_back_id, options=[defer(CallBack.details)])
            since = asked.requested_at if asked and asked.requested_at else now()
            return Notice(alert.id, alert.kind, f"call-back {alert.call_back_id}", "/desk/call-backs", "call-back", "", since)
        return notice_of(ticket, alert.kind, alert.id)


def notice_of(ticket: Ticket, kind: str, alert_id: int = 0) -> Notice:
    """Return what an alert to a ticket says."""
    since = ticket.urgent_at or ticket.opened_at
    path = f"/desk/tickets/{ticket.id}"
    return Notice(alert_id, kind, f"ticket {ticket.id}", path, ticket.reason, ticket.channel, since, ticket.id)


def settle(alert_id: int, is_sent: bool) -> None:
    """Note that an alert was sent, or that sending failed and it is due again a little later."""
    with transaction() as session:
        failures = session.scalar(select(Alert.failures).where(Alert.id == alert_id))
        if failures is None:  # acknowledged meanwhile
            return
        again = {"failures": failures + 1, "due_at": now() + RETRY_AFTER * (failures + 1)}
        session.execute(update(Alert).where(Alert.id == alert_id).values({"sent_at": now()} if is_sent else again))
