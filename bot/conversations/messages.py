"""What goes into a conversation and comes out of it, wherever it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

PATIENT, ASSISTANT, PERSON = "patient", "assistant", "person"
BOT, WAITING, HUMAN = "bot", "waiting", "human"  # modes of a conversation


@dataclass(frozen=True)
class Reply:
    """Something to say: approved text, choices as (title, payload), and what kind of reply it is."""

    text: str
    choices: tuple[tuple[str, str], ...] = ()
    about: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """A stored message as a channel may show it."""

    seq: int
    sender: str
    text: str
    choices: tuple[tuple[str, str], ...]
    about: dict[str, Any]
    said_at: datetime = field(default_factory=lambda: datetime.now(UTC), compare=False)


@dataclass(frozen=True)
class State:
    """Where a conversation stands: its channel and language, who speaks in it, and what the last reply asked for privately."""

    channel: str
    language: str
    mode: str
    asking: str | None


@dataclass(frozen=True)
class Receipt:
    """What became of a patient's message: its sequence number, where the conversation stands, whether it came before."""

    seq: int
    state: State
    is_new: bool = True
    is_answered: bool = False
    protocol: dict[str, Any] | None = None  # how far the crisis protocol has come (bot.safety.protocol.Progress)


def asked_for(replies: Sequence[Reply]) -> str | None:
    """Return the private field that the last of these replies asks for, if it asks for one."""
    asks = replies[-1].about.get("asks") if replies else None
    return str(asks) if asks else None
