"""The app served by uvicorn in a thread, a local server in the engine's place, and a patient's requests."""

import socket
from collections.abc import Iterator
from threading import Thread

import httpx
import pytest
import uvicorn

from bot.web.app import create_app
from tests.stubs.engine import EngineStub

Headers = dict[str, str]


@pytest.fixture
def site(database: object, engine_stub: EngineStub) -> Iterator[httpx.Client]:
    listening = socket.create_server(("127.0.0.1", 0))  # requests wait here until the app is up
    config = uvicorn.Config(create_app(), loop="asyncio", log_level="critical", timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}", timeout=30, trust_env=False) as client:
        yield client
    server.should_exit = True
    thread.join()
    listening.close()


def start(site: httpx.Client) -> Headers:
    response = site.post("/api/conversations")
    assert response.status_code == 201
    return {"Authorization": f"Bearer {response.json()['token']}"}


def post(site: httpx.Client, headers: Headers, text: str = "what is CBT", client_id: str = "client-01") -> httpx.Response:
    return site.post("/api/messages", json={"client_id": client_id, "text": text}, headers=headers)


def texts(site: httpx.Client, headers: Headers, after: int = 0) -> list[str]:
    return [entry["text"] for entry in site.get("/api/messages", params={"after": after}, headers=headers).json()]
