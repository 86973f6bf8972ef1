"""Canned replies: leads keep them, and they pass the linter of patients' words."""

from collections.abc import Iterator

from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.db import transaction
from bot.desk.forms import read_form, text
from bot.desk.guards import member_of, needs
from bot.desk.pages import render
from bot.handoff import canned
from bot.staff.audit import audit
from bot.staff.members import LEADING, Member
from bot.topics.lint import MAX_WORDS, lint_wording

HOME = "/desk/canned-replies"
MOST_WORDS = MAX_WORDS["more"]
MAX_CHARACTERS = 2000  # of the table's column


def faults(title: str, said: str) -> Iterator[tuple[str, str]]:
    """Yield (field, sentence) for each fault of a canned reply."""
    if not title or len(title) > canned.MAX_TITLE:
        yield "title", f"Write a short title: 1 to {canned.MAX_TITLE} characters."
    words = len(said.split())
    if not words or words > MOST_WORDS or len(said) > MAX_CHARACTERS:
        yield "text", f"Write 1 to {MOST_WORDS} words; this has {words}."
    else:
        yield from (("text", f"{problem[0].upper()}{problem[1:]}.") for problem in lint_wording(said))


@needs(*LEADING)
async def show_replies(request: Request) -> Response:
    """List the canned replies, with a form for a new one."""
    return render(request, "canned.html", replies=await run_sync(canned.replies), typed={})


@needs(*LEADING)
async def show_reply(request: Request) -> Response:
    """Show a canned reply to be changed."""
    found = [reply for reply in await run_sync(canned.replies) if reply.id == request.path_params["id"]]
    if not found:
        raise HTTPException(404, "There is no such reply.")
    return render(request, "canned_reply.html", reply=found[0], typed={"title": found[0].title, "text": found[0].text})


@needs(*LEADING)
async def add(request: Request) -> Response:
    """Keep a new canned reply."""
    return await _save(request, None)


@needs(*LEADING)
async def change(request: Request) -> Response:
    """Change a canned reply."""
    return await _save(request, request.path_params["id"])


async def _save(request: Request, reply_id: int | None) -> Response:
    form = await read_form(request)
    title, said = " ".join(text(form, "title").split()), text(form, "text").replace("\r\n", "\n").strip()
    errors = dict(reversed(list(faults(title, said))))
    try:
        if not errors:
            await run_sync(_keep, member_of(request), reply_id, title, said)
            return RedirectResponse(HOME, 303)
    except canned.TitleTaken as error:
        errors = {"title": str(error)}
    typed, replies = {"title": title, "text": said}, await run_sync(canned.replies)
    if reply_id is None:
        return render(request, "canned.html", 422, replies=replies, typed=typed, errors=errors)
    return render(request, "canned_reply.html", 422, reply={"id": reply_id}, typed=typed, errors=errors)


def _keep(member: Member, reply_id: int | None, title: str, said: str) -> None:
    with transaction():
        kept = canned.save(reply_id, title, said)
        if kept is None:
            raise HTTPException(404, "There is no such reply. Somebody has removed it.")
        audit(member, "canned_reply.saved", f"canned-reply:{kept}", title)


@needs(*LEADING)
async def remove(request: Request) -> Response:
    """Remove a canned reply."""
    await run_sync(_remove, member_of(request), request.path_params["id"])
    return RedirectResponse(HOME, 303)


def _remove(member: Member, reply_id: int) -> None:
    with transaction():
        title = canned.remove(reply_id)
        if title is not None:
            audit(member, "canned_reply.removed", f"canned-reply:{reply_id}", title)


ROUTES = [
    Route("/canned-replies", show_replies),
    Route("/canned-replies", add, methods=["POST"]),
    Route("/canned-replies/{id:int}", show_reply),
    Route("/canned-replies/{id:int}", change, methods=["POST"]),
    Route("/canned-replies/{id:int}/remove", remove, methods=["POST"]),
]
