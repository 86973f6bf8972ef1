"""The engine's client against a real local server: replies, failures, and the circuit breaker."""

from collections.abc import Iterator

import pytest

from bot.conversations.service import Reply
from bot.engine import FAILURES_TO_OPEN, Engine, EngineUnavailable, get_engine, parse_replies
from tests.conftest import CLOSED_PORT
from tests.stubs.engine import ANSWER, EngineStub


@pytest.fixture
def stub() -> Iterator[EngineStub]:
    with EngineStub() as server:
        yield server


def fail(engine: Engine, times: int) -> None:
    for _ in range(times):
        with pytest.raises(EngineUnavailable):
            engine.ask("patient", "hello")


def test_texts_buttons_and_what_is_told_about_them_become_replies() -> None:
    payload = [
        {"recipient_id": "p", "text": "One.", "buttons": [{"title": "More", "payload": "/more"}]},
        {"recipient_id": "p", "custom": {"topic": "cbt"}},
        {"recipient_id": "p", "custom": {"route": "answer"}},
        {"recipient_id": "p", "text": "Two."},
    ]
    assert parse_replies(payload) == [Reply("One.", (("More", "/more"),), {"topic": "cbt", "route": "answer"}), Reply("Two.")]


@pytest.mark.parametrize("payload", [[], [{"text": ""}], [{"custom": {"topic": "cbt"}}], [{"image": "https://x.example/a.png"}]])
def test_parts_without_words_are_no_reply(payload: list[dict[str, object]]) -> None:
    assert parse_replies(payload) == []


def test_a_message_is_sent_with_its_conversation_to_the_rest_channel(stub: EngineStub) -> None:
    assert Engine(stub.url, timeout=5).ask("patient-1", "what is CBT") == [Reply(ANSWER)]
    assert stub.asked == [{"sender": "patient-1", "message": "what is CBT", "path": "/webhooks/rest/webhook"}]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"[]"),
        (404, b'[{"text": "found"}]'),
        (200, b"[]"),
        (200, b""),
        (200, b"<html>"),
        (200, b"null"),
        (200, b'[{"text": "A", "buttons": [{"title": "no payload"}]}]'),
        pytest.param(200, b'{"status": "failure"}'),
        pytest.param(200, b'["text"]'),
    ],
)
def test_an_error_or_an_answer_that_says_nothing_is_unavailable(stub: EngineStub, status: int, body: bytes) -> None:
    stub.status, stub.body = status, body
    fail(Engine(stub.url, timeout=5), times=1)


def test_an_engine_that_does_not_answer_in_time_is_unavailable(stub: EngineStub) -> None:
    stub.silent = True
    with pytest.raises(EngineUnavailable, match="ReadTimeout"):
        Engine(stub.url, timeout=0.1).ask("patient", "hello")
    assert stub.messages == ["hello"]


def test_an_engine_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(EngineUnavailable, match="ConnectError"):
        Engine(f"http://127.0.0.1:{CLOSED_PORT}", timeout=5).ask("patient", "hello")


def test_the_reason_never_holds_what_was_asked(stub: EngineStub) -> None:
    stub.status = 500
    with pytest.raises(EngineUnavailable) as raised:
        Engine(stub.url, timeout=5).ask("patient", "a private matter")
    assert "private" not in f"{raised.value!r}" and raised.value.__suppress_context__


def test_after_some_failures_in_a_row_a_sick_engine_is_left_alone(stub: EngineStub) -> None:
    engine = Engine(stub.url, timeout=5)
    stub.status = 500
    fail(engine, FAILURES_TO_OPEN)
    stub.status = 200
    with pytest.raises(EngineUnavailable, match="time to recover"):
        engine.ask("patient", "hello")
    assert len(stub.asked) == FAILURES_TO_OPEN


def test_empty_answers_count_as_failures(stub: EngineStub) -> None:
    engine = Engine(stub.url, timeout=5)
    stub.parts = []
    fail(engine, FAILURES_TO_OPEN + 1)
    assert len(stub.asked) == FAILURES_TO_OPEN


def test_a_good_answer_forgets_the_failures_before_it(stub: EngineStub) -> None:
    engine = Engine(stub.url, timeout=5)
    for _ in range(2):
        stub.status = 500
        fail(engine, FAILURES_TO_OPEN - 1)
        stub.status = 200
        assert engine.ask("patient", "hello") == [Reply(ANSWER)]
    assert len(stub.asked) == 2 * FAILURES_TO_OPEN


def test_a_dialogue_is_forgotten_by_rasas_own_command(stub: EngineStub) -> None:
    Engine(stub.url, timeout=5).forget("patient-1")
    assert stub.forgotten.get_nowait() == "patient-1" and stub.asked == []


def test_an_engine_that_cannot_forget_is_noted_and_no_failure(stub: EngineStub, caplog: pytest.LogCaptureFixture) -> None:
    stub.status = 500
    engine = Engine(stub.url, timeout=5)
    for _ in range(FAILURES_TO_OPEN):
        engine.forget("patient-1")
    Engine(f"http://127.0.0.1:{CLOSED_PORT}", timeout=5).forget("patient-1")
    assert [record.getMessage().split("reason=")[1] for record in caplog.records if record.name == "bot.engine"] == [
        *["HTTPStatusError"] * FAILURES_TO_OPEN,
        "ConnectError",
    ]
    stub.status = 200
    assert engine.ask("patient", "hello") == [Reply(ANSWER)]


def test_an_engine_that_rests_is_not_told_to_forget(stub: EngineStub) -> None:
    engine = Engine(stub.url, timeout=5)
    stub.status = 500
    fail(engine, FAILURES_TO_OPEN)
    engine.forget("patient-1")
    assert stub.forgotten.empty()


def test_health_tells_whether_the_engine_answers(stub: EngineStub) -> None:
    assert Engine(stub.url, timeout=5).is_healthy()
    stub.status = 503
    assert not Engine(stub.url, timeout=5).is_healthy()
    assert not Engine(f"http://127.0.0.1:{CLOSED_PORT}", timeout=5).is_healthy()


def test_the_engine_of_the_settings_is_one_and_asks_where_they_say(engine_stub: EngineStub) -> None:
    assert get_engine() is get_engine()
    get_engine().ask("patient", "hello")
    assert engine_stub.messages == ["hello"]
