"""The API's description: valid, complete, and true of every answer that schemathesis can provoke."""

import httpx
import schemathesis
from hypothesis import HealthCheck, settings

from bot.web.pages import load_openapi
from tests.web.conftest import Headers, post, start

EXAMPLES = 40  # a call


schema = schemathesis.openapi.from_dict(load_openapi())


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_described(case: schemathesis.Case, wide: None, site: httpx.Client) -> None:
    case.call_and_validate(base_url=str(site.base_url), headers=headers_for(case.path, site))


def headers_for(path: str, site: httpx.Client) -> Headers:
    """Return a token of a new conversation; of a deleted one for the stream, which would not end otherwise."""
    headers = start(site)
    if path == "/api/stream":
        site.delete("/api/conversation", headers=headers)
    return headers


def test_the_description_is_served_as_it_stands(site: httpx.Client) -> None:
    assert site.get("/api/openapi.json").json() == load_openapi()


def test_every_call_of_the_app_is_described_and_no_other(site: httpx.Client) -> None:
    for path, calls in load_openapi()["paths"].items():
        allowed = site.request("PATCH", path)
        assert allowed.status_code == 405
        methods = set(allowed.headers["allow"].lower().split(", ")) - {"head"}
        assert methods == set(calls), path


def test_a_message_with_everything_is_as_described(site: httpx.Client) -> None:
    described = load_openapi()["components"]["schemas"]["Message"]
    headers = start(site)
    post(site, headers)
    for message in site.get("/api/messages", headers=headers).json():
        assert set(described["required"]) <= set(message) <= set(described["properties"])


def test_the_plain_page_lists_every_call_without_scripts(site: httpx.Client) -> None:
    page = site.get("/api/docs").text
    assert "<script" not in page and "http:" not in page and "https:" not in page
    for path, calls in load_openapi()["paths"].items():
        assert all(f"{method.upper()} {path}<" in page for method in calls)
