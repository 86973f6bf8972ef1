"""What the public door refuses, and how it fails: by name, honestly, without repeating what was sent."""

import asyncio
import json
import re
from collections.abc import Callable

import httpx
import pytest

from bot.clinic.facts import load_clinic
from bot.web.app import create_app
from bot.web.limits import MAX_BODY
from tests.web.conftest import Headers, crisis, post, start, texts


def test_a_conversation_is_never_readable_with_the_token_of_another(site: httpx.Client) -> None:
    mine, other = start(site), start(site)
    post(site, mine, "my private question")
    body = {"client_id": "client-01", "choice": {"message": 3, "index": 0}}
    assert len(texts(site, other)) == 1
    assert site.post("/api/messages", json=body, headers=other).status_code == 404
    site.delete("/api/conversation", headers=other)
    assert "my private question" in texts(site, mine)


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/api/messages"), ("GET", "/api/messages"), ("GET", "/api/stream"), ("DELETE", "/api/conversation")],
)
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer forged.token.here"}])
def test_without_a_valid_token_nothing_is_given(site: httpx.Client, method: str, path: str, headers: Headers) -> None:
    response = site.request(method, path, headers=headers)
    assert response.status_code == 401 and "token" in response.json()["error"]


@pytest.mark.parametrize("after", ["-1", "one", "1.5", "1" * 13, "\u0663"])
def test_a_sequence_number_that_is_none_is_refused(site: httpx.Client, after: str) -> None:
    headers = start(site)
    for path in ("/api/messages", "/api/stream"):
        response = site.get(path, params={"after": after}, headers=headers)
        assert (response.status_code, response.json()["error"][:6]) == (400, "after:")


def test_a_bad_body_is_refused_by_field_and_not_repeated(site: httpx.Client) -> None:
    headers = start(site)
    response = site.post("/api/messages", json={"client_id": "client-01", "text": ["hedgehog"]}, headers=headers)
    assert response.status_code == 400 and response.json()["error"].startswith("text: ")
    assert "hedgehog" not in response.text
    button = site.post("/api/messages", json={"client_id": "client-01", "choice": {"message": 1, "index": 9}}, headers=headers)
    assert button.status_code == 404 and "button" in button.json()["error"]
    assert len(texts(site, headers)) == 1


def test_a_body_over_the_limit_is_refused_and_one_at_the_limit_is_not(site: httpx.Client) -> None:
    headers = start(site)
    frame = len(json.dumps({"client_id": "client-01", "text": ""}))
    for size, status in ((MAX_BODY + 1, 413), (MAX_BODY, 202)):
        content = json.dumps({"client_id": "client-01", "text": "x" * (size - frame)})
        assert site.post("/api/messages", content=content, headers=headers).status_code == status


@pytest.mark.parametrize("path", ["/", "/health", "/api/messages", "/static/chat.js", "/nowhere"])
def test_every_response_has_the_protective_headers(site: httpx.Client, path: str) -> None:
    headers = site.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"] and "unsafe" not in headers["content-security-policy"]
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")


def test_a_failure_is_told_honestly_with_whom_to_call_and_without_its_reason(
    site: httpx.Client, broken_database: Callable[[], None]
) -> None:
    headers = start(site)
    broken_database()
    response = post(site, headers)
    assert response.status_code == 500 and load_clinic().pack.static in response.json()["error"]
    assert "sqlite" not in response.text.lower()


def test_a_failure_is_not_raised_to_the_server_which_would_log_its_text(
    broken_database: Callable[[], None], capfd: pytest.CaptureFixture[str]
) -> None:
    app = create_app()
    broken_database()

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)  # raises what the app raises
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.post("/api/conversations", json={"consent": True})

    assert asyncio.run(ask()).status_code == 500
    said = capfd.readouterr().err
    assert re.search(r" request failed path=/api/conversations error=OperationalError at=\S+/bot/\S+\.py:\d+\n", said)
    assert "Traceback" not in said


def test_a_crisis_gets_its_texts_while_the_database_is_down(site: httpx.Client, broken_database: Callable[[], None]) -> None:
    headers = start(site)
    broken_database()
    assert post(site, headers, "I want to kill myself").json().get("unstored") == crisis()
