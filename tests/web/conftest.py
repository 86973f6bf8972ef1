"""The app served by uvicorn in a thread, a local server in the engine's place, and a patient's requests."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import httpx
import pytest
import uvicorn
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from bot.channels.web import read_token
from bot.safety.protocol import crisis_texts
from bot.settings import get_settings
from bot.web.app import create_app
from tests.stubs.engine import EngineStub

Headers = dict[str, str]


@pytest.fixture
def wide(configure: Callable[..., None]) -> None:
    """Take the limits away; asked for before `site`."""
    configure(messages_a_minute=10_000, address_messages_a_minute=10_000, conversations_a_minute=10_000)


@contextmanager
def served() -> Iterator[httpx.Client]:
    """Serve the app as the settings say, and give a client of it."""
    # TCP by name, or asyncio would send with delay
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(256)  # requests wait here until the app is up
        config = uvicorn.Config(
            create_app(), loop="asyncio", log_level="critical", proxy_headers=False, timeout_graceful_shutdown=5
        )
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}", timeout=30, trust_env=False) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def site(database: object, engine_stub: EngineStub) -> Iterator[httpx.Client]:
    with served() as client:
        yield client


def start(site: httpx.Client, consent: bool = True) -> Headers:
    response = site.post("/api/conversations", json={"consent": consent})
    assert (response.status_code, response.json()["stored"]) == (201, consent)
    return {"Authorization": f"Bearer {response.json()['token']}"}


def post(site: httpx.Client, headers: Headers, text: str = "what is CBT", client_id: str = "client-01") -> httpx.Response:
    return site.post("/api/messages", json={"client_id": client_id, "text": text}, headers=headers)


def texts(site: httpx.Client, headers: Headers, after: int = 0) -> list[str]:
    return [entry["text"] for entry in site.get("/api/messages", params={"after": after}, headers=headers).json()]


def crisis() -> list[str]:
    """Return the texts a first crisis message is answered with."""
    return list(crisis_texts())


def signed_seconds_ago(headers: Headers, seconds: float) -> Headers:
    """Return the same token as if it had been signed some time ago."""

    class Clock(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(time.time() - seconds)

    secret = get_settings().secret.get_secret_value()
    token = URLSafeTimedSerializer(secret, salt="conversation", signer=Clock).dumps(read_token(headers["Authorization"]))
    return {"Authorization": f"Bearer {token!s}"}


def events(response: httpx.Response) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the messages of a stream as (id, data), until it ends."""
    fields: dict[str, str] = {}
    for line in response.iter_lines():
        name, _, value = line.partition(": ")
        if not line and "data" in fields:
            assert fields["event"] == "message"
            yield int(fields["id"]), json.loads(fields["data"])
            fields = {}
        fields[name] = value
