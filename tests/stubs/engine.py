"""A local HTTP server with the shape of Rasa's REST channel, in the place of the engine."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Event, Thread
from typing import Any, Self

from bot.clinic.facts import load_clinic
from bot.topics.responses import load_responses

ANSWER = "You are welcome. Is there anything else you would like to know?"  # as in domain.yml: what is not, is withheld


def response(name: str) -> str:
    """Return an approved response of the domain, as the engine would say it."""
    return load_clinic().fill(load_responses()[name][0])


class EngineStub:
    """Answers every message with `parts` (or `body`) and `status`; never while `silent`. Keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.forgotten: Queue[str] = Queue()  # conversations
        self.parts: list[dict[str, Any]] = [{"recipient_id": "patient", "text": ANSWER}]
        self.body: bytes | None = None
        self.status = 200
        self.silent = False
        self._closing = Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def messages(self) -> list[str]:
        """The texts and payloads it was asked, in order."""
        return [str(asked["message"]) for asked in self.asked]

    def wait_while_silent(self) -> bool:
        """Return whether to answer; a silent engine waits for the end of the test first."""
        if self.silent:
            self._closing.wait()
        return not self.silent


def _handler(stub: EngineStub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"Hello from Rasa")

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if asked["message"] == "/restart":
                stub.forgotten.put(asked["sender"])
            else:
                stub.asked.append(asked | {"path": self.path})
            if stub.wait_while_silent():
                self._answer(json.dumps(stub.parts).encode() if stub.body is None else stub.body)

        def _answer(self, body: bytes) -> None:
            self.send_response(stub.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    return Handler
