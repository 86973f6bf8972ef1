"""Payloads as Slack sends them (https://docs.slack.dev/reference/events, interactivity), about a person who does not exist."""

from itertools import count
from typing import Any

from tests.stubs.slack import TEAM, direct

USER = "U0AVERY"
BOT = {"bot_id": "B0TANDEM", "app_id": "A0TANDEM", "user": "U0TANDEM"}
_numbers = count(1)


def moment() -> str:
    """Return Slack's name of a moment, later than the ones before."""
    return f"1795000000.{next(_numbers):06}"


def event(content: dict[str, Any], event_id: str = "", team: str = TEAM) -> dict[str, Any]:
    return {
        "token": "unused", "team_id": team, "context_team_id": team, "api_app_id": "A0TANDEM", "type": "event_callback",
        "event": content, "event_id": event_id or f"Ev{next(_numbers):08}", "event_time": 1795000000,
        "authorizations": [{"enterprise_id": None, "team_id": team, "user_id": "U0TANDEM", "is_bot": True}],
        "is_ext_shared_channel": False, "event_context": "4-abc",
    }  # fmt: skip


def message(said: str, user: str = USER, **changed: object) -> dict[str, Any]:
    """Return the inner event of a direct message."""
    ts = moment()
    rich = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": said}]}]}
    return {
        "client_msg_id": "6f0f7a4e", "type": "message", "text": said, "user": user, "ts": ts, "team": TEAM,
        "blocks": [rich], "channel": direct(user), "event_ts": ts, "channel_type": "im",
    } | changed  # fmt: skip


def text(said: str, user: str = USER, **changed: object) -> dict[str, Any]:
    return event(message(said, user, **changed))


def edited(original: dict[str, Any], said: str, **changed: object) -> dict[str, Any]:
    """Return how Slack tells that a message was edited, or only that a link in it has a preview now."""
    before, ts = original["event"], moment()
    after = {name: before[name] for name in ("client_msg_id", "type", "user", "team", "ts")} | {"text": said} | changed
    change = {"type": "message", "subtype": "message_changed", "message": after, "previous_message": before, "hidden": True}
    return event(change | {"channel": before["channel"], "ts": ts, "event_ts": ts, "channel_type": "im"})


def opened_home(user: str = USER, tab: str = "home") -> dict[str, Any]:
    return event({"type": "app_home_opened", "user": user, "channel": direct(user), "tab": tab, "event_ts": moment()})


def pressed(value: str, user: str = USER, action: str = "patient:0", channel: str = "", **changed: object) -> dict[str, Any]:
    number, channel = next(_numbers), channel or direct(user)
    return {
        "type": "block_actions", "user": {"id": user, "username": "avery", "name": "avery", "team_id": TEAM},
        "api_app_id": "A0TANDEM", "token": "unused", "trigger_id": f"12321423423.333649436676.{number:032}",
        "container": {"type": "message", "message_ts": "1795000000.000001", "channel_id": channel, "is_ephemeral": False},
        "team": {"id": TEAM, "domain": "clinic"}, "enterprise": None, "is_enterprise_install": False,
        "channel": {"id": channel, "name": "directmessage"}, "state": {"values": {}}, "response_url": "https://hooks.invalid/1",
        "actions": [{
            "action_id": action, "block_id": "b1", "text": {"type": "plain_text", "text": "a title", "emoji": False},
            "value": value, "type": "button", "action_ts": moment(),
        }],
    } | changed  # fmt: skip


def sent_window(view: dict[str, Any], said: str, user: str = USER, view_id: str = "V0001") -> dict[str, Any]:
    """Return how Slack tells that a window was sent."""
    values = {"text": {"text": {"type": "plain_text_input", "value": said}}}
    return {
        "type": "view_submission", "team": {"id": TEAM, "domain": "clinic"}, "user": {"id": user, "team_id": TEAM},
        "api_app_id": "A0TANDEM", "token": "unused", "trigger_id": f"1.2.{next(_numbers)}", "response_urls": [],
        "view": view | {"id": view_id, "team_id": TEAM, "state": {"values": values}, "hash": "1.a", "app_id": "A0TANDEM"},
    }  # fmt: skip


