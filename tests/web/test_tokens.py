"""Tokens over the public door: bound to one conversation, signed by this clinic, expiring, worth nothing after erasure."""

from collections.abc import Callable

import httpx
import pytest

from bot.channels.web import issue_token
from bot.settings import get_settings
from tests.web.conftest import Headers, crisis, post, signed_seconds_ago, start, texts

DAY = 86_400


def statuses(site: httpx.Client, headers: Headers) -> set[int]:
    """Try every call that takes a token."""
    answers = [site.get("/api/messages", headers=headers), post(site, headers), site.delete("/api/conversation", headers=headers)]
    with site.stream("GET", "/api/stream", headers=headers) as stream:
        return {stream.status_code, *(answer.status_code for answer in answers)}


def bearer(token: str) -> Headers:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("consent", [True, False])
def test_a_token_expires_to_the_second(site: httpx.Client, consent: bool) -> None:
    headers = start(site, consent)
    days = get_settings().token_days
    assert statuses(site, signed_seconds_ago(headers, days * DAY + 2)) == {401}
    assert site.get("/api/messages", headers=signed_seconds_ago(headers, days * DAY - 60)).status_code == 200


def test_a_token_of_another_secret_is_refused(site: httpx.Client, configure: Callable[..., None]) -> None:
    stored, unstored = start(site), start(site, consent=False)
    configure(secret="a secret of another clinic " * 2)
    assert statuses(site, stored) | statuses(site, unstored) == {401}


@pytest.mark.parametrize("consent", [True, False])
def test_a_token_is_worth_nothing_after_erasure(site: httpx.Client, consent: bool) -> None:
    headers = start(site, consent)
    post(site, headers)
    site.delete("/api/conversation", headers=headers)
    assert statuses(site, headers) == {401}
    assert post(site, headers, "I want to kill myself").json()["unstored"] == crisis()


def test_parts_of_two_tokens_open_neither_conversation(site: httpx.Client) -> None:
    mine, other = (start(site)["Authorization"].removeprefix("Bearer ").split(".") for _ in range(2))
    for swapped in ([other[0], *mine[1:]], [*other[:2], mine[2]]):
        assert statuses(site, bearer(".".join(swapped))) == {401}


@pytest.mark.parametrize(
    "made", [".", "..", "a.b.c", "~", "null", "eyJhbGciOiJub25lIn0.e30.", "\u00e9".encode().decode("latin-1"), "x" * 9000]
)
def test_a_forged_token_is_refused(site: httpx.Client, made: str) -> None:
    headers = {"Authorization": f"Bearer {made}".encode("latin-1")}
    assert site.get("/api/messages", headers=headers).status_code == 401


@pytest.mark.parametrize("conversation", ["~", "~guessed", "guessed", ""])
def test_a_token_for_a_conversation_that_never_was_gives_nothing(site: httpx.Client, conversation: str) -> None:
    assert statuses(site, bearer(issue_token(conversation))) == {401}


def test_a_conversation_in_memory_is_as_closed_to_others_as_a_stored_one(site: httpx.Client) -> None:
    mine, other = start(site, consent=False), start(site, consent=False)
    post(site, mine, "my private question")
    site.delete("/api/conversation", headers=other)
    assert "my private question" in texts(site, mine)
