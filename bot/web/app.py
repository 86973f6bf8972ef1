"""The public door: the ASGI app with the conversation API, the chat's frame and the demo page."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from bot.channels import slack, telegram, web
from bot.channels.running import Channels
from bot.clinic.facts import load_clinic
from bot.conversations import service as conversations
from bot.desk.app import create_desk
from bot.desk.slack import SlackDesk
from bot.doctor import examine, refuse_red
from bot.handoff.rounds import SECONDS_BETWEEN, go_round
from bot.handoff.senders import get_sender
from bot.logs import place_of, set_up_logging
from bot.privacy import redaction
from bot.safety.messages import load_messages
from bot.safety.service import get_screen
from bot.settings import get_settings
from bot.topics.approved import load_approved
from bot.topics.service import forget_handled
from bot.turns import UnknownChoice, UnknownConversation
from bot.web import api, hooks, pages
from bot.web.headers import FRAME, OwnOrigin, SecurityHeaders
from bot.web.limits import Limits
from bot.web.stream import Streams

log = logging.getLogger(__name__)

PURGE_EVERY = 600  # seconds
TURNS_AT_ONCE = 40  # turns that may wait for the engine; streams and crises have threads of their own
REFUSED_AT_ONCE = 2  # refused messages screened at once: a flood of them leaves room for the others' turns


def _refuse(request: Request, status: int, text: str, headers: dict[str, str] | None = None) -> Response:
    """Answer a refusal in one sentence, with the crisis texts when the refused message called for them."""
    unstored = getattr(request.state, "unstored", ())
    shown = {"error": text} | ({"unstored": list(unstored)} if unstored else {})
    return JSONResponse(shown, status_code=status, headers=headers)


async def _on_bad_request(request: Request, error: Exception) -> Response:
    return _refuse(request, 400, str(error))


async def _on_not_found(request: Request, error: Exception) -> Response:
    return _refuse(request, 404, str(error))


async def _on_unauthorised(request: Request, error: Exception) -> Response:
    return _refuse(request, 401, str(error), {"WWW-Authenticate": "Bearer"})


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - what it is registered for
    return _refuse(request, error.status_code, error.detail, dict(error.headers or {}))


async def _on_failure(request: Request, error: Exception) -> Response:
    """Answer honestly and keep the reason out of the patient's sight; the log has its kind, not its words."""
    log.error("request failed path=%s error=%s at=%s", request.url.path, type(error).__name__, place_of(error))
    text = f"Something went wrong on our side. Please try again. {load_clinic().pack.static}"
    return _refuse(request, 500, text)


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    await run_sync(redaction.warm_up)
    await run_sync(get_screen)
    await run_sync(load_approved)
    tasks = [asyncio.create_task(_purge_for_ever()), asyncio.create_task(_go_round_for_ever(app))]
    async with app.state.channels.running(app.state.streams.watch):
        yield
    for task in tasks:
        task.cancel()


async def _purge_for_ever() -> None:
    while True:
        try:
            days = load_clinic().retention_days
            count = await run_sync(conversations.purge, days)
            questions = await run_sync(forget_handled, days)
            log.info("purged conversations=%s questions=%s", count, questions)
        except Exception as error:  # the next round may do better; retention must not end with one failure
            log.error("purge failed: %s", type(error).__name__)
        await asyncio.sleep(PURGE_EVERY)


async def _go_round_for_ever(app: Starlette) -> None:
    while True:  # a round lets nothing out that fails in it
        await run_sync(go_round, app.state.sender.send, app.state.streams.announce)
        await asyncio.sleep(SECONDS_BETWEEN)


def create_app() -> Starlette:
    """Build the app; raises SettingsError or ClinicError when it cannot serve, StartError when production must not."""
    settings = get_settings()
    set_up_logging(settings.log_level)
    load_clinic()
    load_messages()
    refuse_red()
    streams = Streams()
    app = Starlette(
        routes=[
            Route("/", pages.demo),
            Route(FRAME, pages.frame),
            Route("/widget.js", pages.loader),
            Route("/theme.css", pages.theme),
            Route("/health", api.health),
            Route("/api/conversations", api.start_conversation, methods=["POST"]),
            Route("/api/messages", api.Messages),
            Route("/api/stream", api.stream_messages),
            Route("/api/conversation", api.erase_conversation, methods=["DELETE"]),
            Route("/api/openapi.json", pages.openapi),
            Route("/api/docs", pages.api_docs),
            Route(telegram.PATH, hooks.telegram, methods=["POST"]),
            Route(slack.PATH, hooks.slack, methods=["POST"]),
            Mount("/static", StaticFiles(directory=pages.STATIC)),
            *create_desk(streams.announce, streams.watch, examine),
        ],
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(ProxyHeadersMiddleware, trusted_hosts=settings.trusted_proxies),
            Middleware(OwnOrigin),
            # not an exception handler, after which the server logs the traceback with the error's text
            Middleware(ExceptionMiddleware, handlers={Exception: _on_failure}),
        ],
        exception_handlers={
            web.BadRequest: _on_bad_request,
            UnknownChoice: _on_not_found,
            web.Unauthorised: _on_unauthorised,
            UnknownConversation: _on_unauthorised,
            HTTPException: _on_http_error,
        },
        lifespan=_lifespan,
    )
    app.router.redirect_slashes = False  # a path is right or it is not there
    app.state.streams = streams
    app.state.channels = Channels(streams.announce)
    if app.state.channels.slack is not None:
        SlackDesk(settings, app.state.channels.slack.app, streams.announce)
    app.state.sender = get_sender()
    app.state.limits = Limits(settings)
    app.state.turns = CapacityLimiter(TURNS_AT_ONCE)
    app.state.refused = CapacityLimiter(REFUSED_AT_ONCE)
    return app
