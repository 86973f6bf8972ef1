"""Pages of the content: every topic and group of texts with its state and grade, its words, and the form that signs it off."""

from dataclasses import dataclass
from functools import lru_cache

from anyio.to_thread import run_sync
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.clinic.facts import load_clinic
from bot.db import transaction
from bot.desk.figure_words import helpful_rate
from bot.desk.forms import read_form, text
from bot.desk.guards import member_of, needs
from bot.desk.pages import render
from bot.staff.audit import audit
from bot.staff.members import CARE, LEADING, Member
from bot.topics.contents import Content, is_topic, load_contents
from bot.topics.lint import grade
from bot.topics.review import APPROVED, AWAITING, CHANGED, EXPIRED, Review
from bot.topics.service import DAYS_APPROVED, SignOffError, count_unanswered, review_states, sign_off, sum_feedback

STATES = {  # as the page names them
    AWAITING: "Awaiting review",
    CHANGED: "Changed since it was signed",
    EXPIRED: "Sign-off is over",
    APPROVED: "Approved",
}
VALID_FOR = {DAYS_APPROVED: "a year", 182: "half a year", 91: "three months"}
NAMES = {"text": "First answer", "more": "“Tell me more”", "simple": "“Say it simpler”"}


@dataclass(frozen=True)
class Item:
    """A topic or a group of texts, and where it stands."""

    content: Content
    review: Review
    is_topic: bool
    helpful: str

    @property
    def grade(self) -> float | None:
        """The highest reading grade of a topic's texts; a group's sentences are too short for one."""
        return max(map(_grade, self.content.texts.values())) if self.is_topic else None

    @property
    def file(self) -> str:
        """Where its words are kept."""
        return f"data/nlu/faq/{self.content.key}.yml" if self.is_topic else self.content.source


_grade = lru_cache(maxsize=1024)(grade)


def _items(keys: list[str] | None = None) -> list[Item]:
    feedback, contents = sum_feedback(), load_contents()
    return [
        Item(contents[key], review, is_topic(key), helpful_rate(*feedback.get(key, (0, 0))))
        for key, review in review_states(keys).items()
    ]


@needs(*CARE)
async def show_contents(request: Request) -> Response:
    """List the contents in a state, or with words in their title or texts."""
    items, unanswered = await run_sync(lambda: (_items(), count_unanswered()))
    state, asked = text(request.query_params, "state"), text(request.query_params, "q")[:100]
    found = [item for item in items if state in ("", item.review.state) and _holds(item.content, asked)]
    counts = {name: sum(item.review.state == name for item in items) for name in STATES}
    return render(
        request,
        "content.html",
        items=found,
        counts=counts,
        states=STATES,
        chosen={"state": state, "q": asked},
        unanswered=unanswered,
        may_lead=_leads(request),
    )


def _leads(request: Request) -> bool:
    return member_of(request).role in LEADING


def _holds(content: Content, asked: str) -> bool:
    words = " ".join([content.title, content.key, *content.texts.values(), *content.parts.values()]).lower()
    return all(word in words for word in asked.lower().split())


@needs(*CARE)
async def show_content(request: Request) -> Response:
    """Show one content's words, and the form to sign it off."""
    return await _page(request)


async def _page(request: Request, status: int = 200, typed: dict[str, str] | None = None, **errors: str) -> Response:
    key = request.path_params["key"]
    if key not in load_contents():
        raise HTTPException(404, "There is no such topic or group of texts.")
    (item,) = await run_sync(_items, [key])
    texts = [
        (NAMES.get(name, name), load_clinic().fill(said)) for name, said in (item.content.texts | item.content.parts).items()
    ]
    return render(
        request,
        "content_page.html",
        status,
        item=item,
        texts=texts,
        states=STATES,
        valid_for=VALID_FOR,
        typed=typed or {},
        errors=errors,
        may_lead=_leads(request),
        done=status == 200 and request.query_params.get("done") == "signed",
    )


@needs(*LEADING)
async def sign(request: Request) -> Response:
    """Record that a clinician approves the words as they were read."""
    form, key = await read_form(request), request.path_params["key"]
    typed = {name: text(form, name).strip() for name in ("name", "role", "days")}
    if text(form, "confirm") != "yes":
        return await _page(request, 422, typed, confirm="Confirm that the clinician has read all of it.")
    try:
        await run_sync(_sign, member_of(request), key, form)
    except SignOffError as error:
        field, _, sentence = str(error).partition(": ")
        return await _page(request, 422, typed, **{field: f"{sentence[:1].upper()}{sentence[1:]}"})
    return RedirectResponse(f"/desk/content/{key}?done=signed", 303)


def _sign(member: Member, key: str, form: FormData) -> None:
    name, role, days = (text(form, field).strip() for field in ("name", "role", "days"))
    with transaction():
        valid = int(days) if days.isdecimal() and len(days) < 5 else 0
        review = sign_off(key, name, role, text(form, "hash"), valid)
        audit(member, "content.signed_off", f"content:{key}", f"approved by {name}, {role}, until {review.expires_at:%Y-%m-%d}")


ROUTES = [
    Route("/content", show_contents),
    Route("/content/{key}", show_content),
    Route("/content/{key}/sign-off", sign, methods=["POST"]),
]
