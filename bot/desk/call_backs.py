"""Call-back requests: whom to call, and what became of it. Who reads a name and a contact is written down."""

from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.db import transaction
from bot.desk import words
from bot.desk.forms import read_form, text
from bot.desk.guards import member_of, needs
from bot.desk.pages import render
from bot.desk.parts import nothing_new
from bot.handoff import call_backs
from bot.handoff.models import CallBack
from bot.staff.audit import audit
from bot.staff.members import CARE, Member


def _subject(call_back_id: int) -> str:
    return f"call-back:{call_back_id}"


@needs(*CARE)
async def show_call_backs(request: Request) -> Response:
    """List the requests that wait, with name, contact and time."""
    found = await run_sync(_read, member_of(request))
    return render(request, "call_backs.html", call_backs=found, ids=_ids(found), words=words)


def _ids(found: list[CallBack]) -> str:
    return ",".join(str(one.id) for one in found)


def _read(member: Member) -> list[CallBack]:
    with transaction():
        found = call_backs.requested()
        for one in found:
            audit(member, "call_back.viewed", _subject(one.id))
        return found


@needs(*CARE)
async def show_news(request: Request) -> Response:
    """Tell whether requests came in, or were done, since the page was opened; without their names."""
    is_same = _ids(await run_sync(call_backs.requested)) == request.query_params.get("ids")
    return nothing_new() if is_same else render(request, "call_backs_news.html")


@needs(*CARE)
async def finish(request: Request) -> Response:
    """Note what became of a request; its name and contact are deleted."""
    outcome = text(await read_form(request), "outcome")
    if outcome not in words.CALL_BACK_OUTCOMES:
        raise HTTPException(400, "Choose what became of the call.")
    if not await run_sync(_finish, member_of(request), request.path_params["id"], outcome):
        raise HTTPException(409, "Somebody else has done this one already.")
    request.app.state.announce("")
    return RedirectResponse("/desk/call-backs", 303)


def _finish(member: Member, call_back_id: int, outcome: str) -> bool:
    with transaction():
        is_done = call_backs.finish(call_back_id, member.name, outcome)
        if is_done:
            audit(member, "call_back.done", _subject(call_back_id), outcome)
        return is_done


ROUTES = [
    Route("/call-backs", show_call_backs),
    Route("/call-backs/news", show_news),
    Route("/call-backs/{id:int}/done", finish, methods=["POST"]),
]
