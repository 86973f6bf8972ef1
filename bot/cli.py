"""The command line: run, train, migrate, doctor, backup, and what the features add (bot/<feature>/commands.py)."""

import argparse
import os
import secrets
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from alembic import command
from alembic.config import Config
from cryptography.fernet import Fernet
from sqlalchemy.exc import SQLAlchemyError

from bot.backup import BackupError, back_up
from bot.clinic.facts import load_clinic
from bot.clinic.files import ClinicError
from bot.processes import StartError, keep_up, running, train_if_needed
from bot.settings import ROOT, SettingsError, get_settings
from bot.staff.commands import address
from bot.staff.invitations import first_link
from bot.topics.catalogue import CatalogueError, load_catalogue

ENV_FILE = ROOT / ".env"
FEATURES = sorted(path.parent.name for path in (ROOT / "bot").glob("*/commands.py"))


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
    from bot.doctor import refuse_red  # here: it knows every room, and training needs none of them

    settings = get_settings()
    load_clinic()
    load_catalogue()
    train_if_needed(_say)
    migrate()
    refuse_red()
    _say("starting …")
    signal.signal(signal.SIGTERM, _interrupt)
    with running(settings, _say) as processes:
        _say(f"ready: {settings.local_url}/  (Ctrl-C stops it; logs are in var/logs)")
        if link := first_link():
            _say(f"the care desk has no admin yet; this link makes one, once: {address(link)}")
        keep_up(settings, processes, _say)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def doctor() -> int:
    """Print one line a check, with what to do; fail when one is red."""
    from bot.doctor import examine

    found = examine()
    for name, line in found.items():
        print(f"{line.level:7} {name:12} {line.text}")
    return 1 if any(line.level == "red" for line in found.values()) else 0


def backup(folder: Path | None) -> int:
    """Copy the database into the folder of the settings, or another one."""
    folder = folder or get_settings().backup_dir
    if folder is None:
        raise BackupError("Set TANDEM_BACKUP_DIR, or say where to with --to FOLDER.")
    _say(f"wrote {back_up(folder)}; the keys are not in it: keep a copy of .env in another place")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tandem", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    plain: dict[str, Callable[[], int]] = {"run": run, "train": train, "migrate": migrate, "doctor": doctor}
    for name, verb in plain.items():
        summary = str(verb.__doc__).splitlines()[0].rstrip(".")
        commands.add_parser(name, help=summary, description=summary).set_defaults(run=lambda _, verb=verb: verb())
    copy = commands.add_parser("backup", help="copy the database while it is in use")
    copy.add_argument("--to", type=Path, metavar="FOLDER", help="the folder to write to (default: TANDEM_BACKUP_DIR)")
    copy.set_defaults(run=lambda chosen: backup(chosen.to))
    for feature in FEATURES:
        import_module(f"bot.{feature}.commands").register(commands)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command; every expected error is one clear sentence and a non-zero exit."""
    chosen = _parser().parse_args(arguments)
    try:
        if chosen.command not in ("train", "doctor"):  # one needs none, the other says that there are none
            make_secrets()
        return int(chosen.run(chosen))
    except (SettingsError, ClinicError, CatalogueError, StartError, BackupError) as error:
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
