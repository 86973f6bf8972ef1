"""The conversation API: start, say, read, follow, delete."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from sse_starlette import EventSourceResponse
from starlette.endpoints import HTTPEndpoint
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.channels import web
from bot.conversations import service as conversations
from bot.engine import get_engine
from bot.safety.protocol import crisis_texts, is_crisis
from bot.safety.service import screen
from bot.turns import GONE, Inbound, erase, start, take
from bot.web.limits import read_body


async def health(request: Request) -> Response:
    """Tell whether the app and the engine are up."""
    engine = await run_sync(get_engine().is_healthy)
    return JSONResponse({"app": True, "engine": engine}, status_code=200 if engine else 503)


async def start_conversation(request: Request) -> Response:
    """Open a conversation, stored only with the patient's consent, greet, and return its token."""
    request.app.state.limits.count_conversation(request)
    body, refusal = await read_body(request)
    if refusal:
        raise refusal
    wish = web.to_wish(body)

    def open_chat() -> str:
        conversation_id = start(web.CHANNEL, wish.consent, wish.language)
        conversations.say(conversation_id, [web.greeting()])
        return conversation_id

    token = web.issue_token(await run_sync(open_chat))
    return JSONResponse({"token": token, "stored": wish.consent}, status_code=201)


class Messages(HTTPEndpoint):
    """What is said: by the patient (POST), and so far (GET)."""

    async def post(self, request: Request) -> Response:
        """Take one turn; a refused message that sounds like a crisis gets the crisis texts with the refusal.

        Above a limit it is taken all the same, so that the staff hear of it, unless there are too many of those too.
        """
        body, refusal = await read_body(request)
        try:
            if refusal:
                raise refusal
            return await self._take(request, body)
        except (HTTPException, web.BadRequest, web.Unauthorised) as error:
            request.state.unstored = await run_sync(_crisis_texts, body, limiter=request.app.state.refused)
            if request.state.unstored and getattr(error, "status_code", None) == 429:
                return await self._take_above_limit(request, body)
            raise

    async def _take(self, request: Request, body: bytes) -> Response:
        state = request.app.state
        state.limits.count_address(request)
        inbound = _inbound(request, body)
        state.limits.count_message(inbound.conversation_id)
        lane = state.turns
        if not lane.available_tokens and await run_sync(_sounds_like_crisis, inbound.text, limiter=state.refused):
            lane = None  # a crisis does not queue behind turns that wait for the engine
        return await self._turn(request, inbound, lane)

    async def _take_above_limit(self, request: Request, body: bytes) -> Response:
        """Take a crisis that the limits refused, else answer it without a turn: nobody in a crisis is told to wait."""
        with suppress(web.BadRequest, web.Unauthorised):
            inbound = _inbound(request, body)
            if request.app.state.limits.admits_crisis(inbound.conversation_id):
                return await self._turn(request, inbound, None)
        return _accepted(None, False, request.state.unstored)

    async def _turn(self, request: Request, inbound: Inbound, lane: CapacityLimiter | None) -> Response:
        outcome = await run_sync(take, inbound, request.app.state.streams.announce, limiter=lane)
        return _accepted(outcome.seq, outcome.erased, outcome.unstored)

    async def get(self, request: Request) -> Response:
        """Return the messages after a sequence number."""
        conversation_id = await _conversation(request)
        entries = await run_sync(conversations.history, conversation_id, _after(request))
        return JSONResponse([web.to_json(entry) for entry in entries])


def _inbound(request: Request, body: bytes) -> Inbound:
    # the turn itself looks the conversation up, after it has screened the text
    return web.to_inbound(web.read_token(request.headers.get("authorization")), body)


def _accepted(seq: int | None, erased: bool, unstored: tuple[str, ...]) -> Response:
    return JSONResponse({"seq": seq, "erased": erased, "unstored": list(unstored)}, status_code=202)


def _sounds_like_crisis(text: str) -> bool:
    return is_crisis(screen(text))


def _crisis_texts(body: bytes) -> tuple[str, ...]:
    """Return what a crisis in a refused message is answered with; nothing when there is none."""
    risk = screen(web.find_text(body))
    return crisis_texts(risk) if is_crisis(risk) else ()


async def stream_messages(request: Request) -> Response:
    """Send the messages after Last-Event-ID (or `after`), then every new one, as server-sent events."""
    conversation_id = await _conversation(request)
    after = _after(request, request.headers.get("last-event-id"))
    ends_at = time.monotonic() + web.seconds_left(request.headers.get("authorization"))

    async def events() -> AsyncIterator[dict[str, Any]]:
        async for entry in request.app.state.streams.follow(conversation_id, after, ends_at):
            yield {"event": "message", "id": str(entry.seq), "data": json.dumps(web.to_json(entry))}

    return EventSourceResponse(events(), ping=15, headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"})


async def erase_conversation(request: Request) -> Response:
    """Delete the conversation and everything in it."""
    conversation_id = await _conversation(request)
    await run_sync(erase, conversation_id)
    request.app.state.streams.announce(conversation_id)
    return Response(status_code=204)


async def _conversation(request: Request) -> str:
    conversation_id = web.read_token(request.headers.get("authorization"))
    if not await run_sync(conversations.exists, conversation_id):
        raise web.Unauthorised(GONE)
    return conversation_id


def _after(request: Request, last_event_id: str | None = None) -> int:
    """Return the sequence number after which messages are wanted."""
    if set(request.query_params) - {"after"}:
        raise web.BadRequest("the query: only after is known.")
    value = last_event_id or request.query_params.get("after", "0")
    if not value.isascii() or not value.isdigit() or len(value) > 12:
        raise web.BadRequest("after: send the sequence number of the last message you have.")
    return int(value)
