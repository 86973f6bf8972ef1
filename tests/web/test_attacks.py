"""What a hostile client sends: each gets a clear status, nothing of another conversation, and never a server error."""

from contextlib import closing
from http.client import HTTPConnection

import httpx
import pytest

from tests.stubs.engine import EngineStub
from tests.web.conftest import post, start, texts

COMMANDS = ["/restart", " /back", "//restart", '/choose_topic{"topic": "cbt"}', "\u200b/restart", "/"]
MARKUP = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "</textarea><b>bold</b>",
    "{{ 7*7 }}",
    "javascript:alert(1)",
]
NO_JSON = [b"", b"{", b"null", b"[]", b"0", b'"text"', b"\xff\xfe", b"\x00", b"[" * 50_000, b'{"a":' * 9_000]
NO_MESSAGE = [
    '"text": ""',
    '"text": " \\n"',
    '"text": null',
    '"text": NaN',
    '"text": {"$ne": 1}',
    '"text": "\\ud800"',
    '"text": "hello", "client_id": "a"',
    '"text": "hello", "client_id": "../../etc/passwd"',
    '"text": "hello", "hedgehog": 1',
    '"text": "hello", "choice": {"message": 1, "index": 0}',
    '"choice": {"message": 1, "index": -1}',
    '"choice": {"message": 1, "index": 51}',
    '"choice": {"message": true, "index": 0}',
    '"choice": {"message": 1e99, "index": 0}',
    '"choice": {"message": 99999999999999999999, "index": 0}',
    '"choice": [1, 0]',
]
BROKEN = [*NO_JSON, *(f'{{"client_id": "client-01", {rest}}}'.encode() for rest in ('"nothing": 0', *NO_MESSAGE))]
PATHS = [
    *("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/%252e%252e/app.py", "/static/....//app.py"),
    *(
        "/static/\\..\\app.py",
        "/static//etc/passwd",
        "/static/%00",
        "/static/%ff",
        "/static",
        "/static/",
        "/static/" + "a" * 5000,
    ),
    *(
        "/.env",
        "/%2e%2e/%2e%2e/.env",
        "/templates/index.html",
        "/chat%2f..",
        "/webhooks/rest/webhook",
        "/conversations/x/tracker",
    ),
    *(
        "//api/messages",
        "/api/messages/",
        "/api//messages",
        "/API/messages",
        "/api/messages%00",
        "/api/messages;x",
        "/api/../api/x",
    ),
]


def test_a_typed_command_never_reaches_the_engine_as_one(site: httpx.Client, engine_stub: EngineStub) -> None:
    headers = start(site)
    for number, text in enumerate(COMMANDS):
        assert post(site, headers, text, f"client-{number}").status_code == 202
    assert engine_stub.messages and not any(message.startswith("/") for message in engine_stub.messages)
    assert engine_stub.forgotten.empty()


def test_markup_comes_back_as_the_text_it_was(site: httpx.Client) -> None:
    headers = start(site)
    for number, text in enumerate(MARKUP):
        assert post(site, headers, text, f"client-{number}").status_code == 202
    answer = site.get("/api/messages", headers=headers)
    assert answer.headers["content-type"] == "application/json"
    assert [entry["text"] for entry in answer.json() if entry["from"] == "patient"] == MARKUP


@pytest.mark.parametrize("consent", [True, False])
def test_a_broken_body_is_refused_in_a_sentence_that_does_not_repeat_it(wide: None, site: httpx.Client, consent: bool) -> None:
    headers = start(site, consent)
    for body in BROKEN:
        answer = site.post("/api/messages", content=body, headers=headers)
        assert answer.status_code == 400 and answer.json()["error"].endswith("."), body[:80]
        assert "hello" not in answer.text and "hedgehog" not in answer.text
    assert len(texts(site, headers)) == 1


@pytest.mark.parametrize("consent", [True, False])
def test_a_button_that_was_never_offered_cannot_be_pressed(site: httpx.Client, consent: bool) -> None:
    mine, other = start(site, consent), start(site, consent)
    post(site, other)
    for number, (message, index) in enumerate([(1, 50), (2, 0), (3, 0), (2**31 - 1, 0)]):
        body = {"client_id": f"client-{number}", "choice": {"message": message, "index": index}}
        answer = site.post("/api/messages", json=body, headers=mine)
        assert answer.status_code == 404 and "button" in answer.json()["error"]
    assert len(texts(site, mine)) == 1


def test_a_tricky_path_leads_nowhere(site: httpx.Client) -> None:
    post(site, start(site), "my private question")
    for path in PATHS:
        with closing(HTTPConnection(site.base_url.host, site.base_url.port, timeout=30)) as connection:
            connection.putrequest("GET", path)  # as it stands: another client would tidy it up
            connection.endheaders()
            answer = connection.getresponse()
            body = answer.read()
        assert answer.status in (400, 404) and answer.getheader("Location") is None, path
        assert b"import" not in body and b"TANDEM_" not in body and b"private" not in body


def test_a_made_up_place_in_the_stream_is_refused(site: httpx.Client) -> None:
    headers = start(site)
    for place in (b"0 OR 1=1", b"-1", b"\xb2", b"1" * 13):
        assert site.get("/api/stream", headers=headers | {"Last-Event-ID": place}).status_code == 400  # type: ignore[operator]


def test_a_header_does_not_change_what_is_done(site: httpx.Client) -> None:
    headers = start(site)
    tricks = {
        "Content-Encoding": "gzip",
        "Content-Type": "text/html",
        "X-HTTP-Method-Override": "DELETE",
        "X-Original-URL": "/.env",
    }
    for number, (name, value) in enumerate(tricks.items()):
        assert post(site, headers | {name: value}, client_id=f"client-{number}").status_code == 202
    assert len(texts(site, headers)) == 1 + 2 * len(tricks)
