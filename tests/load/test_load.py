"""The load run in small, against the app with a local server in the engine's place: nothing lost, nothing doubled."""

import asyncio

import httpx

from tests.load.load import load
from tests.web.conftest import site, wide  # noqa: F401


def test_no_message_is_lost_or_doubled(wide: None, site: httpx.Client) -> None:  # noqa: F811
    result = asyncio.run(load(str(site.base_url), streams=20, rate=5, seconds=6))
    assert (result.sent, result.lost, result.doubled, result.unanswered) == (30, 0, 0, 0)
