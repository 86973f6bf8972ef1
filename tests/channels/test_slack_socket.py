"""Slack without a public address: what comes in by Socket Mode is taken, kept first, and works as what calls us."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.channels.conftest import ANSWER, CRISIS, says
from tests.channels.slack_payloads import command, pressed, text
from tests.channels.slack_person import AGREE, PATH, Person, signed
from tests.stubs.engine import EngineStub
from tests.stubs.slack import APP_TOKEN, SlackStub
from tests.web.conftest import crisis, served


@pytest.fixture
def connected(slack: SlackStub, configure: Callable[..., None], database: object, engine_stub: EngineStub) -> Iterator[Person]:
    configure(slack_app_token=APP_TOKEN, slack_signing_secret="")
    with served() as site:
        yield Person(slack, site)


def test_events_buttons_and_commands_come_by_the_socket(connected: Person) -> None:
    slack = connected.slack
    slack.push("e1", "events_api", text("hello"))
    (banner,) = connected.hear()
    slack.push("e2", "interactive", pressed(banner.buttons[AGREE]))
    connected.hear()
    slack.push("e3", "events_api", text("what is CBT"))
    assert connected.hear()[0].text == ANSWER
    slack.push("e4", "slash_commands", dict(command("crisis", channel_name="general")))
    assert connected.hear()[0].text == says("crisis")
    slack.push("e5", "events_api", text(CRISIS))
    assert [sent.text for sent in connected.hear(3)] == crisis()
    slack.wait(lambda: len(slack.acknowledged) == 5)
    assert [taken["envelope_id"] for taken in slack.acknowledged] == ["e1", "e2", "e3", "e4", "e5"]
    assert slack.acknowledged[3]["payload"] == {"text": says("elsewhere/slack")}


def test_what_comes_twice_is_worked_once(connected: Person, engine_stub: EngineStub) -> None:
    connected.slack.push("e1", "events_api", text("hello"))
    (banner,) = connected.hear()
    connected.slack.push("e2", "interactive", pressed(banner.buttons[AGREE]))
    connected.hear()
    again = text("what is CBT")
    for number in range(3):
        connected.slack.push(f"a{number}", "events_api", again)
    connected.slack.wait(lambda: len(connected.slack.acknowledged) == 5)
    connected.slack.push("e3", "slash_commands", dict(command("help")))
    assert {sent.text for sent in connected.hear(2)} == {ANSWER, says("help", slash="/tandem ")}
    assert engine_stub.messages == ["what is CBT"]


def test_what_could_not_be_kept_is_not_taken(connected: Person, broken_database: Callable[[], None]) -> None:
    connected.slack.wait(lambda: connected.slack.sockets)
    broken_database()
    connected.slack.push("e1", "events_api", text(CRISIS))
    assert [sent.text for sent in connected.hear(3)] == crisis()
    assert connected.slack.acknowledged == []


def test_a_call_is_not_believed(connected: Person) -> None:
    body = b'{"type": "url_verification", "challenge": "x"}'
    headers: httpx.Headers = httpx.Headers(signed(body) | {"Content-Type": "application/json"})
    assert connected.site.post(PATH, content=body, headers=headers).status_code == 401
