"""The care desk as routes of the public door: everything under /desk, with its own error pages."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.desk import (
    accounts,
    call_backs,
    canned,
    content,
    figures,
    oidc,
    pages,
    providers,
    questions,
    queue,
    settings_page,
    sign_in,
    stream,
    ticket_verbs,
    tickets,
)
from bot.logs import place_of
from bot.staff.throttle import Throttle

log = logging.getLogger(__name__)

# each room of the desk adds its own: *queue.ROUTES
ROUTES: list[BaseRoute] = [
    Route("/", pages.home),
    *sign_in.ROUTES,
    *oidc.ROUTES,
    *accounts.ROUTES,
    *queue.ROUTES,
    *tickets.ROUTES,
    *ticket_verbs.ROUTES,
    *call_backs.ROUTES,
    *canned.ROUTES,
    *providers.ROUTES,
    *questions.ROUTES,
    *content.ROUTES,
    *figures.ROUTES,
    *settings_page.ROUTES,
    *stream.ROUTES,
    Mount("/static", StaticFiles(directory=pages.STATIC)),
]


async def _on_failure(request: Request, error: Exception) -> Response:
    """Log where it went wrong; not the path, which may hold a one-time link, nor the error's text, which may hold anything."""
    log.error("desk view failed error=%s at=%s", type(error).__name__, place_of(error))
    return pages.on_failure(request)


def create_desk(
    announce: Callable[[str], None],
    watch: Callable[[], AbstractContextManager[asyncio.Event]],
    examine: settings_page.Examine,
) -> list[BaseRoute]:
    """Build the desk.

    `announce(conversation_id)` wakes the patient's stream when a view has stored a message for it; `watch` gives an event
    that is set whenever any conversation is announced; `examine` gives the lines of the doctor.
    """
    desk = Starlette(
        routes=ROUTES,
        # caught here and not raised again: the server would log the traceback with the error's text
        middleware=[Middleware(ExceptionMiddleware, handlers={Exception: _on_failure})],
        exception_handlers={HTTPException: pages.on_http_error},
    )
    desk.router.redirect_slashes = False
    desk.state.announce, desk.state.watch, desk.state.examine = announce, watch, examine
    desk.state.throttle = Throttle()
    desk.state.paths = {f"/desk{route.path}" for route in ROUTES if isinstance(route, Route)}
    return [Route("/desk", pages.home_without_slash), Mount("/desk", desk)]
