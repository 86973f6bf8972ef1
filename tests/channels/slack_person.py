"""A person in Slack: what they do comes in signed, what they get is kept by the local server."""

import json
import time
from typing import Any
from urllib.parse import urlencode

import httpx
from slack_sdk.signature import SignatureVerifier

from bot.channels import addresses
from bot.channels.events import key
from bot.conversations import service as conversations
from bot.conversations.service import Entry
from tests.channels.slack_payloads import USER, command, edited, pressed, text
from tests.stubs.slack import TEAM, Sent, SlackStub

PATH = "/hooks/slack"
SECRET = "8f742231b10e8888abcd99eeefff85a5"
AGREE, DECLINE = "Agree, and store it", "Do not store"


def signed(body: bytes, seconds_ago: float = 0, secret: str = SECRET) -> dict[str, str]:
    """Return the headers with which Slack sends a body."""
    moment = str(int(time.time() - seconds_ago))
    signature = SignatureVerifier(secret).generate_signature(timestamp=moment, body=body)
    return {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": str(signature)}


class Person:
    """Somebody in the workspace."""

    def __init__(self, slack: SlackStub, site: httpx.Client, user: str = USER) -> None:
        self.slack, self.site, self.user = slack, site, user
        self.read = 0  # how much of what came was looked at

    def post(self, body: bytes, kind: str) -> httpx.Response:
        return self.site.post(PATH, content=body, headers={"Content-Type": kind, **signed(body)})

    def call(self, payload: dict[str, Any]) -> httpx.Response:
        """Send an event."""
        return self.post(json.dumps(payload).encode(), "application/json; charset=utf-8")

    def interact(self, payload: dict[str, Any]) -> httpx.Response:
        """Send what a button or a window does."""
        return self.post(urlencode({"payload": json.dumps(payload)}).encode(), "application/x-www-form-urlencoded")

    def command(self, said: str, **changed: str) -> httpx.Response:
        """Type a slash command."""
        return self.post(urlencode(command(said, self.user, **changed)).encode(), "application/x-www-form-urlencoded")

    def write(self, said: str, **changed: object) -> dict[str, Any]:
        """Return the event of a direct message that is not sent yet."""
        return text(said, self.user, **changed)

    def say(self, said: str, **changed: object) -> dict[str, Any]:
        """Send a direct message and return its event."""
        payload = self.write(said, **changed)
        assert self.call(payload).status_code == 200
        return payload

    def edit(self, original: dict[str, Any], said: str) -> None:
        assert self.call(edited(original, said)).status_code == 200

    def press(self, title: str) -> None:
        """Press the newest button with a title."""
        value = next(sent.buttons[title] for sent in reversed(self.slack.to(self.user)) if title in sent.buttons)
        assert self.interact(pressed(value, self.user)).status_code == 200

    def hear(self, count: int = 1) -> list[Sent]:
        """Wait for so many new messages and return them."""
        heard = self.slack.wait_for(self.user, self.read + count)[self.read :]
        self.read += len(heard)
        return heard

    def lose_connection(self) -> None:
        """Let everything fail that is sent to them."""
        self.slack.failing[self.user] = None

    def find_connection(self) -> None:
        del self.slack.failing[self.user]

    def agree(self) -> None:
        """Begin a chat that is stored."""
        self.say("hello")
        self.hear()
        self.press(AGREE)
        self.hear()

    @property
    def conversation(self) -> str:
        found = addresses.find_conversation(key("slack", "sender", TEAM, self.user))
        assert found
        return found

    @property
    def history(self) -> list[Entry]:
        return conversations.history(self.conversation)
