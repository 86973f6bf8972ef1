"""The stream: what was missed, then what is new."""

import json
from typing import Any

import httpx

from tests.web.conftest import post, start


def events(response: httpx.Response, count: int) -> list[tuple[int, dict[str, Any]]]:
    """Return the first events of a stream, as (id, data)."""
    found: list[tuple[int, dict[str, Any]]] = []
    fields: dict[str, str] = {}
    for line in response.iter_lines():
        name, _, value = line.partition(": ")
        if not line and "data" in fields:
            assert fields["event"] == "message"
            found.append((int(fields["id"]), json.loads(fields["data"])))
            fields = {}
        fields[name] = value
        if len(found) == count:
            break
    return found


def test_a_stream_gives_what_was_missed_and_then_what_is_new(site: httpx.Client) -> None:
    headers = start(site)
    post(site, headers)
    with site.stream("GET", "/api/stream", headers=headers | {"Last-Event-ID": "2"}) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert [(seq, data["text"]) for seq, data in events(stream, 1)] == [(3, "An approved answer.")]
    with site.stream("GET", "/api/stream", params={"after": 3}, headers=headers) as stream:
        post(site, headers, "what is DBT", "client-02")
        assert [(seq, data["from"]) for seq, data in events(stream, 2)] == [(4, "patient"), (5, "assistant")]


def test_where_the_stream_broke_off_counts_more_than_where_it_began(site: httpx.Client) -> None:
    headers = start(site)
    post(site, headers)
    with site.stream("GET", "/api/stream", params={"after": 0}, headers=headers | {"Last-Event-ID": "2"}) as stream:
        assert events(stream, 1)[0][0] == 3
