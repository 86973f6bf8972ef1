"""Fixtures: every test gets settings, secrets and a database of its own, and no way to a running assistant."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from bot import cli, db, engine, settings
from bot.clinic import facts
from bot.conversations import service as conversations
from bot.privacy import encryption
from bot.safety.service import get_screen
from bot.topics import approved, contents
from tests.stubs.engine import EngineStub

CLOSED_PORT = 1  # nothing listens there
POSTGRESQL = os.environ.get("TEST_DATABASE_URL")  # emptied for each test; without it each has an SQLite file of its own
COPIED = ("bot", "clinic", "data", "config.yml", "domain.yml", "engine/requirements.lock", ".env.example")
RunPython = Callable[..., subprocess.CompletedProcess[str]]


def forget() -> None:
    """Drop everything that was read from the environment."""
    if db.get_engine.cache_info().currsize:
        db.get_engine().dispose()
    read = (settings.get_settings, db.get_engine, encryption.key_ring, facts.load_clinic, engine.get_engine)
    for cached in (*read, contents.load_contents, approved.load_approved):
        cached.cache_clear()


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in [name for name in os.environ if name.startswith("TANDEM_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TANDEM_SECRET", "only for tests " * 3)
    monkeypatch.setenv("TANDEM_ENCRYPTION_KEYS", Fernet.generate_key().decode())
    monkeypatch.setenv("TANDEM_DATABASE_URL", POSTGRESQL or f"sqlite:///{tmp_path / 'tandem.db'}")
    monkeypatch.setenv("TANDEM_CLINIC_FILE", str(settings.ROOT / "clinic" / "clinic.yml"))
    monkeypatch.setenv("TANDEM_ENGINE_PORT", str(CLOSED_PORT))
    forget()
    yield
    forget()


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Give a function that changes settings in the middle of a test: configure(token_days=1)."""

    def change(**changed: object) -> None:
        for name, value in changed.items():
            monkeypatch.setenv(f"TANDEM_{name.upper()}", str(value))
        forget()

    return change


@pytest.fixture
def lexicon_alone(configure: Callable[..., None], tmp_path: Path) -> Iterator[None]:
    """Let the screen read without a trained model, which is there on one machine and not on another."""
    configure(model_file=tmp_path / "none.tar.gz")
    get_screen.cache_clear()
    yield
    get_screen.cache_clear()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Give the path of a database brought to the newest schema by the real migrations."""
    if POSTGRESQL:
        with db.get_engine().begin() as connection:
            connection.execute(text("drop schema public cascade"))
            connection.execute(text("create schema public"))
    cli.migrate()
    return tmp_path / "tandem.db"


@pytest.fixture
def broken_database(database: Path, configure: Callable[..., None], tmp_path: Path) -> Callable[[], None]:
    """Give a function that takes the database away: a folder stands where its file was."""
    return lambda: configure(database_url=f"sqlite:///{tmp_path}")


@pytest.fixture
def conversation(database: Path) -> str:
    """Give the id of a new conversation."""
    return conversations.start("web")


@pytest.fixture
def engine_stub(configure: Callable[..., None]) -> Iterator[EngineStub]:
    """Give a local server in the engine's place, which the settings point to."""
    with EngineStub() as stub:
        configure(engine_port=stub.port)
        yield stub


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give a copy of the project without .env, model or logs, for what looks at the project's folder."""
    copy = tmp_path / "project"
    for name in COPIED:
        source, target = settings.ROOT / name, copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return copy


@pytest.fixture
def run_python(project: Path) -> RunPython:
    """Give a function that runs Python in the copied project with only the given environment."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-B", *arguments],
            cwd=project,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run
