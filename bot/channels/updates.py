"""Verbs on the updates of platforms: keep each one once, hand them out in order, wipe them when they are done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from bot.channels.addresses import pause
from bot.channels.events import Event
from bot.channels.models import Update
from bot.conversations.models import now
from bot.db import transaction
from bot.settings import get_settings

KEPT = timedelta(days=2)  # platforms send an update again for a day at most
MOST_FAILURES = 8  # with the pauses between them, about two minutes
MOST_CLAIMED = 20


@dataclass(frozen=True)
class Claimed:
    """An update to be worked now, by this worker alone."""

    id: int
    event: Event
    is_urgent: bool


def keep(event: Event, is_urgent: bool) -> bool:
    """Store an update to be worked; False when it came before."""
    row = Update(
        channel=event.channel,
        update_id=event.update_id,
        sender=event.sender,
        position=event.position,
        event=event.as_dict(),
        is_urgent=is_urgent,
    )
    try:
        with transaction() as session:
            session.add(row)
    except IntegrityError:
        return False
    return True


def claim(channels: Sequence[str], only_urgent: bool = False) -> list[Claimed]:
    """Take the updates that are next: the first of each sender, and the urgent ones whatever comes before them."""
    earlier = aliased(Update)
    with transaction() as session:
        is_first = ~select(earlier.id).where(_waits(earlier), earlier.sender == Update.sender, _is_before(earlier)).exists()
        has_turn = Update.is_urgent if only_urgent else or_(Update.is_urgent, is_first)
        is_next = _waits(Update) & Update.channel.in_(channels) & _is_free() & has_turn
        by_turn = select(Update.id).where(is_next).order_by(Update.is_urgent.desc(), Update.id).limit(MOST_CLAIMED)
        found = list(session.scalars(by_turn))
    return [claimed for claimed in map(_claim, found) if claimed is not None]


def _waits(table: Any) -> Any:
    return table.is_done.is_(False)


def _is_before(earlier: Any) -> Any:
    is_same_place = (earlier.position == Update.position) & (earlier.id < Update.id)
    return or_(earlier.position < Update.position, is_same_place)


def _is_free() -> Any:
    return or_(Update.not_before.is_(None), Update.not_before <= now())


def _claim(update_id: int) -> Claimed | None:
    lease = timedelta(seconds=get_settings().engine_timeout + 20)  # longer than a turn takes
    with transaction() as session:
        mine = update(Update).where(Update.id == update_id, _waits(Update), _is_free()).values(not_before=now() + lease)
        if cast(CursorResult[Any], session.execute(mine)).rowcount != 1:
            return None  # another worker was first
        row = session.get_one(Update, update_id, populate_existing=True)
        return Claimed(row.id, Event.from_dict(cast(dict[str, Any], row.event)), row.is_urgent)


def finish(claimed_id: int) -> None:
    """Note that an update is done, and wipe what it held; its id stays for a while, so that it is not worked twice."""
    with transaction() as session:
        session.execute(update(Update).where(Update.id == claimed_id).values(is_done=True, event=None, sender=None))


def postpone(claimed_id: int, seconds: float | None) -> bool:
    """Work an update again later; False when it has failed too often and is given up."""
    with transaction() as session:
        row = session.get_one(Update, claimed_id)
        row.failures += 1
        row.not_before = now() + pause(row.failures, seconds)
        return row.failures < MOST_FAILURES


def purge(channels: Sequence[str]) -> int:
    """Delete what is old, and done or of a channel that is switched off; return how many updates that were."""
    with transaction() as session:
        is_left = Update.is_done | Update.channel.not_in(channels)  # of these channels every update will be done
        is_old = (Update.received_at < now() - KEPT) & is_left
        return cast(CursorResult[Any], session.execute(delete(Update).where(is_old))).rowcount
