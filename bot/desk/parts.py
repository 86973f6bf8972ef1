"""Parts of a page that are fetched again after a nudge, and sent only when they look different."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.desk.pages import render


@dataclass(frozen=True)
class Part:
    """A rendered part, and its version: another one when it looks different."""

    html: Markup
    version: str


def render_part(request: Request, template: str, **context: Any) -> Part:
    """Render a part from its template, which escapes what people wrote."""
    html = bytes(render(request, template, **context).body).decode()
    return Part(Markup(html), sha256(html.encode()).hexdigest()[:16])  # noqa: S704


def nothing_new() -> Response:
    """Tell htmx to leave the page as it is."""
    return Response(status_code=204)


def done(request: Request, path: str) -> Response:
    """Answer a form that was carried out: to htmx, which then looks for changes, or to a plain form by a page."""
    return Response(status_code=204) if "hx-request" in request.headers else RedirectResponse(path, 303)
