"""Who may enter: every view of the desk declares its roles with `needs`, or is an `open_door`."""

from collections.abc import Awaitable, Callable
from functools import wraps
from secrets import compare_digest
from typing import Protocol
from urllib.parse import quote, urlsplit

from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.desk.cookie import check_transport, read_token
from bot.desk.forms import read_form
from bot.staff.members import Member, Role
from bot.staff.sessions import SignedIn, find_session

READS_ONLY = {"GET", "HEAD"}
SIGN_IN = "/desk/sign-in"
FOREIGN = "This page was opened from another site, or its form is too old. Open the care desk again and repeat."
View = Callable[[Request], Awaitable[Response]]


class Guarded(Protocol):
    """A view that says who may enter; no roles means everybody, signed in or not."""

    roles: frozenset[Role]

    def __call__(self, request: Request) -> Awaitable[Response]:
        """Answer a request."""


def needs(*roles: Role) -> Callable[[View], Guarded]:
    """Let only signed-in staff with one of the roles into a view; what changes something also needs the form's token."""

    def decorate(view: View) -> Guarded:
        async def guarded(request: Request) -> Response:
            is_change = _check_connection(request)
            signed_in = await run_sync(find_session, read_token(request), is_change or _is_page(request))
            if signed_in is None:
                return _to_sign_in(request)
            request.state.signed_in = signed_in
            if is_change:
                await _check_token(request, signed_in)
            if signed_in.member.role not in roles:
                raise HTTPException(403, "Your role does not open this page. Ask an admin if you need it.")
            return await view(request)

        return _guard(view, guarded, frozenset(roles))

    return decorate


def open_door(view: View) -> Guarded:
    """Let everybody into a view; what changes something must come from our own pages."""

    async def guarded(request: Request) -> Response:
        _check_connection(request)
        return await view(request)

    return _guard(view, guarded, frozenset())


def _guard(view: View, guarded: View, roles: frozenset[Role]) -> Guarded:
    @wraps(view)
    async def closing(request: Request) -> Response:
        try:
            return await guarded(request)
        finally:
            await request.close()  # the files that a form brought

    closing.roles = roles  # type: ignore[attr-defined]  # for the test that walks over every route
    return closing  # type: ignore[return-value]


def session_of(request: Request) -> SignedIn:
    """Return the session of a guarded view's request."""
    signed_in: SignedIn = request.state.signed_in
    return signed_in


def member_of(request: Request) -> Member:
    """Return who is signed in, within a guarded view."""
    return session_of(request).member


async def is_still_signed_in(request: Request) -> bool:
    """Tell whether the session of a guarded view still lives, without keeping it alive; for streams."""
    return await run_sync(find_session, read_token(request), False) is not None


def _is_page(request: Request) -> bool:
    """Tell whether a person opened a page: browsers ask for HTML then; scripts and streams do not, and htmx says its name."""
    return "text/html" in request.headers.get("accept", "") and "hx-request" not in request.headers


def _to_sign_in(request: Request) -> Response:
    if not _is_page(request):
        shown = urlsplit(request.headers.get("hx-current-url", "")).path  # the page whose session has ended
        return Response(status_code=401, headers={"HX-Redirect": f"{SIGN_IN}?idle=1&next={quote(shown)}"})
    if request.method not in READS_ONLY:
        return RedirectResponse(SIGN_IN, 303)
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"{SIGN_IN}?next={quote(asked)}", 303)


def _check_connection(request: Request) -> bool:
    """Refuse an unsafe connection, and a change that another site's page sends; tell whether it is a change."""
    check_transport(request)
    if request.method in READS_ONLY:
        return False
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin", "")
    # without the first, the host of the second; not its scheme, which a TLS proxy changes on the way
    is_ours = site == "same-origin" if site else urlsplit(origin).netloc == request.headers.get("host")
    if not is_ours:
        raise HTTPException(403, FOREIGN)
    return True


async def _check_token(request: Request, signed_in: SignedIn) -> None:
    token = request.headers.get("x-csrf-token") or str((await read_form(request)).get("csrf", ""))
    if not compare_digest(token.encode(), signed_in.csrf_token.encode()):
        raise HTTPException(403, FOREIGN)
