"""Questions without an approved answer, in groups: what patients ask that the clinic has no words for yet."""

from anyio.to_thread import run_sync
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.db import transaction
from bot.desk.forms import read_form, text
from bot.desk.guards import member_of, needs
from bot.desk.pages import render
from bot.staff.audit import audit
from bot.staff.members import LEADING, Member
from bot.topics import service
from bot.topics.catalogue import load_catalogue
from bot.topics.questions import Group, group

HOME = "/desk/content/questions"
MOST_IN_A_GROUP = 100  # of one form; the others come when these are dealt with
VERBS = {"handled": (service.mark_handled, "question.handled"), "delete": (service.delete_questions, "question.deleted")}
DONE = {"handled": "Marked as handled.", "delete": "Deleted."}


@needs(*LEADING)
async def show_questions(request: Request) -> Response:
    """Show the questions that nobody has dealt with, in groups."""
    groups, count = await run_sync(_read, member_of(request))
    done = DONE.get(text(request.query_params, "done"), "")
    return render(
        request, "questions.html", groups=groups, count=count, catalogue=load_catalogue(), most=MOST_IN_A_GROUP, done=done
    )


def _read(member: Member) -> tuple[list[Group], int]:
    with transaction():
        questions = service.unanswered()
        audit(member, "questions.viewed", "questions:unanswered", f"{len(questions)} shown")
        return group(questions), service.count_unanswered()


@needs(*LEADING)
async def settle(request: Request) -> Response:
    """Mark questions of a group as handled, or delete them."""
    form = await read_form(request)
    verb, _, every = text(form, "do").partition(" ")
    if verb not in VERBS:
        raise HTTPException(400, "Choose what to do with the questions.")
    ids = _ids(form, "shown" if every else "id")
    if not ids:
        raise HTTPException(400, "Choose at least one question.")
    await run_sync(_settle, member_of(request), verb, ids)
    return RedirectResponse(f"{HOME}?done={verb}", 303)


def _ids(form: FormData, field: str) -> list[int]:
    values = (value for value in form.getlist(field) if isinstance(value, str))
    numbers = [number for value in values for number in value.split(",")]
    return [int(number) for number in numbers if number.isascii() and number.isdecimal() and len(number) < 10][:MOST_IN_A_GROUP]


def _settle(member: Member, verb: str, ids: list[int]) -> None:
    do, action = VERBS[verb]
    with transaction():
        for question_id in do(ids):
            audit(member, action, f"question:{question_id}")


ROUTES = [
    Route("/content/questions", show_questions),
    Route("/content/questions", settle, methods=["POST"]),
]
