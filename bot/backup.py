"""Copies of the database: consistent while the app runs, without keys, and no older than a chat may be."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import make_url

from bot.clinic.facts import load_clinic
from bot.settings import get_settings

_NAME = "tandem-%Y-%m-%dT%H-%M-%SZ.db"


class BackupError(RuntimeError):
    """A copy that cannot be made; the text says why and what to do."""


def back_up(folder: Path) -> Path:
    """Copy the SQLite database into a folder, and return the copy's path; copies older than `retention_days` are removed.

    The copy holds texts as they are stored, encrypted; the keys are in .env, which is to be kept elsewhere.

    Raises:
        BackupError: the database is not SQLite, is not there, or the folder cannot be written to.

    """
    url = make_url(get_settings().database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise BackupError("This copies SQLite only. For PostgreSQL: pg_dump --format=custom --file=FOLDER/tandem.dump DATABASE")
    if not Path(url.database).exists():
        raise BackupError(f"There is no database at {url.database} yet: start Tandem first.")
    now = datetime.now(UTC)
    copy, unfinished = folder / now.strftime(_NAME), folder / "tandem.unfinished"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        with (
            closing(sqlite3.connect(f"file:{url.database}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(unfinished)) as to,
        ):
            source.backup(to)
            (finding,) = to.execute("PRAGMA quick_check").fetchone()
        if finding != "ok":
            raise BackupError("The copy is damaged, so it was not kept; check the disk, then the database.")
        unfinished.rename(copy)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"The copy could not be written to {folder}: {error}.") from error
    _remove_old(folder, now - timedelta(days=load_clinic().retention_days))
    return copy


def _remove_old(folder: Path, before: datetime) -> None:
    """Remove our copies from before a moment: what patients deleted, and what retention deleted, must not live on in them."""
    for path in folder.glob("tandem-*Z.db"):
        if _changed(path) < before:
            path.unlink()


def newest(folder: Path) -> datetime | None:
    """Return when the newest copy in a folder was made, by whatever made it; None when there is none."""
    copies = [path for path in folder.glob("*") if path.is_file() and path.suffix != ".unfinished" and path.stat().st_size]
    return max(map(_changed, copies), default=None)


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
