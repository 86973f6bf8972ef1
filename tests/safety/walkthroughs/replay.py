"""Plays a scripted patient to the real turn: real database, real screen and protocol, a local server in the engine's place."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml
from cryptography.fernet import Fernet
from pydantic import BaseModel, ConfigDict

from bot import cli
from bot.conversations import service as conversations
from bot.privacy import redaction
from bot.turns import Inbound, take
from tests.conftest import forget
from tests.stubs.engine import EngineStub

FOLDER = Path(__file__).parent


class Line(BaseModel):
    """What the patient writes, and what it is.

    `ordinary` must raise no alarm; `vague` may mean danger; `danger` and `other` (somebody else's) say it; `now` says that it is
    about to happen; the rest answer the assistant.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["ordinary", "vague", "danger", "other", "now", "yes", "no", "unsure", "retraction", "refusal"]
    says: str

    @property
    def is_plain_danger(self) -> bool:
        """Tell whether the line says danger."""
        return self.kind in ("danger", "other", "now")

    @property
    def is_risk(self) -> bool:
        """Tell whether the line says danger or may mean it."""
        return self.kind == "vague" or self.is_plain_danger


class Script(BaseModel):
    """One persona and its lines."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    persona: str
    about: str
    risk: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Bubble:
    """One text that the patient was shown, with the protocol's key of it (none for an answer of the engine)."""

    text: str
    key: str

    @property
    def is_protocol(self) -> bool:
        """Tell whether the crisis protocol said it."""
        return bool(self.key)


@dataclass(frozen=True)
class Turn:
    """A line and what was said to it."""

    line: Line
    bubbles: tuple[Bubble, ...]


@dataclass(frozen=True)
class Replay:
    """A script and its turns."""

    script: Script
    turns: tuple[Turn, ...]

    @property
    def said(self) -> list[Bubble]:
        """Everything that was said, in order."""
        return [bubble for turn in self.turns for bubble in turn.bubbles]

    @property
    def protocol(self) -> list[Bubble]:
        """Everything that the crisis protocol said."""
        return [bubble for bubble in self.said if bubble.is_protocol]


def read_scripts(folder: Path = FOLDER) -> list[Script]:
    """Return the scripts of a folder."""
    return [Script.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("*.yml"))]


@contextmanager
def a_clinic_of_its_own() -> Iterator[None]:
    """Set up secrets, an empty database and an engine that answers every question with one approved text; put all back after."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory() as folder, EngineStub() as engine:
        os.environ |= {
            "TANDEM_SECRET": secrets.token_urlsafe(48),
            "TANDEM_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "TANDEM_DATABASE_URL": f"sqlite:///{Path(folder) / 'tandem.db'}",
            "TANDEM_ENGINE_PORT": str(engine.port),
        }
        forget()
        try:
            cli.migrate()
            redaction.warm_up()  # as the app does before it takes messages
            yield
        finally:
            forget()
            os.environ.clear()
            os.environ.update(before)


def replay(script: Script) -> Replay:
    """Let the script's patient speak, and keep what is said to each line."""
    conversation = conversations.start("web")
    return Replay(script, tuple(_turn(conversation, index, line) for index, line in enumerate(script.lines)))


def _turn(conversation: str, index: int, line: Line) -> Turn:
    last = max((entry.seq for entry in conversations.history(conversation)), default=0)
    outcome = take(Inbound(conversation, f"line-{index}", line.says))
    stored = [entry for entry in conversations.history(conversation, last) if entry.sender == conversations.ASSISTANT]
    unstored = () if stored else outcome.unstored
    bubbles = [Bubble(entry.text, str(entry.about.get("message", ""))) for entry in stored]
    return Turn(line, (*(Bubble(text, "unstored") for text in unstored), *bubbles))
