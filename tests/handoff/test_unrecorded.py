"""A crisis that left no record: the staff hear of it directly, at most once a minute, and nobody waits for that."""

import time
from collections.abc import Callable, Iterator
from queue import Queue

import pytest

from bot import turns
from bot.conversations import service as conversations
from bot.handoff import unrecorded
from bot.turns import Inbound, take
from tests.stubs.receiver import Receiver

CRISIS = "the hedgehog hears me: I want to kill myself"
PATIENCE = 30

pytestmark = pytest.mark.usefixtures("lexicon_alone")


@pytest.fixture
def reported(monkeypatch: pytest.MonkeyPatch) -> Iterator[Queue[str]]:
    """Give what was decided about each crisis that went unstored: reported, or recorded after all."""
    monkeypatch.setattr(unrecorded, "reports", unrecorded._Reports())
    decided: Queue[str] = Queue()
    decide = turns._report_unless_recorded

    def watch(turn: object) -> None:
        decide(turn)  # type: ignore[arg-type]
        decided.put("decided")

    monkeypatch.setattr(turns, "_report_unless_recorded", watch)
    yield decided


def test_the_staff_hear_of_a_crisis_that_could_not_be_stored(
    conversation: str, configure: Callable[..., None], broken_database: Callable[[], None], reported: Queue[str]
) -> None:
    with Receiver() as receiver:
        configure(alerts="slack", alert_slack_webhook=receiver.url)
        broken_database()
        for number in range(3):
            assert take(Inbound(conversation, f"client-{number}", CRISIS)).unstored
            reported.get(timeout=PATIENCE)
    ((_, _, body),) = receiver.received
    assert b"could not be recorded" in body and b"/desk" in body
    assert b"hedgehog" not in body and conversation.encode() not in body


def test_a_report_that_failed_is_made_again_with_the_next_crisis(
    conversation: str, configure: Callable[..., None], broken_database: Callable[[], None], reported: Queue[str]
) -> None:
    with Receiver() as receiver:
        configure(alerts="slack", alert_slack_webhook=receiver.url)
        broken_database()
        for status in (500, 200, 200):
            receiver.status = status
            take(Inbound(conversation, f"client-{status}", CRISIS))
            reported.get(timeout=PATIENCE)
    assert len(receiver.received) == 2


def test_after_a_minute_there_is_another_report(conversation: str, reported: Queue[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert unrecorded.reports.begin() and not unrecorded.reports.begin()
    monkeypatch.setattr(unrecorded.reports, "_last", time.monotonic() - unrecorded.SECONDS_BETWEEN)
    assert unrecorded.reports.begin()


def test_a_crisis_that_was_only_late_is_not_reported(
    conversation: str, reported: Queue[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(turns, "SECONDS_TO_CRISIS_TEXT", 0)
    with turns._locks.of(conversation):
        assert take(Inbound(conversation, "client-1", CRISIS)).unstored
    reported.get(timeout=PATIENCE)
    assert "ALERT" not in caplog.text and len(conversations.history(conversation)) == 4


def test_a_crisis_that_is_never_recorded_is_reported_before_it_is_forgotten(
    conversation: str, reported: Queue[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(turns, "SECONDS_TO_CRISIS_TEXT", 0)
    monkeypatch.setattr(turns, "SECONDS_TO_RECORD", 0)
    with turns._locks.of(conversation):
        take(Inbound(conversation, "client-1", CRISIS))
        reported.get(timeout=PATIENCE)
        assert "ALERT URGENT: a crisis message could not be recorded" in caplog.text


def test_a_crisis_in_a_deleted_chat_is_answered_and_no_fault(
    conversation: str, reported: Queue[str], caplog: pytest.LogCaptureFixture
) -> None:
    conversations.erase(conversation)
    assert take(Inbound(conversation, "client-1", CRISIS)).unstored
    reported.get(timeout=PATIENCE)
    assert "ALERT" not in caplog.text
