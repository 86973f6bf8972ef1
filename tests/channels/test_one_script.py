"""One conversation, the same on every channel: answer, more, clinical, a person and back, crisis, deleted."""

from collections.abc import Callable
from typing import Any, Protocol

import httpx
import pytest
import yaml
from sqlalchemy import select

from bot.channels.web import read_token
from bot.conversations import service as conversations
from bot.db import transaction
from bot.handoff import service as handoff
from bot.handoff.models import Ticket
from bot.handoff.service import Agent
from bot.settings import ROOT
from bot.topics.catalogue import load_catalogue
from tests.channels.conftest import DELETE, MORE, SECRET, Bot, waiting
from tests.channels.slack_person import Person
from tests.stubs.engine import EngineStub, response
from tests.stubs.slack import SlackStub
from tests.stubs.telegram import TelegramStub
from tests.web.conftest import crisis, start


def refusal() -> str:
    """Return an approved refusal, as the engine says it."""
    responses = yaml.safe_load((ROOT / "data" / "nlu" / "clinical.yml").read_text())["responses"]
    return str(responses["utter_clinical/start"][0]["text"])


TOPIC = load_catalogue()["cbt"]
ANSWER: list[dict[str, Any]] = [
    {"text": TOPIC.text, "buttons": [{"title": MORE, "payload": "/more"}]},
    {"custom": {"topic": "cbt"}},
]
MORE_ANSWER = [{"text": TOPIC.more}, {"custom": {"topic": "cbt"}}]
REFUSAL = [
    {"text": refusal()},
    {"custom": {"route": "clinical", "handoff": "clinical"}},
]
SAM = Agent(1, "Sam", "nurse")


class Channel(Protocol):
    """A patient in a channel, whose stored chat has begun."""

    conversation: str

    def say(self, said: str) -> object: ...

    def press(self, title: str) -> None: ...

    def hear(self, count: int = 1) -> list[Any]: ...


class Page:
    """A patient in the widget, by the requests it makes."""

    def __init__(self, site: httpx.Client) -> None:
        self.site, self.headers, self.sent = site, start(site), 0
        self.conversation = read_token(self.headers["Authorization"])
        self.read = 1  # the greeting

    def _post(self, **said: object) -> None:
        self.sent += 1
        body = {"client_id": f"client-{self.sent:03}"} | said
        assert self.site.post("/api/messages", json=body, headers=self.headers).status_code == 202

    def say(self, said: str) -> None:
        self._post(text=said)

    def press(self, title: str) -> None:
        (message, index) = next(
            (entry["seq"], entry["choices"].index(title)) for entry in reversed(self._entries(0)) if title in entry["choices"]
        )
        self._post(choice={"message": message, "index": index})

    def hear(self, count: int = 1) -> list[str]:
        entries = self._entries(self.read)
        self.read = max([self.read, *(entry["seq"] for entry in entries)])
        return [entry["text"] for entry in entries if entry["from"] != "patient"]

    def _entries(self, after: int) -> list[dict[str, Any]]:
        answer = self.site.get("/api/messages", params={"after": after}, headers=self.headers)
        return list(answer.json())


class Chat(Bot):
    """A patient in Telegram, who waits until what they sent was worked; of a message they get, the text."""

    def call(self, update: dict[str, Any], secret: str | None = SECRET) -> httpx.Response:
        answer = super().call(update, secret)
        self.telegram.wait(lambda: not waiting())
        return answer

    def hear(self, count: int = 1) -> list[Any]:
        return [sent.text for sent in super().hear(count)]


class Direct(Person):
    """A patient in Slack, in the same way."""

    def post(self, body: bytes, kind: str) -> httpx.Response:
        answer = super().post(body, kind)
        self.slack.wait(lambda: not waiting())
        return answer

    def hear(self, count: int = 1) -> list[Any]:
        return [sent.text for sent in super().hear(count)]


def in_web(telegram: TelegramStub, slack: SlackStub, site: httpx.Client) -> Channel:
    return Page(site)


def in_slack(telegram: TelegramStub, slack: SlackStub, site: httpx.Client) -> Channel:
    person = Direct(slack, site)
    person.agree()
    return person


def in_telegram(telegram: TelegramStub, slack: SlackStub, site: httpx.Client) -> Channel:
    chat = Chat(telegram, site)
    chat.agree()
    return chat


@pytest.fixture(params=[in_web, in_telegram, in_slack], ids=lambda enter: enter.__name__)
def patient(request: pytest.FixtureRequest, telegram: TelegramStub, slack: SlackStub, site: httpx.Client) -> Channel:
    enter: Callable[..., Channel] = request.param
    return enter(telegram, slack, site)


def ticket() -> int:
    with transaction() as session:
        return session.scalars(select(Ticket.id).where(Ticket.state != "closed")).one()


def heard(patient: Channel, *expected: str) -> None:
    """See that these texts are heard, in this order; a channel may add who speaks before, and where it is from after."""
    found = patient.hear(len(expected))
    assert len(found) == len(expected), found
    assert all(text in shown for text, shown in zip(expected, found, strict=True)), found


def test_every_channel_gives_the_same_content(patient: Channel, engine_stub: EngineStub) -> None:
    engine_stub.parts = ANSWER
    patient.say("what is CBT")
    heard(patient, TOPIC.text)
    engine_stub.parts = MORE_ANSWER
    patient.press(MORE)
    heard(patient, TOPIC.more)

    engine_stub.parts = REFUSAL
    patient.say("should I stop my tablets")
    heard(patient, REFUSAL[0]["text"], "I have passed this on")
    handoff.reply(ticket(), SAM, "Hello, this is Sam.")
    heard(patient, "Sam (nurse)", "Hello, this is Sam.")
    patient.say("thank you for coming")
    patient.say("I want to kill myself")  # the one thing the assistant still answers
    heard(patient, *crisis())
    asked = len(engine_stub.asked)
    handoff.leave(ticket(), SAM, "answered", is_over=True)
    heard(patient, "has left the chat", "How was your chat")
    patient.press("Very good")
    heard(patient, "Thank you.")
    assert len(engine_stub.asked) == asked  # nobody asked the engine while a person had the chat

    engine_stub.parts = [{"text": response("utter_erase"), "buttons": [{"title": DELETE, "payload": "app:erase"}]}]
    patient.say("delete my chat")
    heard(patient, response("utter_erase"))
    conversation = patient.conversation
    patient.press(DELETE)
    assert not conversations.exists(conversation)
