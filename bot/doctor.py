"""The doctor: one check a function, one line a check, with what to do. In production nothing starts while a line is red."""

import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.backup import newest
from bot.clinic.facts import load_clinic
from bot.clinic.files import ClinicError
from bot.engine import get_engine as get_assistant
from bot.handoff.words import load_words
from bot.processes import ENGINE_PYTHON, MODEL, StartError, is_trained
from bot.providers import service as providers
from bot.safety.messages import load_messages
from bot.settings import ROOT, SettingsError, get_settings
from bot.staff import service as staff
from bot.staff.members import CARE
from bot.topics.approved import load_approved
from bot.topics.catalogue import CatalogueError, load_catalogue
from bot.topics.contents import is_topic
from bot.topics.service import review_states

ENV_FILE = ROOT / ".env"
EXPIRES_SOON = timedelta(days=14)
CLOCK_TOLERANCE = timedelta(minutes=5)
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_EXAMPLES = ("change-me", "AAAAAAAAAAAAAAAA")  # of .env.example

Level = Literal["green", "yellow", "red"]


@dataclass(frozen=True)
class Line:
    """What a check found: green, yellow (works, but look at it) or red (must not go live), and what to do."""

    level: Level
    text: str


def _green(text: str) -> Line:
    return Line("green", text)


def _worse(text: str) -> Line:
    """Return a line that is red in production and yellow in a demo, which nobody's care depends on."""
    return Line("red" if get_settings().mode == "production" else "yellow", text)


def check_settings() -> Line:
    """Check that the settings are complete and valid."""
    settings = get_settings()
    says = f"{settings.mode} mode, port {settings.port}"
    if settings.mode == "demo" and urlsplit(settings.public_url).hostname not in {None, *_LOOPBACK}:
        return Line("yellow", f"{says}: patients at {settings.public_url} get answers that nobody has signed off")
    return _green(says)


def check_secrets() -> Line:
    """Check that the secrets are the clinic's own and that only their owner can read them."""
    settings = get_settings()
    for setting, value in (("SECRET", settings.secret), ("ENCRYPTION_KEYS", settings.encryption_keys)):
        if any(example in value.get_secret_value() for example in _EXAMPLES):
            return Line("red", f"TANDEM_{setting} is the example's: take .env away and run 'make run', which writes fresh ones")
    if ENV_FILE.exists() and stat.S_IMODE(ENV_FILE.stat().st_mode) & 0o077:
        return Line("red", "others on this machine can read .env: run 'chmod 600 .env'")
    return _green("the clinic's own")


def check_database() -> Line:
    """Check that the database answers and has the newest tables."""
    from bot.db import get_engine  # here: without valid settings there is no database to look at

    config = Config()
    config.set_main_option("script_location", str(ROOT / "bot" / "migrations"))
    with get_engine().connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    wanted = ScriptDirectory.from_config(config).get_current_head()
    if found != wanted:
        return Line("red", f"its tables are at {found or 'nothing'}, the program needs {wanted}: run 'scripts/tandem migrate'")
    return _green(f"{get_engine().dialect.name}, tables at {found}")


def check_engine() -> Line:
    """Check that the engine is installed, and whether it answers."""
    if not ENGINE_PYTHON.exists():
        return Line("red", "its environment is missing: run 'make setup'")
    return _green("answers") if get_assistant().is_healthy() else Line("yellow", "not running: 'make run' starts it")


def check_model() -> Line:
    """Check that the model was trained from the data as they are."""
    return _green("matches the data") if is_trained() else Line("red", "does not match the data: run 'make train'")


def check_clinic() -> Line:
    """Check the clinic's own facts."""
    clinic = load_clinic()
    return _green(f"{clinic.name}, {clinic.opening.in_words()} ({clinic.opening.timezone})")


def check_crisis_pack() -> Line:
    """Check that the region's crisis facts and the crisis messages are there and have not expired."""
    until = min(load_clinic().pack.expires_on, load_messages().expires_on)
    what_to_do = f"check the facts in clinic/crisis/{load_clinic().region}.yml and messages.yml, and set new dates"
    if until < date.today():
        return _worse(f"expired on {until}: {what_to_do}")
    if until - date.today() < EXPIRES_SOON:
        return Line("yellow", f"expires on {until}: {what_to_do}")
    return _green(f"{load_clinic().region}, until {until}")


def check_content() -> Line:
    """Check that every text can be read and names nothing but facts of the clinic."""
    load_words()
    load_approved()
    return _green(f"{len(load_catalogue())} topics")


def check_review() -> Line:
    """Check that clinicians have signed the texts off: without a group nothing starts, without a topic its answer is withheld."""
    states = review_states()
    open_groups = [key for key, review in states.items() if not review.is_approved and not is_topic(key)]
    open_topics = [key for key, review in states.items() if not review.is_approved and is_topic(key)]
    if not open_groups and not open_topics:
        until = min(review.expires_at for review in states.values() if review.expires_at)
        soon = until - datetime.now(UTC) < EXPIRES_SOON
        return Line("yellow" if soon else "green", f"all signed off; the first approval ends on {until:%Y-%m-%d}")
    what_to_do = "have a clinician read them ('scripts/tandem content export') and sign ('scripts/tandem content sign-off')"
    if open_groups or len(open_topics) == len(load_catalogue()):
        return _worse(f"{len(open_topics)} topics and the groups {', '.join(open_groups) or 'none'} await review: {what_to_do}")
    return Line("yellow", f"{len(open_topics)} topics await review, so production withholds their answers: {what_to_do}")


