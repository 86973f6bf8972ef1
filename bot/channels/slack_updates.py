"""Slack's events, buttons and slash commands as events of ours: one pure function, however they came in."""

import re
from collections.abc import Mapping
from typing import Any

from bot.channels.events import Event, Kind, key

CHANNEL = "slack"
COMMAND = "/tandem"
COMMANDS = ("start", "help", "person", "crisis", "forget", "download", "language")
BUTTON = "patient:"  # how the actions of the patients' buttons begin; the staff's are others
DOES = "do:"  # how the data of a button begins that stands for a command
# what a person writes, alone or beside a file; everything else with a subtype is Slack's own or a program's
_WRITTEN = (None, "file_share", "me_message", "thread_broadcast")
_REFERENCE = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def to_event(body: Mapping[str, Any], received_at: float) -> Event | None:
    """Return what a payload says; None when it is nothing for us: a channel, a program, a kind we do not know.

    Raises KeyError, TypeError, AttributeError or ValueError for what has none of Slack's shapes. `received_at`, in seconds,
    orders slash commands, of which Slack does not say when they were typed.
    """
    if body.get("type") == "event_callback":
        return _read_message(body, body["event"])
    if body.get("type") == "block_actions":
        return _read_button(body, body["actions"][0])
    return _read_command(body, received_at) if body.get("command") == COMMAND else None


def to_plain(text: str) -> str:
    """Return a text as it was typed: Slack puts links, mentions and channels into <…> and escapes three characters."""
    shown = _REFERENCE.sub(_label, text)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").encode(errors="replace").decode()


def _label(reference: re.Match[str]) -> str:
    target, label = reference[1], reference[2]
    if label or target.startswith(("@", "#", "!")):  # a mention without a label is a number that tells nothing
        return label or ""
    return target.removeprefix("mailto:").removeprefix("tel:")


def _read_message(body: Mapping[str, Any], event: Mapping[str, Any]) -> Event | None:
    """Read a direct message, or one that was edited; Slack calls it edited too when it only shows a preview of a link."""
    if event["type"] != "message" or event.get("channel_type") != "im":
        return None
    message = event["message"] if event.get("subtype") == "message_changed" else event
    user = message.get("user")
    if not user or user == "USLACKBOT" or message.get("bot_id") or message.get("subtype") not in _WRITTEN:
        return None
    text = to_plain(message.get("text") or "")
    return _event(
        _team(body),
        user,
        Kind.MEDIA if message.get("files") or not text.strip() else Kind.TEXT,
        update_id=body["event_id"],
        position=_micros(event["event_ts"]),
        said=message["ts"],  # a text that is edited without a change is the same text
        text=text,
    )


def _read_button(body: Mapping[str, Any], action: Mapping[str, Any]) -> Event | None:
    if not action["action_id"].startswith(BUTTON):
        return None
    pressed, data = key(CHANNEL, "action", body["trigger_id"]), action["value"]
    is_command = data.startswith(DOES)
    return _event(
        _team(body),
        body["user"]["id"],
        Kind.COMMAND if is_command else Kind.BUTTON,
        update_id=pressed,
        position=_micros(action["action_ts"]),
        said=pressed,
        text=data.removeprefix(DOES) if is_command else "",
        data="" if is_command else data,
    )


def _read_command(body: Mapping[str, Any], received_at: float) -> Event:
    """Read what was typed after the command; what is no name of ours is a message, which may be a crisis."""
    text, typed = to_plain(body.get("text") or "").strip(), key(CHANNEL, "command", body["trigger_id"])
    name, _, rest = text.partition(" ")
    is_ours = not text or name.lower() in COMMANDS
    return _event(
        _team(body),
        body["user_id"],
        Kind.COMMAND if is_ours else Kind.TEXT,
        update_id=typed,
        position=int(received_at * 1_000_000),
        said=typed,
        text=(name.lower() or "help") if is_ours else text,
        data=rest if is_ours else "",
    )


def _team(body: Mapping[str, Any]) -> str:
    """Return the workspace, which each kind of payload names in its own place."""
    team = body.get("team_id") or (body.get("team") or {}).get("id") or body["user"]["team_id"]
    return str(team)


def _micros(moment: str) -> int:
    """Return one of Slack's times, such as 1355517523.000005, as a whole number."""
    seconds, _, micros = moment.partition(".")
    return int(seconds) * 1_000_000 + int(micros.ljust(6, "0")[:6])


def _event(
    team: str, user: str, kind: Kind, *, update_id: str, position: int, said: str, text: str = "", data: str = ""
) -> Event:
    """Build the event; what is sent to the user's id arrives in their direct messages with us."""
    return Event(
        channel=CHANNEL,
        update_id=update_id,
        position=position,
        sender=key(CHANNEL, "sender", team, user),
        reply_to=user,
        client_id=key(CHANNEL, said, text),
        kind=kind,
        text=text,
        data=data,
    )
