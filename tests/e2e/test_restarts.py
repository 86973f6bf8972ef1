"""Killed in the middle of a hand-off and started again: nothing is lost, nothing is said twice, no alert is forgotten."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from cryptography.fernet import Fernet

from bot import processes
from bot.cli import migrate
from bot.conversations import service as conversations
from bot.handoff import call_backs
from bot.handoff import service as handoff
from bot.settings import ROOT, get_settings
from tests.conftest import forget
from tests.e2e.conftest import Chat, free_port
from tests.handoff.acting import SAM, alerts, let_pass, mode, ticket
from tests.stubs.receiver import Receiver

PATIENCE = 60
CRISIS = "I want to kill myself"


@pytest.fixture(scope="module")
def receiver():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def environment(tmp_path_factory, receiver):
    return {
        "secret": "restarts-restarts-restarts-restarts-restarts",
        "encryption_keys": Fernet.generate_key().decode(),
        "database_url": f"sqlite:///{tmp_path_factory.mktemp('restarts')}/tandem.db",
        "messages_a_minute": 100_000,  # tests are faster than patients
        "address_messages_a_minute": 100_000,
        "conversations_a_minute": 100_000,
        "port": free_port(),
        "engine_port": free_port(),
        "actions_port": free_port(),
        "alerts": "slack",
        "alert_slack_webhook": receiver.url,
    }


class Machine:
    """The three processes, each of which can be killed and started again."""

    def __init__(self, settings):
        self.services = {service.name: service for service in processes._services(settings)}
        self.running = {}

    def start(self, *names):
        for name in names:
            self.running[name] = processes._start(self.services[name])
        for name in names:
            processes._wait_until_healthy(self.services[name], self.running[name])

    def kill(self, *names):
        for name in names:
            os.killpg(self.running[name].pid, signal.SIGKILL)
            self.running.pop(name).wait()

    def signal(self, name, number):
        os.killpg(self.running[name].pid, number)


@pytest.fixture(scope="module")
def machine(environment):
    """Start the three once for all tests here; each test leaves them running."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(processes, "LOGS", ROOT / "var" / "logs" / "restarts")
        for name, value in environment.items():
            patch.setenv(f"TANDEM_{name.upper()}", str(value))
        processes.LOGS.mkdir(parents=True, exist_ok=True)
        forget()
        processes.train_if_needed()
        migrate()
        machine = Machine(get_settings())
        try:
            machine.start("actions", "engine", "app")
            yield machine
        finally:
            processes._stop(machine.running)


@pytest.fixture(autouse=True)
def _at_the_desk(machine, environment, configure):
    """Let the test look into the same database as the app, as a second worker would."""
    configure(**environment)


@pytest.fixture
def chat(machine, environment):
    with httpx.Client(base_url=f"http://127.0.0.1:{environment['port']}", timeout=PATIENCE, trust_env=False) as client:
        yield Chat(client)


def id_of(chat):
    from bot.channels.web import read_token

    return read_token(chat.headers["Authorization"])


def until(condition):
    """Wait until something is so, and return it; fails when it takes too long."""
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)
    return found


def transcript(chat):
    return [(entry["from"], entry["text"]) for entry in chat.fetch(0)]


def test_who_waits_keeps_the_place_when_everything_is_killed(chat, machine):
    chat("can I talk to a person")
    before, waiting = transcript(chat), ticket(id_of(chat))
    machine.kill("app", "engine", "actions")
    with pytest.raises(httpx.TransportError):
        chat.fetch(0)
    machine.start("actions", "engine", "app")
    assert transcript(chat) == before and mode(id_of(chat)) == "waiting"
    assert (ticket(id_of(chat)).id, ticket(id_of(chat)).state) == (waiting.id, "waiting")
    assert "I have passed this on" in chat("can I talk to a person")[-1]["text"]  # asked again: the same wish, not a second one
    assert ticket(id_of(chat)).id == waiting.id


