"""Rendering pages: the frame around every page, and the sections that a role sees in it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.templating import Jinja2Templates

from bot.clinic.facts import load_clinic
from bot.desk.guards import member_of, needs
from bot.staff.members import ADMINS, CARE, EVERYONE, FIGURES, LEADING, OVERSIGHT, Role

HERE = Path(__file__).parent
STATIC = HERE / "static"
templates = Jinja2Templates(
    env=Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
)


@dataclass(frozen=True)
class Section:
    """An entry of the navigation."""

    path: str
    label: str
    roles: frozenset[Role]


SECTIONS = (
    Section("/desk/queue", "Queue", CARE),
    Section("/desk/call-backs", "Call-backs", CARE),
    Section("/desk/canned-replies", "Canned replies", LEADING),
    Section("/desk/content", "Content", CARE),
    Section("/desk/figures", "Figures", FIGURES),
    Section("/desk/providers", "Providers", LEADING),
    Section("/desk/accounts", "Accounts", ADMINS),
    Section("/desk/settings", "Settings", ADMINS),
    Section("/desk/audit", "Audit", OVERSIGHT),
)


def render(request: Request, template: str, status: int = 200, **context: Any) -> Response:
    """Return a page, or a part of one, from a template; it knows the clinic, who is signed in, and the sections."""
    signed_in = getattr(request.state, "signed_in", None)
    shared: dict[str, Any] = {
        "clinic": load_clinic().name,
        "signed_in": signed_in,
        "member": signed_in.member if signed_in else None,
        "cares": signed_in is not None and signed_in.member.role in CARE,
        "sections": _sections(request, signed_in.member.role) if signed_in else (),
        "errors": {},
    }
    return templates.TemplateResponse(request, template, {**shared, **context}, status_code=status)


def _sections(request: Request, role: Role) -> list[Section]:
    return [section for section in SECTIONS if role in section.roles and section.path in request.app.state.paths]


@needs(*EVERYONE)
async def home(request: Request) -> Response:
    """Lead to the first section of the role."""
    sections = _sections(request, member_of(request).role)
    return RedirectResponse(sections[0].path if sections else "/desk/account", 303)


async def home_without_slash(request: Request) -> Response:
    """Lead to the desk's home."""
    return RedirectResponse("/desk/", 308)


async def on_http_error(request: Request, error: Exception) -> Response:
    """Answer a refusal as a page; as a plain sentence where a part of a page was asked for."""
    assert isinstance(error, HTTPException)  # noqa: S101 - what it is registered for
    text = error.detail if error.detail.endswith(".") else "There is no such page. It may have moved."
    return _error(request, error.status_code, text, dict(error.headers or {}))


def _error(request: Request, status: int, text: str, headers: dict[str, str]) -> Response:
    if "hx-request" in request.headers:
        return PlainTextResponse(text, status, headers)
    response = render(request, "error.html", status, text=text)
    response.headers.update(headers)
    return response


def on_failure(request: Request) -> Response:
    """Answer an error of ours in one sentence, without its reason."""
    return _error(request, 500, "Something went wrong on our side. Please try again.", {})