def command(said: str, user: str = USER, channel_name: str = "directmessage") -> dict[str, str]:
    return {
        "token": "unused", "team_id": TEAM, "team_domain": "clinic", "channel_id": direct(user), "channel_name": channel_name,
        "user_id": user, "user_name": "avery", "command": "/tandem", "text": said, "api_app_id": "A0TANDEM",
        "is_enterprise_install": "false", "response_url": "https://hooks.invalid/2", "trigger_id": f"3.4.{next(_numbers)}",
    }  # fmt: skip


_FILE = {"id": "F1", "name": "voice.m4a", "mimetype": "audio/mp4", "filetype": "m4a", "mode": "hosted"}
MEDIA: dict[str, dict[str, Any]] = {
    "file": {"subtype": "file_share", "files": [_FILE], "upload": False},
    "voice clip": {"subtype": "file_share", "files": [_FILE | {"subtype": "slack_audio"}]},
    "shared message": {"attachments": [{"is_share": True, "text": "hello"}]},
}

# everything else that Slack may tell us, and something it does not know yet
IGNORED: dict[str, dict[str, Any]] = {
    "channel": text("I want to kill myself", channel="C0STAFF", channel_type="channel"),
    "private channel": text("I want to kill myself", channel="G0STAFF", channel_type="group"),
    "group": text("I want to kill myself", channel="G0MANY", channel_type="mpim"),
    "own message": event(message("Hello") | BOT),
    "own edited": edited(text("Hello"), "Hello", **BOT),
    "a program's": text("Hello", subtype="bot_message", bot_id="B0OTHER"),
    "slackbot": text("Hello", user="USLACKBOT"),
    "deleted": text("", subtype="message_deleted", hidden=True, deleted_ts="1795000000.000001", previous_message={"text": "hi"}),
    "tombstone": edited(text("Hello"), "This message was deleted.", subtype="tombstone"),
    "joined": text("has joined", subtype="channel_join"),
    "reminder": text("Reminder", subtype="reminder_add"),
    "mention": event({"type": "app_mention", "user": USER, "text": "<@U0TANDEM> hi", "channel": "C0STAFF", "event_ts": moment()}),
    "home messages": opened_home(tab="messages"),
    "reaction": event({"type": "reaction_added", "user": USER, "reaction": "wave", "item": {}, "event_ts": moment()}),
    "team": event({"type": "team_join", "user": {"id": USER, "name": "avery"}, "event_ts": moment()}),
    "uninstalled": event({"type": "app_uninstalled", "event_ts": moment()}),
    "revoked": event({"type": "tokens_revoked", "tokens": {"bot": ["U0TANDEM"]}, "event_ts": moment()}),
    "unknown subtype": text("thought", subtype="telepathy"),
    "unknown kind": event({"type": "telepathy", "user": USER, "thought": "I want to kill myself", "event_ts": moment()}),
    "rate limited": {"type": "app_rate_limited", "team_id": TEAM, "minute_rate_limited": 1795000000, "api_app_id": "A0TANDEM"},
    "unknown envelope": {"type": "telepathy", "team_id": TEAM},
}  # fmt: skip
INTERACTIONS: dict[str, dict[str, Any]] = {
    "foreign action": pressed("x", action="other:1"),
    "shortcut": {"type": "shortcut", "callback_id": "x", "user": {"id": USER}, "team": {"id": TEAM}, "trigger_id": "1.1.1"},
    "closed": {"type": "view_closed", "view": {"callback_id": "x"}, "user": {"id": USER}, "team": {"id": TEAM}},
    "unknown": {"type": "telepathy", "user": {"id": USER}, "team": {"id": TEAM}},
}
UNREADABLE: dict[str, bytes] = {
    "empty": b"",
    "not JSON": b"{",
    "a list": b"[1, 2]",
    "a number": b"7",
    "an event without anything": b'{"type": "event_callback", "event": {"type": "message", "channel_type": "im", "user": "U1"}}',
}
