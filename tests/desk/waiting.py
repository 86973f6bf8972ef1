"""Patients who wait for a person, for tests of the desk's pages."""

import html
import re
import uuid

import httpx

from bot.conversations import service as conversations
from bot.handoff import call_backs
from bot.handoff import service as handoff
from bot.handoff.models import Ticket
from bot.staff.audit import trail
from tests.desk.conftest import Desk
from tests.handoff.acting import ticket

SECRET = "what only the patient wrote"
PHONE = "01632 960 123"


def wait(reason: str = "asked", **about: object) -> Ticket:
    """Let a patient write something and ask for a person."""
    conversation = conversations.start("web")
    conversations.accept(conversation, "client-01", SECRET)
    conversations.say(conversation, handoff.request(conversation, reason, {"handoff": reason, **about}))
    return ticket(conversation)


def write(waiting: Ticket, text: str) -> None:
    conversations.accept(str(waiting.conversation_id), uuid.uuid4().hex, text)


def ask_for_call(name: str = "Jo") -> int:
    """Hand in a request for a call back, and return its number."""
    conversation = conversations.start("web")
    for field, text in (("name", name), ("contact", PHONE), ("time", "mornings")):
        assert call_backs.give(conversation, field, text)
    assert call_backs.submit(conversation)
    return call_backs.requested()[-1].id


def do(desk: Desk, waiting: Ticket, verb: str, **fields: str) -> httpx.Response:
    """Send a form of a ticket's page as htmx does."""
    return desk.post(f"/desk/tickets/{waiting.id}/{verb}", fields, **{"HX-Request": "true"})


def reply(desk: Desk, waiting: Ticket, text: str, key: str = "") -> httpx.Response:
    return do(desk, waiting, "reply", text=text, key=key or str(uuid.uuid4()))


def page(desk: Desk, path: str) -> str:
    """Return a page's text, without its markup."""
    answer = desk.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def said(waiting: Ticket, sender: str) -> list[str]:
    return [entry.text for entry in conversations.history(str(waiting.conversation_id)) if entry.sender == sender]


def audited(subject: str) -> list[tuple[str, str, str]]:
    """Return the rows of the trail about something as (action, who, detail), the oldest first."""
    return [(row.action, row.name, row.detail) for row in reversed(trail(subject=subject)) if row.subject == subject]
