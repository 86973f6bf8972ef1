"""Verbs on the directory: replace_all, save, remove, listings, get, count, find, vocabulary. Each change is one transaction."""

import logging
import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.clinic.facts import load_clinic
from bot.conversations.models import now
from bot.db import transaction
from bot.providers.fields import FIELDS
from bot.providers.listing import MAX_LISTINGS, DirectoryError, Listing
from bot.providers.models import Directory, Provider
from bot.providers.places import MILE_REGIONS, Point, read_places
from bot.providers.search import KM, MILES, PAGE, Found, Index, Vocabulary
from bot.providers.wish import Wish
from bot.settings import get_settings

LISTS = ("specialities", "insurers", "languages", "ages")
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Change:
    """How many providers a change added, changed and removed, and how many stayed as they were."""

    added: int
    changed: int
    removed: int
    unchanged: int


def replace_all(listings: list[Listing], dry_run: bool = False) -> Change:
    """Make these the whole directory, or with `dry_run` only say what would change; raises DirectoryError."""
    _check(listings)
    with transaction() as session:
        if not dry_run:
            _mark_changed(session)
        rows = {row.reference: row for row in session.scalars(select(Provider))}
        wanted = {listing.reference: listing for listing in listings}
        new = [listing for reference, listing in wanted.items() if reference not in rows]
        gone = [row for reference, row in rows.items() if reference not in wanted]
        other = [row for reference, row in rows.items() if reference in wanted and _listing(row) != wanted[reference]]
        if not dry_run:
            for row in gone:
                session.delete(row)
            for row in other:
                _fill(row, wanted[row.reference])
            session.add_all(_fill(Provider(reference=listing.reference), listing) for listing in new)
        return Change(len(new), len(other), len(gone), len(rows) - len(gone) - len(other))


def save(listing: Listing) -> None:
    """Add a provider, or change the one with the same reference."""
    with transaction() as session:
        _mark_changed(session)
        row = session.scalar(select(Provider).where(Provider.reference == listing.reference))
        session.add(_fill(row or Provider(reference=listing.reference), listing))


def remove(reference: str) -> bool:
    """Take a provider out of the directory; tell whether there was one."""
    with transaction() as session:
        _mark_changed(session)
        row = session.scalar(select(Provider).where(Provider.reference == reference))
        if row is not None:
            session.delete(row)
        return row is not None


def listings() -> list[Listing]:
    """Return the whole directory, by name."""
    with transaction() as session:
        return [_listing(row) for row in session.scalars(select(Provider).order_by(Provider.name, Provider.reference))]


def get(reference: str) -> Listing | None:
    """Return the provider with this reference, if there is one."""
    with transaction() as session:
        row = session.scalar(select(Provider).where(Provider.reference == reference))
        return _listing(row) if row is not None else None


def count() -> int:
    """Return how many providers are in the directory."""
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(Provider)) or 0


def find(wish: Wish, offset: int = 0, limit: int = PAGE) -> Found:
    """Return the best providers for a wish, from `offset` on, with distances as people of the clinic's region count them."""
    unit = MILES if load_clinic().region in MILE_REGIONS else KM
    return _cache.index().find(wish, unit, offset, limit)


def vocabulary() -> Vocabulary:
    """Return the names in the directory, to match a patient's words against."""
    return _cache.index().vocabulary


class _Cache:
    """The index of the directory's present version, shared by all threads of this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._key: tuple[object, ...] | None = None
        self._index = Index([])

    def index(self) -> Index:
        file = get_settings().clinic_file.parent / "postcodes.csv"
        changed_at = file.stat().st_mtime_ns if file.exists() else None
        with transaction() as session:
            version = session.scalar(select(Directory.version))
        with self._lock:
            if self._key != (version, file, changed_at):
                self._index = Index(listings(), _places())
                self._key = (version, file, changed_at)
            return self._index


_cache = _Cache()


def _places() -> list[tuple[str, Point]]:
    try:
        return read_places(get_settings().clinic_file.parent / "postcodes.csv")
    except DirectoryError as error:  # a search goes on without; the doctor and `providers load` say it too
        logger.error("postcodes.csv is not used. %s", error)
        return []


def _check(listings: Iterable[Listing]) -> None:
    counts = Counter(listing.reference for listing in listings)
    problems = [f"reference: '{reference}' stands {times} times." for reference, times in counts.items() if times > 1]
    if len(counts) > MAX_LISTINGS:
        problems.append(f"The directory takes at most {MAX_LISTINGS} providers.")
    if problems:
        raise DirectoryError(problems)


def _mark_changed(session: Session) -> None:
    """Give the directory a new version. First in each change: the row is then locked, so changes come one after another."""
    session.execute(update(Directory).values(version=secrets.token_hex(16)))


def _listing(row: Provider) -> Listing:
    values = {field: getattr(row, field) for field in FIELDS}
    return Listing(**values | {field: tuple(values[field]) for field in LISTS}, updated_at=row.updated_at)


def _fill(row: Provider, listing: Listing) -> Provider:
    for field in FIELDS:
        value = getattr(listing, field)
        setattr(row, field, list(value) if field in LISTS else value)
    row.updated_at = now()
    return row
