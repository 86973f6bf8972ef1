"""The words about the platforms: whole in both languages, plain, and with every fact filled in."""

import re

import pytest
import textstat

from bot.channels import words
from bot.channels.words import load_words

MESSAGES = sorted(load_words().messages)
GRADE = 8
PLAIN = ["choose", "forgotten", "download", "stale", "too_many", "failed"]
PLAIN += ["banner/telegram", "banner/slack", "home/slack", "off/slack", "elsewhere/slack"]


@pytest.mark.parametrize("name", MESSAGES)
@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_message_is_there_with_nothing_left_to_fill_in(name: str, language: str) -> None:
    assert language in load_words().messages[name]
    variables = {"moment": "today", "platform": "Telegram", "sources": "a paper", "review": "Reviewed.", "by": "Dr Quill"}
    text = words.text(name, language, **variables)
    assert text and not re.search(r"[{}]", text)


def test_the_buttons_are_there_in_both_languages() -> None:
    assert all(set(titles) == set(words.LANGUAGES) for titles in load_words().buttons.values())


@pytest.mark.parametrize(
    "name",
    [
        "banner/telegram",
        "banner/slack",
        "home/slack",
        "off/slack",
        "elsewhere/slack",
        "choose",
        "forgotten",
        "download",
        "stale",
        "too_many",
        "failed",
    ],
)
def test_the_english_is_plain(name: str) -> None:
    text = load_words().messages[name]["en"].replace("{static}", "")
    assert textstat.flesch_kincaid_grade(re.sub(r"[{}]", "", text)) <= GRADE


def test_an_unknown_language_is_english() -> None:
    assert words.text("declined", "de") == words.text("declined", "en")
