"""The command line: run, train, migrate, doctor."""

import argparse
import os
import secrets
import signal
import sys
import time
from collections.abc import Callable
from datetime import date

from alembic import command
from alembic.config import Config
from cryptography.fernet import Fernet
from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from bot.clinic import ClinicError, load_clinic
from bot.processes import StartError, is_trained, running, train_if_needed
from bot.safety.messages import load_messages
from bot.settings import ROOT, SettingsError, get_settings
from bot.topics.catalogue import CatalogueError, load_catalogue

ENV_FILE = ROOT / ".env"


def _say(text: str) -> None:
    print(f"tandem: {text}", flush=True)


def make_secrets() -> None:
    """Write a .env with fresh secrets, readable by its owner only, when there is none and the environment has none."""
    if ENV_FILE.exists() or "TANDEM_SECRET" in os.environ:
        return
    lines = [
        "# Made by the first `make run`. Keep it: without the keys the stored chats cannot be read. See .env.example.",
        f"TANDEM_SECRET={secrets.token_urlsafe(48)}",
        f"TANDEM_ENCRYPTION_KEYS={Fernet.generate_key().decode()}",
    ]
    ENV_FILE.touch(mode=0o600, exist_ok=False)
    ENV_FILE.write_text("\n".join(lines) + "\n")
    _say("wrote .env with fresh secrets")


def migrate() -> int:
    """Bring the database to the newest schema."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "bot" / "migrations"))
    command.upgrade(config, "head")
    return 0


def train() -> int:
    """Train the assistant if needed."""
    train_if_needed(_say)
    _say("the model is up to date")
    return 0


def run() -> int:
    """Set up, start the three processes, print the address, and stop on Ctrl-C."""
    make_secrets()
    settings = get_settings()
    load_clinic()
    load_catalogue()
    train_if_needed(_say)
    migrate()
    _say("starting …")
    signal.signal(signal.SIGTERM, _interrupt)
    with running(settings, _say) as processes:
        _say(f"ready: http://{settings.host}:{settings.port}/  (Ctrl-C stops it; logs are in var/logs)")
        while True:
            for name, process in processes.items():
                if process.poll() is not None:
                    raise StartError(f"The {name} stopped; the reason is at the end of var/logs/{name}.log.")
            time.sleep(1)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def doctor() -> int:
    """Check what a clinic needs before it goes live; one line each, with what to do."""
    checks: list[tuple[str, Callable[[], str]]] = [
        ("settings", lambda: f"ok: port {get_settings().port}"),
        ("clinic", lambda: f"ok: {load_clinic().name}"),
        ("crisis pack", _check_pack),
        ("content", lambda: f"ok: {len(load_catalogue())} topics"),
        ("review", _check_review),
        ("model", lambda: "ok" if is_trained() else _fail("the model does not match the data: run 'make train'")),
        ("database", _check_database),
    ]
    bad = 0
    for name, check in checks:
        try:
            line = check()
        except (SettingsError, ClinicError, CatalogueError, DoctorError, SQLAlchemyError, ImportError) as error:
            line, bad = f"PROBLEM: {str(error).splitlines()[0]}", bad + 1
        print(f"{name:12} {line}")
    return 1 if bad else 0


class DoctorError(RuntimeError):
    """A check that failed; the text says what to do."""


def _fail(text: str) -> str:
    raise DoctorError(text)


def _check_pack() -> str:
    until = min(load_clinic().pack.expires_on, load_messages().expires_on)
    return f"ok until {until}" if date.today() <= until else _fail("expired: check the facts and set new dates")


def _check_review() -> str:
    awaiting = [key for key, topic in load_catalogue().items() if not topic.reviewed_by]
    return f"{len(awaiting)} topics await a clinician's review; the page says so under each" if awaiting else "ok"


def _check_database() -> str:
    from bot.db import get_engine  # here: without valid settings there is no database to look at

    tables = inspect(get_engine()).get_table_names()
    return "ok" if "messages" in tables else _fail("the tables are missing: run 'make run' or 'python -m bot.cli migrate'")


def main() -> int:
    """Run one command; every expected error is one clear sentence and a non-zero exit."""
    commands = {"run": run, "train": train, "migrate": migrate, "doctor": doctor}
    parser = argparse.ArgumentParser(prog="python -m bot.cli", description=__doc__)
    parser.add_argument("command", choices=sorted(commands))
    try:
        return commands[parser.parse_args().command]()
    except (SettingsError, ClinicError, CatalogueError, StartError) as error:
        print(f"tandem: {error}", file=sys.stderr)
        return 1
    except (SQLAlchemyError, ImportError) as error:
        reason = str(error).splitlines()[0]
        print(f"tandem: TANDEM_DATABASE_URL: the database cannot be used. {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        _say("stopped")
        return 0


if __name__ == "__main__":
    raise SystemExit(main())
