"""The desk's stream: it says only that something has changed; the page then fetches what it shows."""

import asyncio
import time
from collections.abc import AsyncIterator

from anyio.to_thread import run_sync
from sse_starlette import EventSourceResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.desk.guards import is_still_signed_in, needs
from bot.handoff import queue
from bot.staff.members import CARE

POLL_SECONDS = 1.0  # what another worker changed is found by looking
PAUSE_SECONDS = 0.1  # between two looks, however much happens
CHECK_SECONDS = 15.0  # that the session still lives


@needs(*CARE)
async def follow_changes(request: Request) -> Response:
    """Send a nudge each time something at the desk has changed, until the session ends."""
    if "text/event-stream" not in request.headers.get("accept", ""):
        raise HTTPException(406, "This is no page: the pages of the desk listen here.")

    async def nudges() -> AsyncIterator[dict[str, str]]:
        seen, checked_at = None, time.monotonic()
        with request.app.state.watch() as announced:
            while True:
                announced.clear()
                if (revision := await run_sync(queue.revision)) != seen:
                    seen = revision
                    yield {"event": "change", "data": ""}
                if time.monotonic() - checked_at > CHECK_SECONDS:
                    if not await is_still_signed_in(request):
                        return
                    checked_at = time.monotonic()
                await asyncio.sleep(PAUSE_SECONDS)
                await _wait(announced)

    return EventSourceResponse(nudges(), ping=15, headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"})


async def _wait(announced: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(announced.wait(), POLL_SECONDS)
    except TimeoutError:
        return


ROUTES = [Route("/stream", follow_changes)]
