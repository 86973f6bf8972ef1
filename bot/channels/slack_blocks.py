"""What we send to patients in Slack's words: texts, rows of buttons, the app's home. Pure."""

from collections.abc import Sequence
from html import escape
from typing import Any

from bot.channels.events import Button, Post
from bot.channels.slack_updates import BUTTON
from bot.channels.split import split

MAX_TEXT = 3000  # characters of a section
IN_A_ROW = 5
MAX_TITLE = 75


def messages(post: Post) -> list[dict[str, Any]]:
    """Return the messages a post becomes: a long text in several, with the buttons under the last one."""
    *parts, last = split(_escape(post.text), MAX_TEXT)
    if not post.buttons:
        return [_message(part) for part in (*parts, last)]
    return [*map(_message, parts), _message(last) | {"blocks": [_section(last), *rows(post.buttons)]}]


def home(text: str, buttons: Sequence[Button]) -> dict[str, Any]:
    """Return the view of the app's home."""
    sections = [_section(part) for part in split(_escape(text), MAX_TEXT)]
    return {"type": "home", "blocks": [*sections, *rows(buttons)]}


def rows(buttons: Sequence[Button]) -> list[dict[str, Any]]:
    """Return buttons in rows."""
    shown = [_button(number, button) for number, button in enumerate(buttons)]
    return [{"type": "actions", "elements": shown[start : start + IN_A_ROW]} for start in range(0, len(shown), IN_A_ROW)]


def _escape(text: str) -> str:
    """Return a text in which nothing is a link or a mention for Slack."""
    return escape(text, quote=False)


def _message(text: str) -> dict[str, Any]:
    """Return a message; without previews, or Slack would fetch the pages we name."""
    return {"text": text, "mrkdwn": False, "unfurl_links": False, "unfurl_media": False}


def _section(text: str) -> dict[str, Any]:
    """Return a text in a block, whole: nobody should have to press "see more" for a crisis line."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, "expand": True}


def _button(number: int, button: Button) -> dict[str, Any]:
    title = button.title if len(button.title) <= MAX_TITLE else button.title[: MAX_TITLE - 1] + "…"
    shown = {"type": "plain_text", "text": title, "emoji": False}
    return {"type": "button", "text": shown, "action_id": f"{BUTTON}{number}", "value": button.data}
