"""The stream: what was missed, then what is new; when it ends."""

from contextlib import ExitStack
from itertools import islice

import httpx

from bot.settings import get_settings
from bot.web.stream import MAX_STREAMS
from tests.stubs.engine import ANSWER
from tests.web.conftest import events, post, signed_seconds_ago, start


def test_a_stream_gives_what_was_missed_and_then_what_is_new(site: httpx.Client) -> None:
    headers = start(site)
    post(site, headers)
    with site.stream("GET", "/api/stream", headers=headers | {"Last-Event-ID": "2"}) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert [(seq, data["text"]) for seq, data in islice(events(stream), 1)] == [(3, ANSWER)]
    with site.stream("GET", "/api/stream", params={"after": 3}, headers=headers) as stream:
        post(site, headers, "what is DBT", "client-02")
        assert [(seq, data["from"]) for seq, data in islice(events(stream), 2)] == [(4, "patient"), (5, "assistant")]


def test_where_the_stream_broke_off_counts_more_than_where_it_began(site: httpx.Client) -> None:
    headers = start(site)
    post(site, headers)
    with site.stream("GET", "/api/stream", params={"after": 0}, headers=headers | {"Last-Event-ID": "2"}) as stream:
        assert next(events(stream))[0] == 3


def test_a_stream_ends_when_the_conversation_is_erased(site: httpx.Client) -> None:
    headers = start(site)
    with site.stream("GET", "/api/stream", headers=headers) as stream:
        messages = events(stream)
        assert next(messages)[0] == 1
        site.delete("/api/conversation", headers=headers)
        assert list(messages) == []


def test_a_stream_ends_with_its_token(site: httpx.Client) -> None:
    headers = signed_seconds_ago(start(site), get_settings().token_days * 86_400 - 1)
    with site.stream("GET", "/api/stream", headers=headers) as stream:
        assert [seq for seq, _ in events(stream)] == [1]
    assert site.get("/api/stream", headers=headers).status_code == 401


def test_the_oldest_stream_of_a_conversation_makes_room_for_one_too_many(site: httpx.Client) -> None:
    headers = start(site)
    with ExitStack() as stack:
        streams = []
        for _ in range(MAX_STREAMS + 1):
            streams.append(events(stack.enter_context(site.stream("GET", "/api/stream", headers=headers))))
            assert next(streams[-1])[0] == 1
        assert list(streams[0]) == []
        post(site, headers)
        for stream in streams[1:]:
            assert [seq for seq, _ in islice(stream, 2)] == [2, 3]
