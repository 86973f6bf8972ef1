"""The whole app with its platform channels on, and a local server in each platform's place."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.channels import addresses, words
from bot.channels.events import Event, key
from bot.channels.models import Update
from bot.channels.telegram_updates import to_event
from bot.conversations import service as conversations
from bot.conversations.service import Entry
from bot.db import transaction
from bot.topics.responses import load_responses
from tests.channels import slack_person
from tests.channels.slack_person import Person
from tests.channels.telegram_updates import CHAT, edited, pressed, text
from tests.stubs import slack as stubs_slack
from tests.stubs.engine import EngineStub
from tests.stubs.slack import SlackStub
from tests.stubs.telegram import TOKEN, Sent, TelegramStub
from tests.web.conftest import served

CRISIS = "I want to kill myself"
SENDER = ("telegram", "sender", CHAT)
SECRET = "a-secret-for-tests-only"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
ANSWER, OTHER_ANSWER = load_responses()["utter_thank"][0], load_responses()["utter_goodbye"][0]  # only what is approved is said
MORE, SIMPLER, DELETE = "Tell me more", "Say it simpler", "Delete this chat"
AGREE, DECLINE = "Agree, and store it", "Do not store"


@pytest.fixture
def telegram(configure: Callable[..., None]) -> Iterator[TelegramStub]:
    """Give a local server in Telegram's place, which the settings point to."""
    with TelegramStub() as stub:
        configure(
            telegram_token=TOKEN, telegram_secret=SECRET, telegram_api_url=stub.url,
            public_url="https://chat.clinic.example", messages_a_minute=10_000, engine_timeout=2,
        )  # fmt: skip
        yield stub


@pytest.fixture
def slack(configure: Callable[..., None]) -> Iterator[SlackStub]:
    """Give a local server in Slack's place, where patients may write, which the settings point to."""
    with SlackStub() as stub:
        configure(
            slack_bot_token=stubs_slack.TOKEN, slack_signing_secret=slack_person.SECRET, slack_api_url=stub.url,
            slack_patients=True, messages_a_minute=10_000, engine_timeout=2,
        )  # fmt: skip
        yield stub


class Bot:
    """A person in Telegram: what they send comes in by the webhook, what they get is kept by the local server."""

    def __init__(self, telegram: TelegramStub, site: httpx.Client, chat: int = CHAT) -> None:
        self.telegram, self.site, self.chat = telegram, site, chat
        self.read = 0  # how much of what came was looked at

    def call(self, update: dict[str, Any], secret: str | None = SECRET) -> httpx.Response:
        return self.site.post("/hooks/telegram", json=update, headers={HEADER: secret} if secret is not None else {})

    def write(self, said: str) -> dict[str, Any]:
        """Return the update of a text that is not sent yet."""
        return text(said, self.chat)

    def say(self, said: str) -> dict[str, Any]:
        """Send a text and return its update."""
        update = self.write(said)
        assert self.call(update).status_code == 200
        return update

    def edit(self, original: dict[str, Any], said: str) -> None:
        assert self.call(edited(original, said)).status_code == 200

    def press(self, title: str) -> None:
        """Press the newest button with a title."""
        data = next(sent.buttons[title] for sent in reversed(self.telegram.to(self.chat)) if title in sent.buttons)
        assert self.call(pressed(data, self.chat)).status_code == 200

    def hear(self, count: int = 1) -> list[Sent]:
        """Wait for so many more messages and return them."""
        heard = self.telegram.wait_for(self.chat, self.read + count)[self.read :][:count]
        self.read += count
        return heard

    def lose_connection(self) -> None:
        """Let everything fail that is sent to them."""
        self.telegram.failing_chats[self.chat] = None

    def find_connection(self) -> None:
        del self.telegram.failing_chats[self.chat]

    def agree(self) -> None:
        """Begin a chat that is stored."""
        self.say("/start")
        self.hear()
        self.press(AGREE)
        self.hear()

    @property
    def conversation(self) -> str:
        found = addresses.find_conversation(key("telegram", "sender", self.chat))
        assert found
        return found

    @property
    def history(self) -> list[Entry]:
        return conversations.history(self.conversation)


@pytest.fixture
def site(database: object, engine_stub: EngineStub) -> Iterator[httpx.Client]:
    with served() as client:
        yield client


@pytest.fixture
def bot(telegram: TelegramStub, site: httpx.Client) -> Bot:
    return Bot(telegram, site)


@pytest.fixture
def patient(bot: Bot, engine_stub: EngineStub) -> Bot:
    """Give a person whose chat is stored and begun."""
    bot.agree()
    return bot


@pytest.fixture
def person(slack: SlackStub, site: httpx.Client) -> Person:
    return Person(slack, site)


@pytest.fixture
def writer(person: Person, engine_stub: EngineStub) -> Person:
    """Give a person in Slack whose chat is stored and begun."""
    person.agree()
    return person


def says(name: str, **variables: object) -> str:
    return words.text(name, "en", **variables)


def event(number: int, chat: int = CHAT, said: str = "what is CBT") -> Event:
    found = to_event(text(said, chat, number))
    assert found
    return found


def waiting() -> list[Update]:
    with transaction() as session:
        return list(session.scalars(select(Update).where(Update.is_done.is_(False))))
