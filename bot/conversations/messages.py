"""What goes into a conversation and comes out of it, wherever it is kept."""

from dataclasses import dataclass, field
from typing import Any

PATIENT, ASSISTANT = "patient", "assistant"


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


@dataclass(frozen=True)
class Receipt:
    """What became of a patient's message: its sequence number, who speaks in the conversation, whether it came before."""

    seq: int
    mode: str
    is_new: bool = True
    is_answered: bool = False
    protocol: dict[str, Any] | None = None  # how far the crisis protocol has come (bot.safety.protocol.Progress)
