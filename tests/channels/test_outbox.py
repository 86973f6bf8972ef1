"""What goes out: limits of the platform, cut connections, refusals, who shut us out."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels import addresses
from bot.channels.events import key
from bot.channels.models import Address
from bot.conversations import service as conversations
from bot.conversations.service import Reply
from bot.db import transaction
from tests.channels.conftest import ANSWER, CRISIS, OTHER_ANSWER, SENDER, Bot, says, waiting
from tests.channels.telegram_updates import CHAT, membership
from tests.stubs.engine import EngineStub
from tests.stubs.telegram import BLOCKED, FLOOD, failure
from tests.web.conftest import crisis


def test_a_flood_limit_is_waited_for_and_nothing_is_sent_twice(patient: Bot) -> None:
    patient.telegram.failures["sendMessage"] = [FLOOD]
    patient.say("what is CBT")
    patient.hear()
    assert len(patient.telegram.called("sendMessage")) == len(patient.telegram.sent) + 1


def test_a_cut_connection_is_tried_again_and_the_order_is_kept(patient: Bot) -> None:
    patient.telegram.failures["sendMessage"] = [None, failure(502, "Bad Gateway"), None]
    patient.say(CRISIS)
    assert [sent.text for sent in patient.hear(3)] == crisis()


def test_what_is_sent_at_once_is_tried_again_too(bot: Bot) -> None:
    bot.telegram.failures["sendMessage"] = [None, FLOOD]
    bot.say("/help")
    assert bot.hear()[0].text == says("help") and len(bot.telegram.sent) == 1


def test_a_message_that_is_refused_does_not_keep_the_next_ones_back(patient: Bot, engine_stub: EngineStub) -> None:
    patient.telegram.failures["sendMessage"] = [failure(400, "Bad Request: message is too long")]
    patient.say("what is CBT")
    patient.telegram.wait(lambda: not patient.telegram.failures["sendMessage"])
    engine_stub.parts = [{"text": OTHER_ANSWER}]
    patient.say("what is DBT")
    assert patient.hear()[0].text == OTHER_ANSWER


@pytest.mark.parametrize("answer", [BLOCKED, failure(400, "Bad Request: chat not found")])
def test_who_blocked_the_bot_is_left_alone_until_they_write_again(patient: Bot, answer: Any) -> None:
    patient.telegram.failing_chats[CHAT] = answer
    tries = len(patient.telegram.called("sendMessage"))
    patient.say("what is CBT")
    patient.telegram.wait(lambda: is_blocked() and len(patient.telegram.called("sendMessage")) == tries + 1)
    assert addresses.due(["telegram"]) == []
    del patient.telegram.failing_chats[CHAT]
    patient.say("/help")
    assert {sent.text for sent in patient.hear(2)} == {ANSWER, says("help")}


def test_who_blocks_the_bot_is_sent_nothing(patient: Bot) -> None:
    conversation = patient.conversation
    patient.call(membership("kicked"))
    patient.telegram.wait(is_blocked)
    conversations.say(conversation, [Reply("Somebody at the clinic wrote.")])
    assert addresses.due(["telegram"]) == []


def is_blocked() -> bool:
    with transaction() as session:
        return bool(session.scalar(select(Address.is_blocked).where(Address.sender == key(*SENDER))))


def test_a_wrong_token_is_waited_out(configure: Callable[..., None], bot: Bot) -> None:
    bot.telegram.failing_chats[CHAT] = failure(401, "Unauthorized")
    bot.say("/help")
    bot.telegram.wait(lambda: [row for row in waiting() if row.failures])
    (row,) = waiting()
    assert row.not_before and (row.not_before - row.received_at).total_seconds() > 30
