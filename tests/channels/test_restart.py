"""What survives: a restart, a kill, a database that is gone for a while."""

import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
from sqlalchemy import select, update

from bot.channels.models import Update
from bot.db import transaction
from bot.handoff.models import Ticket
from bot.settings import ROOT
from tests.channels import telegram_updates as said
from tests.channels.conftest import ANSWER, CRISIS, HEADER, SECRET, Bot, says
from tests.channels.telegram_updates import CHAT
from tests.stubs.engine import EngineStub
from tests.stubs.telegram import TelegramStub, failure
from tests.web.conftest import crisis, served


def test_what_was_not_delivered_is_delivered_after_a_restart(
    telegram: TelegramStub, database: object, engine_stub: EngineStub
) -> None:
    with served() as site:
        bot = Bot(telegram, site)
        bot.agree()
        telegram.failing_chats[CHAT] = failure(502, "Bad Gateway")
        bot.say("what is CBT")
        telegram.wait(lambda: engine_stub.asked and len(telegram.called("sendMessage")) > len(telegram.sent))
    del telegram.failing_chats[CHAT]
    with served():
        assert bot.hear()[0].text == ANSWER
    assert len(telegram.sent) == 3 and engine_stub.messages == ["what is CBT"]


def test_what_was_being_worked_when_the_app_was_killed_is_worked_by_the_next(
    telegram: TelegramStub, database: object, engine_stub: EngineStub
) -> None:
    with served() as site:
        bot = Bot(telegram, site)
        bot.agree()
    port = free_port()
    with subprocess.Popen(command(port), cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        answer_when_up(port)
        engine_stub.silent = True
        call = httpx.post(
            f"http://127.0.0.1:{port}/hooks/telegram", json=said.text("what is CBT"), headers={HEADER: SECRET}, trust_env=False
        )
        assert call.status_code == 200
        telegram.wait(lambda: engine_stub.asked)
        process.kill()
    engine_stub.silent = False
    assert [entry.sender for entry in bot.history] == ["assistant", "patient"]
    with transaction() as session:
        session.execute(update(Update).values(not_before=None))  # as if the dead worker's lease had run out
    with served():
        assert bot.hear()[0].text == ANSWER
    assert [entry.sender for entry in bot.history] == ["assistant", "patient", "assistant"]


def command(port: int) -> list[str]:
    return [
        sys.executable,
        "-m",
        "uvicorn",
        "bot.web.app:create_app",
        "--factory",
        "--port",
        str(port),
        "--log-level",
        "critical",
    ]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def answer_when_up(port: int) -> None:
    transport = httpx.HTTPTransport(retries=12)  # with growing pauses, half a minute in all
    with httpx.Client(transport=transport, trust_env=False) as client:
        assert client.get(f"http://127.0.0.1:{port}/widget.js").status_code == 200


def test_a_crisis_is_answered_when_nothing_can_be_kept_and_recorded_when_it_comes_again(
    patient: Bot, configure: Callable[..., None], broken_database: Callable[[], None], database: Path
) -> None:
    update = said.text(CRISIS)
    broken_database()
    assert patient.call(update).status_code == 503
    assert [sent.text for sent in patient.hear(3)] == crisis()
    assert patient.call(update).status_code == 503  # Telegram sends it again; the person is not told again
    assert patient.call(said.text("what is CBT")).status_code == 503
    configure(database_url=f"sqlite:///{database}")
    assert len(patient.telegram.sent) == 5
    assert patient.call(update).status_code == 200
    patient.hear(3)
    with transaction() as session:
        assert session.scalar(select(Ticket.is_urgent)) is True


def test_the_command_for_a_crisis_needs_no_database(patient: Bot, broken_database: Callable[[], None]) -> None:
    broken_database()
    assert patient.call(said.text("/crisis")).status_code == 503
    assert patient.hear()[0].text == says("crisis")
