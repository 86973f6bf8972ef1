"""What a platform tells us and what we send it, in words of our own; each platform's file translates. Pure."""

import hashlib
import hmac
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Protocol

from bot.settings import get_settings


class Kind(StrEnum):
    """What a sender did."""

    TEXT = "text"  # wrote, or edited what was written
    BUTTON = "button"  # pressed a button of ours: `data` is what we gave it
    MEDIA = "media"  # sent what we cannot read; `text` is what was written beside it
    COMMAND = "command"  # typed or chose a command: `text` is its name, `data` what followed
    BLOCKED = "blocked"  # shut us out
    TOO_MANY = "too_many"  # wrote more than the limit, for the first time in a minute


@dataclass(frozen=True)
class Event:
    """One update of a platform, authenticated and translated.

    `update_id`: the same one again is worked once. `position` orders the updates of a sender. `client_id` is the turn's: a
    message edited without a change of its text keeps it. `sender` is keyed, see `key`; `reply_to` is the platform's own.
    """

    channel: str
    update_id: str
    position: int
    sender: str
    reply_to: str
    client_id: str
    kind: Kind
    text: str = ""
    data: str = ""
    language: str = "en"

    def as_dict(self) -> dict[str, Any]:
        """Return the event as plain data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Event":
        """Return the event that `as_dict` was called on."""
        return cls(**{**data, "kind": Kind(data["kind"])})


def key(channel: str, *parts: object) -> str:
    """Return a keyed hash that is worth nothing in another channel or another installation."""
    said = "/".join((channel, *(str(part) for part in parts)))
    return hmac.new(get_settings().secret.get_secret_value().encode(), said.encode(), hashlib.sha256).hexdigest()[:40]


@dataclass(frozen=True)
class Button:
    """A button under a message: its title, and the opaque data that comes back when it is pressed."""

    title: str
    data: str


@dataclass(frozen=True)
class Post:
    """Something to send: a text with buttons, or a file with that text; one that is passing need not stay in the chat."""

    text: str
    buttons: tuple[Button, ...] = ()
    file_name: str | None = None
    is_passing: bool = False


class Platform(Protocol):
    """What the inbox and the outbox need of a platform; its send raises one of the errors below."""

    name: str

    async def send(self, reply_to: str, post: Post) -> None:
        """Send one post; returns when the platform has taken it."""

    async def show_typing(self, reply_to: str) -> None:
        """Show that an answer is being prepared; never raises."""

    async def run(self, receive: Callable[[Event], Coroutine[Any, Any, None]]) -> None:
        """Do what the platform needs for ever: tell it where the door is, or fetch its updates and pass them on."""

    async def close(self) -> None:
        """Close the connections to the platform."""


class TryLater(Exception):
    """The platform did not take it now: a limit, or the network. `seconds` is how long to wait, when the platform said so."""

    def __init__(self, seconds: float | None = None) -> None:
        """Say how long to wait, if that is known."""
        super().__init__()
        self.seconds = seconds


class Blocked(Exception):
    """The receiver has shut us out, or is gone."""


class Refused(Exception):
    """The platform will never take this post."""
