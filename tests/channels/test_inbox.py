"""What comes in: the same twice, out of order, all at once, above the limits."""

from collections.abc import Callable

from bot.channels import updates
from tests.channels.conftest import ANSWER, CRISIS, Bot, event, says, waiting
from tests.stubs.engine import EngineStub
from tests.stubs.telegram import TelegramStub
from tests.web.conftest import crisis, served


def test_updates_are_handed_out_in_the_platforms_order_one_of_a_sender_at_a_time(database: object) -> None:
    for number in (12, 10, 11):
        assert updates.keep(event(number), is_urgent=False)
    assert updates.keep(event(20, chat=42), is_urgent=False)
    assert not updates.keep(event(10), is_urgent=False)
    assert [claimed.event.position for claimed in updates.claim(["telegram"])] == [10, 20]
    assert updates.claim(["telegram"]) == [] and updates.claim(["slack"]) == []
    (first,) = [row for row in waiting() if row.position == 10]
    updates.finish(first.id)
    assert [claimed.event.position for claimed in updates.claim(["telegram"])] == [11]


def test_a_crisis_waits_for_no_update_before_it(database: object) -> None:
    for number in (10, 11, 12):
        updates.keep(event(number), is_urgent=number == 12)
    assert [claimed.event.position for claimed in updates.claim(["telegram"])] == [12, 10]


def test_a_crisis_does_not_wait_for_a_silent_engine(patient: Bot, engine_stub: EngineStub) -> None:
    engine_stub.silent = True
    patient.say("what is CBT")
    patient.telegram.wait(lambda: engine_stub.asked)
    patient.say(CRISIS)
    assert [sent.text for sent in patient.hear(3)] == crisis()


def test_above_the_limit_a_person_is_told_once_and_a_crisis_is_answered(
    telegram: TelegramStub, configure: Callable[..., None], database: object, engine_stub: EngineStub
) -> None:
    configure(messages_a_minute=3)
    with served() as site:
        bot = Bot(telegram, site)
        bot.agree()
        for number in range(5):
            bot.say(f"question {number}")
        heard = {sent.text for sent in bot.hear(2)}
        assert heard == {ANSWER, says("too_many")}
        bot.say(CRISIS)
        assert [sent.text for sent in bot.hear(3)] == crisis()
        bot.say("/crisis")
        assert bot.hear()[0].text == says("crisis")
        assert engine_stub.messages == ["question 0"]
