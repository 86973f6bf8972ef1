"""The three real processes, started once for all tests here, on free ports with a database of their own."""

import os
import socket

import httpx
import pytest
from cryptography.fernet import Fernet

from bot.processes import running, train_if_needed
from bot.settings import Settings


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def settings(tmp_path_factory):
    environment = {
        "TANDEM_SECRET": "end-to-end-end-to-end-end-to-end-end-to-end",
        "TANDEM_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "TANDEM_DATABASE_URL": f"sqlite:///{tmp_path_factory.mktemp('e2e')}/tandem.db",
        "TANDEM_MESSAGES_A_MINUTE": "100000",  # tests are faster than patients
        "TANDEM_ADDRESS_MESSAGES_A_MINUTE": "100000",
        "TANDEM_CONVERSATIONS_A_MINUTE": "100000",
        "TANDEM_PORT": str(free_port()),
        "TANDEM_ENGINE_PORT": str(free_port()),
        "TANDEM_ACTIONS_PORT": str(free_port()),
    }
    before = dict(os.environ)
    os.environ.update(environment)  # the processes inherit it
    yield Settings()
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def processes(settings):
    from bot.cli import migrate

    train_if_needed()
    migrate()
    with running(settings) as started:
        yield started


@pytest.fixture(scope="session")
def address(processes, settings):
    return f"http://127.0.0.1:{settings.port}"


@pytest.fixture
def chat(address):
    """A conversation: call it with a text, or with choice=title, and get the replies."""
    with httpx.Client(base_url=address, timeout=30, trust_env=False) as client:
        yield Chat(client)


class Chat:
    """One patient's conversation over the public API."""

    def __init__(self, client):
        self.client = client
        self.count = 0
        token = client.post("/api/conversations", json={"consent": True}).json()["token"]
        self.headers = {"Authorization": f"Bearer {token}"}
        self.messages = self.fetch(0)

    def fetch(self, after):
        return self.client.get("/api/messages", params={"after": after}, headers=self.headers).json()

    def __call__(self, text=None, choice=None):
        self.count += 1
        body = {"client_id": f"message-{self.count}"}
        if choice is None:
            body["text"] = text
        else:
            offer = next(message for message in reversed(self.messages) if choice in message["choices"])
            body["choice"] = {"message": offer["seq"], "index": offer["choices"].index(choice)}
        response = self.client.post("/api/messages", json=body, headers=self.headers)
        assert response.status_code == 202, response.text
        replies = self.fetch(response.json()["seq"])
        self.messages += replies
        return replies
