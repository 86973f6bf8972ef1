"""Signing in and out, staying signed in, and joining by a one-time link."""

from typing import Any
from urllib.parse import quote

import segno
from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.clinic.facts import load_clinic
from bot.desk.cookie import clear_token, read_token, set_token
from bot.desk.forms import read_form, text
from bot.desk.guards import needs, open_door, session_of
from bot.desk.pages import render
from bot.handoff import presence
from bot.network import network_of
from bot.settings import get_settings
from bot.staff import codes, invitations, sessions
from bot.staff.members import EVERYONE
from bot.staff.service import Invalid
from bot.staff.throttle import TooManyTries

HOME = "/desk/"
_hashing = CapacityLimiter(2)  # each password hash takes 64 MB for a moment


@open_door
async def show_sign_in(request: Request) -> Response:
    """Show the form; a browser that is signed in is led on."""
    if await run_sync(sessions.find_session, read_token(request), False):
        return RedirectResponse(page_after(request.query_params.get("next", "")), 303)
    if request.headers.get("sec-fetch-site") == "cross-site" and "next" in request.query_params:
        # a link in an alert leaves the strict cookie behind; the same page asked for by our own page brings it
        return render(request, "sign_in_again.html", next=page_after(request.query_params["next"]))
    return _sign_in_page(request)


def _sign_in_page(request: Request, status: int = 200, **more: Any) -> Response:
    asked = page_after(more.pop("next", request.query_params.get("next", "")))
    was_idle = "idle" in request.query_params
    return render(
        request, "sign_in.html", status, next=asked, was_idle=was_idle, has_oidc=bool(get_settings().oidc_issuer), **more
    )


def page_after(path: str) -> str:
    """Return the page of the desk that was asked for; home if it is anything else."""
    return quote(path, safe="/?=&%") if path.startswith(HOME) else HOME


@open_door
async def sign_in(request: Request) -> Response:
    """Check email, password and code, and open a session with a new cookie."""
    form = await read_form(request)
    email, address = text(form, "email"), network_of(request)
    throttle = request.app.state.throttle
    try:
        throttle.count(email, address)
        password, code = text(form, "password")[:1000], text(form, "code")[:20]
        token = await run_sync(sessions.sign_in, email, password, code, address, limiter=_hashing)
    except (sessions.Refused, TooManyTries) as error:
        status = 429 if isinstance(error, TooManyTries) else 422
        return _sign_in_page(request, status, errors={"password": str(error)}, email=email[:254], next=text(form, "next"))
    throttle.note_success(email, address)
    return await enter(request, token, page_after(text(form, "next")))


async def enter(request: Request, token: str, path: str) -> Response:
    """Lead on with a new session's cookie; the session of the cookie that came along ends."""
    await _end(request)
    response = RedirectResponse(path, 303)
    set_token(request, response, token)
    return response


async def _end(request: Request) -> None:
    before = await run_sync(sessions.find_session, read_token(request), False)
    if before:
        await run_sync(sessions.sign_out, before)
        await run_sync(presence.leave, before.member.id)


@needs(*EVERYONE)
async def sign_out(request: Request) -> Response:
    """End the session."""
    await _end(request)
    response = RedirectResponse("/desk/sign-in", 303)
    clear_token(request, response)
    return response


@needs(*EVERYONE)
async def seconds_left(request: Request) -> Response:
    """Tell how long the session lasts; a POST says that a person is there, and makes it last again."""
    return JSONResponse({"seconds": session_of(request).seconds_left})


@open_door
async def show_join(request: Request) -> Response:
    """Show what a one-time link offers, with a fresh key for the authenticator app."""
    return _join_page(request, await run_sync(invitations.open_link, request.path_params["token"]))


def _join_page(request: Request, offer: invitations.Offer | None, status: int = 200, **more: Any) -> Response:
    if offer is None:
        return render(request, "join_over.html", 410)
    who = offer.member.email if offer.member else str(offer.role)
    link = codes.app_link(offer.code_secret, who, load_clinic().name)
    picture = segno.make_qr(link).svg_inline(svgclass=None, lineclass=None, omitsize=True)
    return render(request, "join.html", status, **{"offer": offer, "picture": picture, "typed": {}, **more})


@open_door
async def join(request: Request) -> Response:
    """Make the account, or give it its new password and key, and sign the person in."""
    form, token = await read_form(request), request.path_params["token"]
    typed = {name: text(form, name)[:300] for name in ("email", "name", "title")}
    wish = invitations.Wish(text(form, "password")[:1000], text(form, "code")[:20], **typed)
    try:
        session_token = await run_sync(invitations.join, token, wish, limiter=_hashing)
    except Invalid as error:
        offer = await run_sync(invitations.find_offer, token)
        return _join_page(request, offer, 422, errors=error.fields, typed=typed)
    if session_token is None:
        return _join_page(request, None)
    if signed_in := await run_sync(sessions.find_session, session_token, False):
        request.app.state.throttle.note_success(signed_in.member.email, network_of(request))  # a new link ends the wait
    return await enter(request, session_token, HOME)


ROUTES = [
    Route("/sign-in", show_sign_in),
    Route("/sign-in", sign_in, methods=["POST"]),
    Route("/sign-out", sign_out, methods=["POST"]),
    Route("/here", seconds_left, methods=["GET", "POST"]),
    Route("/join/{token}", show_join),
    Route("/join/{token}", join, methods=["POST"]),
]
