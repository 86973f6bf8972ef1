"""The limits: so many requests a minute, so many bytes, so many seconds; a crisis is answered above every one of them."""

import json
import socket
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection

import httpx
import pytest

from bot.clinic.facts import load_clinic
from bot.handoff.queue import waiting
from bot.web import app
from bot.web.limits import MAX_BODY
from tests.stubs.engine import EngineStub
from tests.web.conftest import Headers, crisis, post, start, texts

CRISIS = "I want to kill myself"


@pytest.fixture
def narrow(configure: Callable[..., None], database: object, engine_stub: EngineStub) -> None:
    """Make the limits small; asked for before `site`."""
    configure(messages_a_minute=2, address_messages_a_minute=5, conversations_a_minute=3, body_seconds=0.2)


def refused(answer: httpx.Response) -> None:
    assert answer.status_code == 429 and 1 <= int(answer.headers["Retry-After"]) <= 60
    assert "wait" in answer.json()["error"] and load_clinic().pack.static in answer.json()["error"]


def test_a_conversation_takes_so_many_messages_a_minute_and_another_still_its_own(narrow: None, site: httpx.Client) -> None:
    mine, other = start(site), start(site)
    for number in (1, 2):
        assert post(site, mine, client_id=f"client-{number}").status_code == 202
    refused(post(site, mine, "one too many", "client-3"))
    assert post(site, other).status_code == 202
    assert len(texts(site, mine)) == 5 and "one too many" not in texts(site, mine)


def test_an_address_sends_so_many_messages_a_minute(narrow: None, site: httpx.Client) -> None:
    chats = [start(site) for _ in range(3)]
    answers = [post(site, chats[number % 3], client_id=f"client-{number}") for number in range(6)]
    assert [answer.status_code for answer in answers] == [202] * 5 + [429]
    refused(answers[-1])


def test_an_address_opens_so_many_conversations_a_minute(narrow: None, site: httpx.Client) -> None:
    for _ in range(3):
        start(site)
    refused(site.post("/api/conversations"))


def test_a_crisis_is_answered_above_the_limit_and_the_staff_hear_of_it(narrow: None, site: httpx.Client) -> None:
    headers = start(site)
    for number in (1, 2):
        post(site, headers, client_id=f"client-{number}")
    answer = post(site, headers, CRISIS, "client-3")
    assert (answer.status_code, answer.json()["unstored"]) == (202, [])
    assert texts(site, headers, after=answer.json()["seq"]) == crisis()
    assert [ticket.is_urgent for ticket in waiting()] == [True]


def test_above_the_limit_for_crises_too_each_is_answered_without_a_record(narrow: None, site: httpx.Client) -> None:
    headers = start(site)
    for number in range(4):  # as many of any kind, and as many crises again
        assert post(site, headers, CRISIS, client_id=f"client-{number}").json()["seq"]
    stored = len(texts(site, headers))
    answer = post(site, headers, CRISIS, "client-9")
    assert answer.status_code == 202
    assert answer.json() == {"seq": None, "erased": False, "unstored": crisis()}
    assert len(texts(site, headers)) == stored


@pytest.mark.parametrize("forwarded", ["203.0.113.7", "203.0.113.7, 198.51.100.1"])
def test_a_forwarded_address_counts_only_from_a_trusted_proxy(
    narrow: None, configure: Callable[..., None], request: pytest.FixtureRequest, forwarded: str
) -> None:
    configure(trusted_proxies="127.0.0.0/8, 198.51.100.1")
    site = request.getfixturevalue("site")
    for _ in range(3):
        assert site.post("/api/conversations", headers={"X-Forwarded-For": forwarded}).status_code == 201
    refused(site.post("/api/conversations", headers={"X-Forwarded-For": f"192.0.2.9, {forwarded}"}))  # the left one is hearsay
    assert site.post("/api/conversations", headers={"X-Forwarded-For": "203.0.113.8"}).status_code == 201


def test_a_forwarded_address_of_anybody_else_is_not_believed(narrow: None, site: httpx.Client) -> None:
    answers = [site.post("/api/conversations", headers={"X-Forwarded-For": f"203.0.113.{number}"}) for number in range(4)]
    assert [answer.status_code for answer in answers] == [201, 201, 201, 429]