def test_who_talks_to_a_person_still_does_when_everything_is_killed(chat, machine):
    chat("can I talk to a person")
    handoff.reply(ticket(id_of(chat)).id, SAM, "Hello, I am here.")
    assert chat("thank you") == []
    before = transcript(chat)
    machine.kill("app", "engine", "actions")
    handoff.reply(ticket(id_of(chat)).id, SAM, "Are you still there?")  # another worker of the app
    machine.start("actions", "engine", "app")
    assert transcript(chat) == [*before, ("person", "Are you still there?")]
    assert chat("yes I am, what is CBT") == [] and mode(id_of(chat)) == "human"
    assert chat(CRISIS)[0]["route"] == "crisis"
    handoff.leave(ticket(id_of(chat)).id, SAM, "answered", is_over=False)
    assert "topic" in chat("what is CBT")[0]


def test_the_call_back_form_goes_on_where_it_was(chat, machine):
    chat("please call me back")
    assert call_backs.missing(id_of(chat))[0] == "name"
    machine.kill("engine", "actions")
    machine.start("actions", "engine")
    chat("Margaret Olsen")
    machine.kill("app", "engine")
    machine.start("engine", "app")
    assert call_backs.missing(id_of(chat)) == ["contact", "time"]
    chat("415 555 0132")
    chat("mornings")
    assert call_backs.missing(id_of(chat)) == []
    chat("yes")
    (asked,) = [row for row in call_backs.requested() if row.conversation_id == id_of(chat)]
    assert asked.details == {"name": "Margaret Olsen", "contact": "415 555 0132", "time": "mornings"}
    assert "Margaret" not in str(transcript(chat)) and "0132" not in str(transcript(chat))


def test_a_form_does_not_outlive_a_talk_with_a_person(chat):
    chat("please call me back")
    chat(CRISIS)
    handoff.reply(ticket(id_of(chat)).id, SAM, "Hello, I am here.")
    assert chat("thank you for coming") == []
    handoff.leave(ticket(id_of(chat)).id, SAM, "answered", is_over=False)
    until(lambda: ["topic" in reply for reply in chat("what is CBT")] == [True])  # the answer alone: the form asks nothing more


def test_a_message_cut_off_by_the_kill_is_answered_once_when_it_is_sent_again(chat, machine):
    machine.signal("engine", signal.SIGSTOP)  # so that the turn is in the middle when the app is killed
    with ThreadPoolExecutor() as pool:
        cut_off = pool.submit(chat, "what is CBT")
        until(lambda: ("patient", "what is CBT") in stored(chat))
        machine.kill("app")
        with pytest.raises(httpx.TransportError):
            cut_off.result(PATIENCE)
    machine.signal("engine", signal.SIGCONT)
    machine.start("app")
    for _ in range(3):
        chat.count = 0  # the same client id
        chat("what is CBT")
    said = transcript(chat)
    assert said.count(("patient", "what is CBT")) == 1 and len(said) == 3, "greeting, question, answer"


def stored(chat):
    return [(entry.sender, entry.text) for entry in conversations.history(id_of(chat))]


def test_the_engine_is_killed_while_a_person_is_asked_for(chat, machine):
    machine.kill("engine")
    (reply,) = chat("can I talk to a person")
    assert reply["route"] == "unavailable"
    assert chat(CRISIS)[0]["route"] == "crisis" and ticket(id_of(chat)).is_urgent
    machine.start("engine")
    assert mode(id_of(chat)) == "waiting"
    until(lambda: "topic" in chat("what is CBT")[0])  # the circuit breaker lets the engine rest first


def test_an_alert_that_the_kill_cut_off_is_sent_by_the_next(chat, machine, receiver):
    receiver.silent = True
    receiver.received.clear()
    chat(CRISIS)
    reference = f"(ticket {ticket(id_of(chat)).id})".encode()
    until(lambda: any(reference in body for _, _, body in receiver.received))
    machine.kill("app")
    receiver.silent = False
    receiver.received.clear()
    urgent = [alert for alert in alerts(ticket(id_of(chat)).id) if alert.kind == "urgent"]
    assert [alert.sent_at for alert in urgent] == [None]
    let_pass(seconds=61)  # the lease of who was killed
    machine.start("app")
    until(lambda: any(reference in body for _, _, body in receiver.received))
    until(lambda: [alert for alert in alerts(ticket(id_of(chat)).id) if alert.kind == "urgent" and alert.sent_at])
