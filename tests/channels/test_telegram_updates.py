"""Telegram's updates as events: every kind, as recorded, and what is none."""

import json

import pytest

from bot.channels.events import Kind, key
from bot.channels.telegram_updates import to_event
from bot.settings import get_settings
from tests.channels.telegram_updates import (
    CHAT,
    IGNORED,
    MEDIA,
    UNREADABLE,
    edited,
    membership,
    message,
    person,
    pressed,
    text,
    update,
)


def test_a_text_is_a_text_with_the_sender_keyed() -> None:
    event = to_event(text("what is CBT", number=5))
    assert event is not None
    assert (event.kind, event.text, event.update_id, event.position) == (Kind.TEXT, "what is CBT", "5", 5)
    assert event.reply_to == str(CHAT) and str(CHAT) not in event.sender + event.client_id


def test_a_sender_is_the_same_in_every_update_and_another_in_another_channel() -> None:
    events = [to_event(each) for each in (text("a"), pressed("c:1"), update("message", message(**MEDIA["voice"])))]
    assert {event.sender for event in events if event} == {key("telegram", "sender", CHAT)}
    assert key("telegram", "sender", CHAT) != key("slack", "sender", CHAT)
    assert len(key("telegram", "sender", CHAT)) <= 64 and get_settings().secret.get_secret_value()[:8] not in key("telegram")


@pytest.mark.parametrize("kind", MEDIA)
def test_what_is_no_text_is_media_with_what_stands_beside_it(kind: str) -> None:
    event = to_event(update("message", message(caption="look", **MEDIA[kind])))
    assert event is not None and (event.kind, event.text) == (Kind.MEDIA, "look")


@pytest.mark.parametrize(
    ("said", "name", "data"),
    [
        ("/start", "start", ""),
        ("/start deep-link", "start", "deep-link"),
        ("/Forget@tandem_bot", "forget", ""),
        ("/language  es ", "language", " es "),
        ("/crisis", "crisis", ""),
    ],
)
def test_a_command_is_known_by_its_name(said: str, name: str, data: str) -> None:
    event = to_event(text(said))
    assert event is not None and (event.kind, event.text, event.data) == (Kind.COMMAND, name, data)


@pytest.mark.parametrize("said", ["/restart", "//start", " /start", "start", "/startle me", "/crisis_now"])
def test_anything_else_is_a_text(said: str) -> None:
    event = to_event(text(said))
    assert event is not None and (event.kind, event.text) == (Kind.TEXT, said)


def test_an_edited_text_is_a_text_even_when_it_is_a_command() -> None:
    original = text("hello")
    event, again, changed = to_event(original), to_event(edited(original, "hello")), to_event(edited(original, "/forget"))
    assert event and again and changed
    assert changed.kind == Kind.TEXT
    assert event.client_id == again.client_id != changed.client_id


@pytest.mark.parametrize("status", ["kicked", "left"])
def test_who_blocks_the_bot_is_noted(status: str) -> None:
    event = to_event(membership(status))
    assert event is not None and event.kind == Kind.BLOCKED


@pytest.mark.parametrize("kind", IGNORED)
def test_what_is_not_for_us_is_nothing(kind: str) -> None:
    assert to_event(IGNORED[kind]) is None


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_is_no_update_is_an_error(kind: str) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        to_event(json.loads(UNREADABLE[kind]))


@pytest.mark.parametrize(("code", "language"), [("es", "es"), ("es-MX", "es"), ("en", "en"), ("de", "en"), (None, "en")])
def test_the_language_of_the_person_is_english_or_spanish(code: str | None, language: str) -> None:
    event = to_event(text("hola") | {"message": message(text="hola") | {"from": person(language_code=code)}})
    assert event is not None and event.language == language


def test_half_a_surrogate_pair_is_no_text() -> None:
    event = to_event(json.loads(json.dumps(text("a\ud83d"))))
    assert event is not None and event.text == "a?"
