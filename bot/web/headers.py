"""What protects every answer: security headers, who may frame a page, and which pages may call the API."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.clinic.facts import load_clinic
from bot.settings import get_settings

FRAME = "/chat"  # the one page that a clinic's site may frame
LOADED_BY_SITES = {FRAME, "/widget.js", "/theme.css"}
DESK = "/desk"
_READS_ONLY = {"GET", "HEAD", "OPTIONS"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; require-trusted-types-for 'script'; "
)
_CHAT_POLICY = f"{_POLICY}frame-src 'self'; form-action 'none'; frame-ancestors "
# the one policy is in desk.js: htmx needs it to turn the desk's own HTML into elements
_DESK_POLICY = f"{_POLICY}form-action 'self'; trusted-types default; frame-ancestors 'none'"
_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# a year; the clinic's other hosts are not ours to speak for, so neither includeSubDomains nor preload
_TLS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}


def security_headers(path: str) -> dict[str, str]:
    """Return the headers of every answer at a path."""
    if path == DESK or path.startswith(f"{DESK}/"):
        return _desk_headers(path)
    framed_by = " ".join(("'self'", *load_clinic().sites)) if path == FRAME else "'none'"
    headers = {
        **_EVERYWHERE,
        "Content-Security-Policy": _CHAT_POLICY + framed_by,
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "cross-origin" if path in LOADED_BY_SITES else "same-origin",
    }
    return headers | ({"Cache-Control": "no-store"} if path.startswith("/api/") else {})


def _desk_headers(path: str) -> dict[str, str]:
    """Return the headers of the care desk: nothing of it is kept by a browser, save its scripts and styles."""
    return {
        **_EVERYWHERE,
        "Content-Security-Policy": _DESK_POLICY,
        "Referrer-Policy": "same-origin",  # with no-referrer a browser would not say where a form comes from
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-cache" if path.startswith(f"{DESK}/static/") else "no-store",
    }


class SecurityHeaders:
    """Adds the security headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(security_headers(scope["path"]))
                # the scheme is the browser's by now, as a trusted proxy tells it; a demo may go back to plain HTTP
                if scope["scheme"] == "https" and get_settings().mode == "production":
                    headers.update(_TLS_ONLY)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class OwnOrigin:
    """Refuses what a page of another origin asks the API to change."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on unless it comes from a foreign page."""
        if scope["type"] == "http" and scope["method"] not in _READS_ONLY and _is_foreign(Headers(scope=scope)):
            text = "This page may not use the chat's API. Open the chat on the clinic's own site."
            await JSONResponse({"error": text}, status_code=403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _is_foreign(headers: Headers) -> bool:
    """Compare the page's host with ours; not the scheme, which a TLS proxy changes on the way."""
    origin = headers.get("origin")
    return origin is not None and (urlsplit(origin).netloc or origin) != headers.get("host")
