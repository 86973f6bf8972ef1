"""A local server that speaks Telegram's Bot API, as far as a bot of ours calls it."""

import json
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

TOKEN = "123456:a-token-for-tests-and-nothing-else"
LONG = 15.0  # seconds until a test that waits for something gives up
Answer = tuple[int, dict[str, Any]] | None  # None: the connection is cut


def failure(status: int, description: str, **parameters: object) -> tuple[int, dict[str, Any]]:
    """Return an answer that says no, as the Bot API does."""
    said = {"ok": False, "error_code": status, "description": description}
    return status, said | ({"parameters": parameters} if parameters else {})


FLOOD = failure(429, "Too Many Requests: retry after 1", retry_after=1)
BLOCKED = failure(403, "Forbidden: bot was blocked by the user")


@dataclass
class Sent:
    """A message or a file that the bot sent."""

    chat: int
    text: str
    buttons: dict[str, str] = field(default_factory=dict)  # title -> data
    file_name: str | None = None


class TelegramStub:
    """Keeps what the bot calls; answers with `failures[method]` first, one after the other, then well."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.sent: list[Sent] = []
        self.failures: dict[str, list[Answer]] = defaultdict(list)
        self.failing_chats: dict[int, Answer] = {}
        self.updates: list[dict[str, Any]] = []  # for polling
        self._changed = Condition()
        self._is_closing = False
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self, until: Callable[[], object]) -> None:
        """Wait until a condition holds."""
        give_up_at = time.monotonic() + LONG
        while not until():
            assert time.monotonic() < give_up_at, f"not seen; sent last: {self.sent[-3:]}"
            time.sleep(0.01)

    def to(self, chat: int) -> list[Sent]:
        """Return what was sent to a chat."""
        return [sent for sent in self.sent if sent.chat == chat]

    def wait_for(self, chat: int, count: int) -> list[Sent]:
        """Return the messages to a chat as soon as there are so many."""
        self.wait(lambda: len(self.to(chat)) >= count)
        return self.to(chat)

    def called(self, method: str) -> list[dict[str, str]]:
        """Return with what a method was called."""
        return [parameters for name, parameters in self.calls if name == method]

    def push(self, *updates: dict[str, Any]) -> None:
        """Let polling find updates."""
        with self._changed:
            self.updates += updates
            self._changed.notify_all()

    def answer(self, method: str, parameters: dict[str, str]) -> Answer:
        """Return status and body for a call."""
        with self._changed:
            self.calls.append((method, parameters))
            self._changed.notify_all()
            chat = int(parameters.get("chat_id", 0))
            if self.failures[method]:
                return self.failures[method].pop(0)
            if chat in self.failing_chats:
                return self.failing_chats[chat]
            if method == "getUpdates":
                return 200, {"ok": True, "result": self._poll(int(parameters.get("offset", 0)))}
            if method not in ("sendMessage", "sendDocument"):
                return 200, {"ok": True, "result": True}
            if method == "sendDocument":
                self.sent.append(Sent(chat, parameters["document"], file_name=parameters["file_name"]))
            else:
                markup = json.loads(parameters.get("reply_markup", "{}"))
                buttons = {b["text"]: b["callback_data"] for row in markup.get("inline_keyboard", []) for b in row}
                self.sent.append(Sent(chat, parameters["text"], buttons))
            self._changed.notify_all()
            message = {"message_id": 9000 + len(self.sent), "date": 1, "chat": {"id": chat, "type": "private"}, "text": "."}
            return 200, {"ok": True, "result": message}

    def _poll(self, offset: int) -> list[dict[str, Any]]:
        """Return the updates from an offset on, as soon as there are some; those before it are confirmed, and gone."""
        self.updates = [update for update in self.updates if update["update_id"] >= offset]
        self._changed.wait_for(lambda: self.updates or self._is_closing, LONG)
        return list(self.updates)


def _handler(stub: TelegramStub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            address = urlsplit(self.path)
            parameters = dict(parse_qsl(address.query))
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            parameters |= _read(self.headers.get("Content-Type", ""), body)
            token, _, method = address.path.removeprefix("/bot").rpartition("/")
            answer = stub.answer(method, parameters) if token == TOKEN else failure(401, "Unauthorized")
            if answer is None:
                self.close_connection = True
                return
            self.send_response(answer[0])
            content = json.dumps(answer[1]).encode()
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    return Handler


def _read(kind: str, body: bytes) -> dict[str, str]:
    """Return a form's fields; of a file, its content and name."""
    if not kind.startswith("multipart/"):
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    found: dict[str, str] = {}
    for part in message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body, policy=HTTP).iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        found[name] = part.get_payload(decode=True).decode()
        if part.get_filename():
            found["document"], found["file_name"] = found.pop(name), str(part.get_filename())
    return found