def check_providers() -> Line:
    """Check that there is a directory of providers to search."""
    count = providers.count()
    return _green(f"{count} listed") if count else Line("yellow", "none: run 'scripts/tandem providers load FILE'")


def check_on_call() -> Line:
    """Check that somebody can take a chat, where the clinic offers one."""
    if not (load_clinic().hand_off.offers_chat or load_clinic().hand_off.call_back):
        return _green("not needed: hand_off in clinic.yml offers neither chat nor call back")
    alerts = get_settings().alerts.split(",")
    if all(channel.strip() == "console" for channel in alerts):
        return _worse("alerts go to the log only: set TANDEM_ALERTS to email, slack or webhook")
    count = sum(member.is_active and member.has_joined and member.role in CARE for member in staff.members())
    if not count:
        return _worse("no account can take chats: run 'scripts/tandem staff invite --role agent', and let them join")
    return _green(f"{count} can take chats")


def check_backups() -> Line:
    """Check that there is a fresh copy of the database."""
    settings = get_settings()
    if settings.backup_dir is None:
        return _worse("no folder: set TANDEM_BACKUP_DIR, and let 'scripts/tandem backup' run every night")
    last = newest(settings.backup_dir)
    if last is None or datetime.now(UTC) - last > timedelta(days=settings.backup_days):
        age = f"the newest copy is from {last:%Y-%m-%d}" if last else "no copy"
        return _worse(f"{age} in {settings.backup_dir}: run 'scripts/tandem backup', and every night")
    return _green(f"newest copy {last:%Y-%m-%d %H:%M} UTC")


def check_clock() -> Line:
    """Check the clock against what was written before, and a database server's clock; opening hours and expiry depend on it."""
    from bot.db import get_engine

    now = datetime.now(UTC)
    written = [path for path in (MODEL, ROOT / "clinic" / "clinic.yml", ENV_FILE) if path.exists()]
    latest = max((datetime.fromtimestamp(path.stat().st_mtime, UTC) for path in written), default=now)
    if latest - now > CLOCK_TOLERANCE:
        return Line("red", f"it is {now:%Y-%m-%d %H:%M} UTC here, but files are from {latest:%Y-%m-%d %H:%M}: set the clock")
    if get_engine().dialect.name == "postgresql":
        with get_engine().connect() as connection:
            there = connection.execute(text("SELECT now()")).scalar_one()
        if abs(there - datetime.now(UTC)) > CLOCK_TOLERANCE:
            return Line("red", f"the database's clock says {there:%Y-%m-%d %H:%M %Z}: set the clock here or there")
    return _green(f"{now:%Y-%m-%d %H:%M} UTC")


def check_tls() -> Line:
    """Check that patients reach the app over TLS, or that nobody but this machine does."""
    settings = get_settings()
    public = urlsplit(settings.public_url)
    if public.scheme == "https":
        return _green(settings.public_url)
    if public.hostname and public.hostname not in _LOOPBACK:
        return Line(
            "red", f"{settings.public_url} is not encrypted: put a TLS proxy in front, and set TANDEM_PUBLIC_URL to https"
        )
    if settings.host not in _LOOPBACK:
        return _worse(f"the app listens on {settings.host} without a public address: set TANDEM_PUBLIC_URL to its https address")
    return _green("this machine only")


CHECKS: dict[str, Callable[[], Line]] = {
    "settings": check_settings,
    "secrets": check_secrets,
    "database": check_database,
    "engine": check_engine,
    "model": check_model,
    "clinic": check_clinic,
    "crisis pack": check_crisis_pack,
    "content": check_content,
    "review": check_review,
    "providers": check_providers,
    "on call": check_on_call,
    "backups": check_backups,
    "clock": check_clock,
    "TLS": check_tls,
}


def examine() -> dict[str, Line]:
    """Return what every check found; a check that fails is a red line with the reason."""
    return {name: _run(check) for name, check in CHECKS.items()}


def _run(check: Callable[[], Line]) -> Line:
    try:
        return check()
    except (SettingsError, ClinicError, CatalogueError, OSError, ImportError) as error:
        return Line("red", str(error).splitlines()[0])
    except SQLAlchemyError as error:
        if check is check_database:
            return Line("red", f"TANDEM_DATABASE_URL: it cannot be used: {str(error).splitlines()[0]}")
        return Line("red", "the database cannot be read: see the line of the database")


def refuse_red() -> None:
    """Raise StartError in production when a line is red; a demo starts all the same."""
    if get_settings().mode != "production":
        return
    if red := [f"{name}: {line.text}" for name, line in examine().items() if line.level == "red"]:
        raise StartError("Production does not start while a check is red. " + ". ".join(red) + ".")
