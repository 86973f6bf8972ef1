"""What the figures need to know of the tickets: reasons, times, outcomes, ratings. Nothing that anybody wrote is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from sqlalchemy import select

from bot.db import transaction
from bot.handoff.models import Ticket


@dataclass(frozen=True)
class HandOff:
    """One wish for a person, in figures: times in seconds since it was made, or became urgent; None while there is none."""

    reason: str
    channel: str
    language: str
    outcome: str | None
    rating: int | None
    to_person: float | None
    to_acknowledgement: float | None


def hand_offs(since: datetime, until: datetime) -> list[HandOff]:
    """Return the wishes for a person that were made from one moment until before another."""
    told = (Ticket.reason, Ticket.channel, Ticket.language, Ticket.outcome, Ticket.rating)
    moments = (Ticket.opened_at, Ticket.taken_at, Ticket.urgent_at, Ticket.acknowledged_at)
    made = select(*told, *moments).where(Ticket.opened_at >= since, Ticket.opened_at < until).order_by(Ticket.id)
    with transaction() as session:
        return [
            HandOff(
                *(row.reason, row.channel, row.language, row.outcome, row.rating),
                to_person=_seconds(row.opened_at, row.taken_at),
                to_acknowledgement=_seconds(row.urgent_at, row.acknowledged_at),
            )
            for row in session.execute(made)
        ]


def _seconds(since: datetime | None, until: datetime | None) -> float | None:
    return max(0.0, (until - since).total_seconds()) if since and until else None


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest of the values that at least this share of them does not exceed (nearest rank)."""
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]
