"""Pages of accounts: one's own, everybody's for admins, and the audit trail."""

from typing import Any

from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.desk.forms import read_form, text
from bot.desk.guards import member_of, needs
from bot.desk.pages import render
from bot.settings import get_settings
from bot.staff import invitations, service
from bot.staff.audit import trail
from bot.staff.members import ADMINS, EVERYONE, OVERSIGHT, Role

PAGE = 50  # rows of the trail


@needs(*EVERYONE)
async def own_account(request: Request) -> Response:
    """Show who is signed in."""
    return render(request, "account.html")


@needs(*ADMINS)
async def show_accounts(request: Request) -> Response:
    """List the accounts, and the one-time links that still work."""
    return await _accounts_page(request)


async def _accounts_page(request: Request, status: int = 200, **more: Any) -> Response:
    people, links = await run_sync(service.members), await run_sync(invitations.open_links)
    return render(request, "accounts.html", status, people=people, links=links, roles=list(Role), **more)


@needs(*ADMINS)
async def invite(request: Request) -> Response:
    """Make a one-time link to a new account and show it once."""
    role = _role(text(await read_form(request), "role"))
    path = await run_sync(invitations.invite, member_of(request), role)
    return await _accounts_page(request, link=_url(request, path), link_for=f"a new {role}")


@needs(*ADMINS)
async def withdraw(request: Request) -> Response:
    """End a one-time link."""
    number = text(await read_form(request), "link")
    return await _change(request, invitations.withdraw, int(number) if number.isdecimal() and len(number) < 10 else 0)


@needs(*ADMINS)
async def reset(request: Request) -> Response:
    """End a password, a key and their sessions, and show the one-time link to new ones."""
    email = text(await read_form(request), "email")
    try:
        path = await run_sync(invitations.reset, member_of(request), email)
    except service.Invalid as error:
        return await _accounts_page(request, 422, errors=error.fields)
    return await _accounts_page(request, link=_url(request, path), link_for=email)


@needs(*ADMINS)
async def change_role(request: Request) -> Response:
    """Give an account another role."""
    form = await read_form(request)
    return await _change(request, service.change_role, text(form, "email"), _role(text(form, "role")))


@needs(*ADMINS)
async def deactivate(request: Request) -> Response:
    """Close an account."""
    return await _change(request, service.deactivate, text(await read_form(request), "email"))


async def _change(request: Request, verb: Any, *args: Any) -> Response:
    try:
        await run_sync(verb, member_of(request), *args)
    except service.Invalid as error:
        return await _accounts_page(request, 422, errors=error.fields)
    return RedirectResponse("/desk/accounts", 303)


def _role(name: str) -> Role:
    try:
        return Role(name)
    except ValueError:
        raise HTTPException(400, "Choose one of the roles.") from None


def _url(request: Request, path: str) -> str:
    return (get_settings().public_url or f"{request.url.scheme}://{request.url.netloc}") + path


@needs(*OVERSIGHT)
async def show_trail(request: Request) -> Response:
    """Show the audit trail, the newest first."""
    asked = {name: text(request.query_params, name)[:80] for name in ("action", "name", "subject")}
    before = request.query_params.get("before", "")
    rows = await run_sync(lambda: trail(int(before) if before.isdecimal() and len(before) < 12 else None, **asked, count=PAGE))
    older = rows[-1].id if len(rows) == PAGE else None
    return render(request, "audit.html", rows=rows, older=older, asked=asked)


ROUTES = [
    Route("/account", own_account),
    Route("/accounts", show_accounts),
    Route("/accounts/invite", invite, methods=["POST"]),
    Route("/accounts/withdraw", withdraw, methods=["POST"]),
    Route("/accounts/reset", reset, methods=["POST"]),
    Route("/accounts/role", change_role, methods=["POST"]),
    Route("/accounts/deactivate", deactivate, methods=["POST"]),
    Route("/audit", show_trail),
]
