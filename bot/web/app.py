"""The public door: the ASGI app with the conversation API and the demo page."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from anyio.to_thread import run_sync
from sse_starlette import EventSourceResponse
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels import web
from bot.clinic import load_clinic
from bot.conversations import service as conversations
from bot.engine import get_engine
from bot.logs import set_up_logging
from bot.privacy import redaction
from bot.settings import get_settings
from bot.topics.catalogue import load_catalogue
from bot.turns import UnknownChoice, UnknownConversation, take
from bot.web.stream import Streams

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
MAX_BODY = 100_000  # bytes; a text is screened whole and answered up to bot.turns.MAX_CHARACTERS
PURGE_EVERY = 6 * 3600  # seconds
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
templates = Jinja2Templates(HERE / "templates")


async def page(request: Request) -> Response:
    """Serve the demo page with the chat."""
    clinic = load_clinic()
    return templates.TemplateResponse(request, "index.html", {"clinic": clinic, "pack": clinic.pack})


async def health(request: Request) -> Response:
    """Tell whether the app and the engine are up."""
    engine = await run_sync(get_engine().is_healthy)
    return JSONResponse({"app": True, "engine": engine}, status_code=200 if engine else 503)


async def start_conversation(request: Request) -> Response:
    """Open a conversation, greet, and return its token."""

    def start() -> str:
        conversation_id = conversations.start(web.CHANNEL)
        conversations.say(conversation_id, [web.greeting()])
        return conversation_id

    return JSONResponse({"token": web.issue_token(await run_sync(start))}, status_code=201)


async def post_message(request: Request) -> Response:
    """Take one turn with a patient's text or choice."""
    # the turn itself looks the conversation up, after it has screened the text
    conversation_id = web.read_token(request.headers.get("authorization"))
    inbound = web.to_inbound(conversation_id, await _body(request))
    outcome = await run_sync(take, inbound, request.app.state.streams.announce)
    shown: dict[str, Any] = {"seq": outcome.seq, "erased": outcome.erased, "unstored": list(outcome.unstored)}
    return JSONResponse(shown, status_code=202)


async def get_messages(request: Request) -> Response:
    """Return the stored messages after a sequence number."""
    conversation_id = await _conversation(request)
    entries = await run_sync(conversations.history, conversation_id, _after(request.query_params.get("after")))
    return JSONResponse([web.to_json(entry) for entry in entries])


async def stream_messages(request: Request) -> Response:
    """Send the messages after Last-Event-ID (or `after`), then every new one, as server-sent events."""
    conversation_id = await _conversation(request)
    after = _after(request.headers.get("last-event-id") or request.query_params.get("after"))

    async def events() -> AsyncIterator[dict[str, Any]]:
        async for entry in request.app.state.streams.follow(conversation_id, after):
            yield {"event": "message", "id": str(entry.seq), "data": json.dumps(web.to_json(entry))}

    return EventSourceResponse(events(), ping=15, headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"})


async def erase_conversation(request: Request) -> Response:
    """Delete the conversation and everything in it."""
    conversation_id = await _conversation(request)
    await run_sync(conversations.erase, conversation_id)
    request.app.state.streams.announce(conversation_id)
    return Response(status_code=204)


async def _conversation(request: Request) -> str:
    conversation_id = web.read_token(request.headers.get("authorization"))
    if not await run_sync(conversations.exists, conversation_id):
        raise web.Unauthorised("This chat has been deleted. Start a new one.")
    return conversation_id


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise HTTPException(413, f"The message is too long: at most {MAX_BODY} bytes.")
    return body


def _after(value: str | None) -> int:
    if value is None:
        return 0
    if not value.isascii() or not value.isdigit() or len(value) > 12:
        raise web.BadRequest("after: send the sequence number of the last message you have.")
    return int(value)


async def _on_bad_request(request: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status_code=400)


async def _on_unauthorised(request: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status_code=401)


async def _on_http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return JSONResponse(
        {"error": getattr(error, "detail", "The request failed.")}, status_code=status, headers=getattr(error, "headers", None)
    )


async def _on_failure(request: Request, error: Exception) -> Response:
    """Answer honestly and keep the reason out of the patient's sight; the log has its kind, not its words."""
    log.error("request failed path=%s error=%s", request.url.path, type(error).__name__)
    text = f"Something went wrong on our side. Please try again. {load_clinic().pack.static}"
    return JSONResponse({"error": text}, status_code=500, headers=_HEADERS)


class _Headers:
    """Adds the security headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                if scope["path"].startswith("/api/"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    await run_sync(redaction.warm_up)
    await run_sync(load_catalogue)
    purging = asyncio.create_task(_purge_for_ever())
    yield
    purging.cancel()


async def _purge_for_ever() -> None:
    while True:
        try:
            count = await run_sync(conversations.purge, load_clinic().retention_days)
            log.info("purged conversations=%s", count)
        except Exception as error:  # the next round may do better; retention must not end with one failure
            log.error("purge failed: %s", type(error).__name__)
        await asyncio.sleep(PURGE_EVERY)


def create_app() -> Starlette:
    """Build the app; raises SettingsError or ClinicError when it cannot serve."""
    set_up_logging(get_settings().log_level)
    load_clinic()
    app = Starlette(
        routes=[
            Route("/", page),
            Route("/health", health),
            Route("/api/conversations", start_conversation, methods=["POST"]),
            Route("/api/messages", post_message, methods=["POST"]),
            Route("/api/messages", get_messages),
            Route("/api/stream", stream_messages),
            Route("/api/conversation", erase_conversation, methods=["DELETE"]),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        middleware=[Middleware(_Headers)],
        exception_handlers={
            web.BadRequest: _on_bad_request,
            UnknownChoice: _on_bad_request,
            web.Unauthorised: _on_unauthorised,
            UnknownConversation: _on_unauthorised,
            HTTPException: _on_http_error,
            Exception: _on_failure,
        },
        lifespan=_lifespan,
    )
    app.state.streams = Streams()
    return app
