"""What holds on every platform alike: once, in order, each person apart, and again when a text was changed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.channels.conftest import ANSWER, CRISIS, Bot
from tests.channels.slack_person import Person
from tests.stubs.engine import EngineStub
from tests.stubs.slack import SlackStub
from tests.stubs.telegram import TelegramStub
from tests.web.conftest import crisis

Enter = Callable[[int], Bot | Person]


@pytest.fixture(params=[Bot, Person], ids=["telegram", "slack"])
def enter(request: pytest.FixtureRequest, telegram: TelegramStub, slack: SlackStub, site: httpx.Client) -> Enter:
    """Give a function that lets a person, by a number, begin a chat that is stored."""

    def begin(number: int) -> Bot | Person:
        found = Bot(telegram, site, number) if request.param is Bot else Person(slack, site, f"U0{number}")
        found.agree()
        return found

    return begin


def test_what_comes_again_is_worked_once(enter: Enter, engine_stub: EngineStub) -> None:
    patient = enter(1)
    again = patient.write("what is CBT")
    with ThreadPoolExecutor(8) as pool:
        assert {answer.status_code for answer in pool.map(patient.call, [again] * 8)} == {200}
    patient.hear()
    assert patient.call(again).status_code == 200  # and after it was answered
    patient.say("what is DBT")
    assert [sent.text for sent in patient.hear()] == [ANSWER]
    assert engine_stub.messages == ["what is CBT", "what is DBT"]


def test_a_burst_of_many_is_answered_each_in_order(enter: Enter, engine_stub: EngineStub) -> None:
    people = [enter(number) for number in range(1, 7)]
    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(lambda person: [person.say(f"question {number}") for number in range(5)], people))
    for person in people:
        person.hear(5)
        asked = [asked["message"] for asked in engine_stub.asked if asked["sender"] == person.conversation]
        assert asked == [f"question {number}" for number in range(5)]


def test_the_trouble_of_one_does_not_hold_up_another(enter: Enter) -> None:
    patient = enter(1)
    patient.lose_connection()
    patient.say("what is CBT")
    other = enter(2)
    other.say("what is DBT")
    assert other.hear()[0].text == ANSWER
    patient.find_connection()
    assert patient.hear()[0].text == ANSWER


def test_an_edited_message_is_answered_again_only_when_its_text_changed(enter: Enter, engine_stub: EngineStub) -> None:
    patient = enter(1)
    original = patient.say("what is CBTT")
    patient.hear()
    patient.edit(original, "what is CBTT")  # platforms tell of a preview, or a mark, in the same way
    patient.edit(original, "what is CBT")
    patient.hear()
    assert engine_stub.messages == ["what is CBTT", "what is CBT"]
    patient.edit(original, CRISIS)
    assert [sent.text for sent in patient.hear(3)] == crisis()
