"""What the figures read of tickets: times and outcomes, nothing that anybody wrote."""

from dataclasses import fields
from datetime import timedelta

import pytest

from bot.conversations import service as conversations
from bot.conversations.models import now
from bot.handoff import service as handoff
from bot.handoff.models import Ticket
from bot.handoff.reports import HandOff, hand_offs, percentile
from tests.handoff.acting import SAM, ask, change, ticket

pytestmark = pytest.mark.usefixtures("database")


def report() -> list[HandOff]:
    return hand_offs(now() - timedelta(days=1), now() + timedelta(seconds=1))


def test_a_wish_tells_how_long_it_took_and_how_it_ended(conversation: str) -> None:
    ask(conversation)
    (waiting,) = report()
    assert (waiting.reason, waiting.channel, waiting.language) == ("asked", "web", "en")
    assert waiting.to_person is waiting.outcome is waiting.rating is waiting.to_acknowledgement is None
    found = ticket(conversation)
    handoff.take(found.id, SAM)
    change(Ticket, found.id, taken_at=found.opened_at + timedelta(seconds=90))
    handoff.leave(found.id, SAM, "answered", is_over=True)
    handoff.rate(conversation, 4)
    (over,) = report()
    assert (over.to_person, over.outcome, over.rating) == (90.0, "answered", 4)


def test_an_urgent_one_tells_how_long_until_somebody_saw_it(conversation: str) -> None:
    ask(conversation, "crisis")
    found = ticket(conversation)
    handoff.acknowledge(found.id)
    assert found.urgent_at is not None
    change(Ticket, found.id, acknowledged_at=found.urgent_at + timedelta(seconds=45))
    (seen,) = report()
    assert (seen.to_acknowledgement, seen.to_person) == (45.0, None)


def test_a_chat_that_the_patient_deleted_still_counts(conversation: str) -> None:
    ask(conversation)
    conversations.erase(conversation)
    assert len(report()) == 1


def test_only_wishes_made_in_the_span_are_returned(conversation: str) -> None:
    ask(conversation)
    opened = ticket(conversation).opened_at
    assert hand_offs(opened - timedelta(days=1), opened) == []
    assert len(hand_offs(opened, opened + timedelta(microseconds=1))) == 1


def test_nothing_that_was_written_is_in_the_report(conversation: str) -> None:
    ask(conversation, "clinical", evidence="their own words")
    assert "their own words" not in repr(report())
    assert {field.name for field in fields(HandOff)}.isdisjoint({"about", "conversation_id", "id", "staff_name", "tags"})


def test_percentiles_are_values_that_occurred() -> None:
    values = [50.0, 10.0, 40.0, 20.0, 30.0]
    assert percentile(values, 0.5) == 30.0 and percentile(values, 0.9) == 50.0
    assert percentile([float(value) for value in range(1, 11)], 0.9) == 9.0 and percentile([7.0], 0.9) == 7.0
