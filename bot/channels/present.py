"""How a stored message looks on a platform: its text with what the widget shows beside it, its choices as opaque buttons."""

import re

from bot.channels import web, words
from bot.channels.events import Button, Post, key
from bot.conversations import service as conversations
from bot.conversations.service import PATIENT, PERSON, Entry

_DATA = re.compile(r"c:([0-9a-f]{10}):(\d{1,9}):(\d{1,2})")


def present(entry: Entry, conversation_id: str, language: str) -> Post:
    """Return a message of ours as it is sent."""
    shown = web.to_json(entry)
    text = f"{_speaker(entry, language)}:\n{entry.text}" if entry.sender == PERSON else entry.text
    if sources := shown.get("sources"):
        by = shown.get("reviewed_by")
        review = words.text("reviewed", language, by=by) if by else words.text("reviewed/not", language)
        text += "\n\n" + words.text("source", language, sources=sources, review=review)
    choices = enumerate(entry.choices)
    return Post(text, tuple(Button(title, _data(conversation_id, entry.seq, index)) for index, (title, _) in choices))


def _data(conversation_id: str, seq: int, index: int) -> str:
    return f"c:{_mark(conversation_id)}:{seq}:{index}"


def _mark(conversation_id: str) -> str:
    return key("choice", conversation_id)[:10]


def read_choice(conversation_id: str, data: str) -> tuple[int, int] | None:
    """Return which choice a button stands for, as (seq, index); None when it is no button of this conversation."""
    found = _DATA.fullmatch(data)
    return (int(found[2]), int(found[3])) if found and found[1] == _mark(conversation_id) else None


def transcript(conversation_id: str, language: str) -> str | None:
    """Return a conversation as a text to keep; None when nothing was said."""
    said = [
        f"{entry.said_at:%Y-%m-%d %H:%M} UTC, {_speaker(entry, language)}:\n{entry.text}"
        for entry in conversations.history(conversation_id)
    ]
    return "\n\n".join(said) + "\n" if said else None


def _speaker(entry: Entry, language: str) -> str:
    if entry.sender == PERSON:
        name, title = entry.about.get("name"), entry.about.get("title")
        return f"{name} ({title})" if name and title else name or words.text("staff", language)
    return words.text("you" if entry.sender == PATIENT else "assistant", language)