def test_a_household_counts_as_one_in_ipv6(narrow: None, configure: Callable[..., None], request: pytest.FixtureRequest) -> None:
    configure(trusted_proxies="127.0.0.1")
    site = request.getfixturevalue("site")
    answers = [site.post("/api/conversations", headers={"X-Forwarded-For": f"2001:db8::{number}"}) for number in range(1, 5)]
    assert [answer.status_code for answer in answers] == [201, 201, 201, 429]
    assert site.post("/api/conversations", headers={"X-Forwarded-For": "2001:db8:0:1::1"}).status_code == 201


def test_of_a_thousand_fast_messages_as_many_as_allowed_are_taken(site: httpx.Client) -> None:
    headers = start(site)
    address = (site.base_url.host, site.base_url.port)

    def send(numbers: range) -> list[int]:
        with closing(HTTPConnection(*address, timeout=30)) as connection:
            statuses = []
            for number in numbers:
                connection.request("POST", "/api/messages", f'{{"client_id": "client-{number}", "text": "what is CBT"}}', headers)
                answer = connection.getresponse()
                answer.read()
                statuses.append(answer.status)
        return statuses

    with ThreadPoolExecutor(4) as pool:
        statuses = Counter(status for part in pool.map(send, (range(at, 1000, 4) for at in range(4))) for status in part)
    assert statuses == {202: 20, 429: 980}
    assert len(texts(site, headers)) == 41


def test_a_crisis_does_not_queue_behind_turns_that_wait_for_the_engine(
    configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch, engine_stub: EngineStub, request: pytest.FixtureRequest
) -> None:
    configure(engine_timeout=5)
    monkeypatch.setattr(app, "TURNS_AT_ONCE", 1)
    site = request.getfixturevalue("site")
    engine_stub.silent = True
    mine, other = start(site), start(site)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(post, site, other)
        while not engine_stub.asked:
            pass  # until the only turn there may be waits for the engine
        assert post(site, mine, CRISIS).json()["seq"] == 2 and texts(site, mine, after=2) == crisis()
        assert not waiting.done()
        assert waiting.result().status_code == 202


def test_five_megabytes_are_refused_and_the_connection_lives(site: httpx.Client) -> None:
    headers = start(site)
    answer = post(site, headers, "x" * 5_000_000)
    assert answer.status_code == 413 and load_clinic().pack.static in answer.json()["error"] and "unstored" not in answer.json()
    assert site.post("/api/conversations", content=b" " * 5_000_000).status_code == 413
    assert post(site, headers).status_code == 202


@pytest.mark.parametrize("place", ["start", "cut escape", "other form"])
def test_a_crisis_in_a_body_too_large_is_answered(site: httpx.Client, place: str) -> None:
    text = f"{CRISIS}. " + ("\\" if place == "cut escape" else "x") * MAX_BODY
    body = json.dumps({"client_id": "client-01", "text": text}) if place != "other form" else text
    answer = site.post("/api/messages", content=body, headers=start(site))
    assert answer.status_code == 413 and answer.json()["unstored"] == crisis()


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer forged"}])
def test_a_crisis_with_a_token_that_is_not_valid_is_answered(site: httpx.Client, headers: Headers) -> None:
    answer = post(site, headers, CRISIS)
    assert answer.status_code == 401 and answer.json()["unstored"] == crisis()


def test_a_crisis_in_a_broken_body_is_answered(site: httpx.Client) -> None:
    answer = site.post("/api/messages", content='{"text": "I want to kill my\\u0073elf", "client_id"', headers=start(site))
    assert answer.status_code == 400 and answer.json()["unstored"] == crisis()


@pytest.mark.parametrize(
    ("part", "unstored"), [(b'{"text": "I want to kill myself', True), (b'{"text": "hel', False), (b"", False)]
)
def test_a_body_that_does_not_arrive_is_not_waited_for(narrow: None, site: httpx.Client, part: bytes, unstored: bool) -> None:
    headers = start(site)
    head = f"POST /api/messages HTTP/1.1\r\nHost: a\r\nContent-Length: 90\r\nAuthorization: {headers['Authorization']}\r\n\r\n"
    with socket.create_connection((site.base_url.host, site.base_url.port or 0), timeout=30) as connection:
        connection.sendall(head.encode() + part)
        said = b"".join(iter(lambda: connection.recv(65536), b""))  # until the app closes
    assert said.startswith(b"HTTP/1.1 408 ") and load_clinic().pack.static in json.loads(said.partition(b"\r\n\r\n")[2])["error"]
    assert ("unstored" in json.loads(said.partition(b"\r\n\r\n")[2])) is unstored
