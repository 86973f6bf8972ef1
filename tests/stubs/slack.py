"""A local server that speaks Slack's Web API and Socket Mode, as far as an app of ours calls it."""

import json
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Condition, Thread
from typing import Any, Self
from urllib.parse import parse_qsl

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

TOKEN, APP_TOKEN = "xoxb-a-token-for-tests-only", "xapp-a-token-for-tests-only"
TEAM = "T0CLINIC"
LONG = 15.0  # seconds until a test that waits for something gives up
Answer = tuple[int, dict[str, Any], dict[str, str]] | None  # None: the connection is cut


def failure(error: str, status: int = 200, **headers: str) -> Answer:
    """Return an answer that says no, as the Web API does."""
    return status, {"ok": False, "error": error}, headers


FLOOD = failure("ratelimited", 429, **{"Retry-After": "1"})


@dataclass
class Sent:
    """A message or a file that the app sent, to a channel or to one user in it alone."""

    channel: str
    text: str
    ts: str
    buttons: dict[str, str] = field(default_factory=dict)  # title -> value, or address
    rows: list[int] = field(default_factory=list)  # how many buttons each row has
    alone: str = ""
    thread: str = ""
    is_in_channel_too: bool = False
    file_name: str = ""


class SlackStub:
    """Keeps what the app calls; answers with `failures[method]` first, one after the other, then well."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.sent: list[Sent] = []
        self.failures: dict[str, list[Answer]] = defaultdict(list)
        self.failing: dict[str, Answer] = {}  # by channel
        self.users: dict[str, dict[str, Any]] = {}
        self.sockets: list[ServerConnection] = []
        self.acknowledged: list[dict[str, Any]] = []
        self._changed, self._numbers = Condition(), count(100)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._socket_server = serve(self._hold, "127.0.0.1", 0)
        self._threads = [
            Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}),
            Thread(target=self._socket_server.serve_forever),
        ]
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.url = f"{self.address}/api"

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket_server.shutdown()
        self._server.shutdown()
        self._server.server_close()
        for thread in self._threads:
            thread.join()

    def wait(self, until: Callable[[], object]) -> None:
        """Wait until a condition holds."""
        give_up_at = time.monotonic() + LONG
        while not until():
            assert time.monotonic() < give_up_at, f"not seen; called last: {self.calls[-3:]}"
            time.sleep(0.01)

    def to(self, user: str) -> list[Sent]:
        """Return what was sent to a user's direct messages, or to a channel."""
        return [sent for sent in self.sent if user in (sent.channel, sent.alone) or sent.channel == direct(user)]

    def wait_for(self, user: str, number: int) -> list[Sent]:
        """Return the messages to a user, or in a channel, as soon as there are so many."""
        self.wait(lambda: len(self.to(user)) >= number)
        return self.to(user)

    def called(self, method: str) -> list[dict[str, Any]]:
        """Return with what a method was called."""
        return [parameters for name, parameters in list(self.calls) if name == method]

    def push(self, envelope_id: str, kind: str, payload: dict[str, Any]) -> None:
        """Send something through Socket Mode; it is kept in `acknowledged` when the app has taken it."""
        self.wait(lambda: self.sockets)
        envelope = {"envelope_id": envelope_id, "type": kind, "payload": payload, "accepts_response_payload": True}
        self.sockets[-1].send(json.dumps(envelope))

    def _hold(self, socket: ServerConnection) -> None:
        socket.send(json.dumps({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}}))
        self.sockets.append(socket)
        with suppress(ConnectionClosed):
            for message in socket:
                self.acknowledged.append(json.loads(message))

    def answer(self, method: str, said: dict[str, Any]) -> Answer:
        """Return status, body and headers for a call."""
        with self._changed:
            self.calls.append((method, said))
            if self.failures[method]:
                return self.failures[method].pop(0)
            if said.get("channel") in self.failing:
                return self.failing[said["channel"]]
            return 200, {"ok": True} | self._do(method, said), {}

    def _do(self, method: str, said: dict[str, Any]) -> dict[str, Any]:
        ts = f"1795000000.{next(self._numbers):06}"
        if method == "auth.test":
            return {"team_id": TEAM, "user_id": "U0TANDEM", "bot_id": "B0TANDEM"}
        if method == "apps.connections.open":
            return {"url": f"ws://127.0.0.1:{self._socket_server.socket.getsockname()[1]}"}
        if method == "users.info":
            return {"user": self.users[said["user"]]}
        if method == "conversations.open":
            return {"channel": {"id": direct(said["users"])}}
        if method == "files.getUploadURLExternal":
            return {"upload_url": f"{self.address}/upload/{said['filename']}", "file_id": "F1"}
        if method == "files.completeUploadExternal":
            self.sent[-1].channel = said["channel_id"]
            return {"files": [{"id": "F1"}]}
        if method in ("chat.postMessage", "chat.postEphemeral"):
            self.sent.append(_sent(said, ts))
            return {"channel": said["channel"], "ts": ts}
        if method == "chat.update":
            (old,) = [sent for sent in self.sent if (sent.channel, sent.ts) == (said["channel"], said["ts"])]
            self.sent[self.sent.index(old)] = _sent(said, said["ts"])
        return {}

    def upload(self, file_name: str, content: bytes) -> None:
        """Keep an uploaded file, which has no channel until the upload is completed."""
        self.sent.append(Sent("", content.decode(), "", file_name=file_name))


def direct(user: str) -> str:
    """Return the channel of a user's direct messages with the app."""
    return f"D{user}"


def _sent(said: dict[str, Any], ts: str) -> Sent:
    blocks = said.get("blocks", [])
    rows = [block["elements"] for block in blocks if block["type"] == "actions"]
    buttons = {b["text"]["text"]: b.get("value") or b.get("url", "") for row in rows for b in row}
    shown = "\n".join(block["text"]["text"] for block in blocks if block["type"] == "section")
    return Sent(
        said["channel"], shown or said["text"], ts, buttons, [len(row) for row in rows], said.get("user", ""),
        said.get("thread_ts", ""), said.get("reply_broadcast", False),
    )  # fmt: skip


def _handler(stub: SlackStub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path.startswith("/upload/"):
                stub.upload(self.path.removeprefix("/upload/"), body)
                self._say(200, {}, {})
                return
            is_json = self.headers.get("Content-Type", "").startswith("application/json")
            said = json.loads(body or b"{}") if is_json else dict(parse_qsl(body.decode()))
            token = self.headers.get("Authorization") or f"Bearer {said.get('token')}"
            is_known = token in (f"Bearer {TOKEN}", f"Bearer {APP_TOKEN}")
            answer = stub.answer(self.path.removeprefix("/api/"), said) if is_known else failure("invalid_auth")
            if answer is None:
                self.close_connection = True
                return
            self._say(*answer)

        def _say(self, status: int, said: dict[str, Any], headers: dict[str, str]) -> None:
            content = json.dumps(said).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", "Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    return Handler
