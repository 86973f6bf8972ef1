"""A ticket's page: the conversation, why a person is wanted, notes and tags; what is new in it; and its export."""

from dataclasses import dataclass
from typing import Any

from anyio.to_thread import run_sync
from cryptography.fernet import InvalidToken
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.clinic.facts import load_clinic
from bot.conversations import service as conversations
from bot.conversations.service import WAITING, Entry
from bot.db import transaction
from bot.desk import words
from bot.desk.guards import member_of, needs
from bot.desk.pages import render
from bot.desk.parts import Part, nothing_new, render_part
from bot.handoff import canned, notes, queue
from bot.handoff.models import Note, Ticket
from bot.handoff.service import CLOSED, TAKEN
from bot.staff import service as staff
from bot.staff.audit import audit, is_written
from bot.staff.members import CARE, LEADING, Member

LOST = "This ticket is encrypted with a key that Tandem no longer has. Ask who keeps TANDEM_ENCRYPTION_KEYS to add the old key."
PARTS = ("panel", "facts", "card", "speak", "record")  # each has a template ticket_<name>.html


@dataclass(frozen=True)
class Reading:
    """What a member of staff reads of a ticket: its messages after one, notes, and to whom it may be given."""

    ticket: Ticket
    entries: list[Entry]
    notes: list[Note]
    colleagues: list[Member]


def subject(ticket_id: int) -> str:
    """Return a ticket's name in the audit trail."""
    return f"ticket:{ticket_id}"


def read(member: Member, ticket_id: int, action: str, after: int | None = None) -> Reading:
    """Read a ticket, or what came after a message, and write down who did, unless nothing came.

    Raises:
        HTTPException: 404 when there is no such ticket, 500 when it cannot be decrypted.

    """
    try:
        return _read(member, ticket_id, action, after)
    except InvalidToken:
        raise HTTPException(500, LOST) from None


def _read(member: Member, ticket_id: int, action: str, after: int | None) -> Reading:
    with transaction():
        ticket = queue.find(ticket_id)
        if ticket is None:
            raise HTTPException(404, "There is no such ticket.")
        entries = conversations.history(ticket.conversation_id, after or 0) if ticket.conversation_id else []
        # who asks for changes without having opened the page reads evidence and notes all the same
        if entries or after is None or not is_written(member, action, subject(ticket_id)):
            seen = f"messages {entries[0].seq} to {entries[-1].seq}" if entries else "no messages"
            audit(member, action, subject(ticket_id), seen)
        may_give = member.role in LEADING and ticket.state == TAKEN
        colleagues = [one for one in staff.members() if may_give and _may_take(one, ticket)]
        return Reading(ticket, entries, notes.notes(ticket_id), colleagues)


def _may_take(one: Member, ticket: Ticket) -> bool:
    return one.is_active and one.has_joined and one.role in CARE and one.id != ticket.staff_id


def _parts(request: Request, reading: Reading) -> dict[str, Part]:
    member, ticket = member_of(request), reading.ticket
    is_mine = ticket.state == TAKEN and ticket.staff_id == member.id
    context: dict[str, Any] = {
        "ticket": ticket,
        "notes": reading.notes,
        "colleagues": reading.colleagues,
        "is_mine": is_mine,
        "is_deleted": ticket.conversation_id is None,
        "may_speak": ticket.conversation_id is not None and (is_mine or ticket.state == WAITING),
        "may_close": is_mine or ticket.state == WAITING,
        "is_closed": ticket.state == CLOSED,
        "words": words,
        "queue": queue,
    }
    return {name: render_part(request, f"ticket_{name}.html", **context) for name in PARTS}


@needs(*CARE)
async def show_ticket(request: Request) -> Response:
    """Show a ticket with its conversation."""
    ticket_id = request.path_params["id"]
    reading = await run_sync(read, member_of(request), ticket_id, "conversation.viewed")
    fill = load_clinic().fill
    replies = [(reply.title, fill(reply.text)) for reply in await run_sync(canned.replies)]
    last = reading.entries[-1].seq if reading.entries else 0
    return render(
        request,
        "ticket.html",
        ticket=reading.ticket,
        entries=reading.entries,
        last=last,
        parts=_parts(request, reading),
        canned=replies,
        words=words,
    )


@needs(*CARE)
async def show_changes(request: Request) -> Response:
    """Return the messages after the last one that the page has, and the parts that look different; nothing when there is none."""
    asked = request.query_params
    after = asked.get("after", "")
    if not (after.isascii() and after.isdigit() and len(after) < 10):
        raise HTTPException(400, "The page asks for changes without saying what it has. Load it again.")
    reading = await run_sync(read, member_of(request), request.path_params["id"], "conversation.viewed", int(after))
    parts = _parts(request, reading)
    changed = {name: part for name, part in parts.items() if part.version != asked.get(name)}
    if not reading.entries and not changed:
        return nothing_new()
    last = reading.entries[-1].seq if reading.entries else int(after)
    more: dict[str, Any] = {"entries": reading.entries, "last": last, "parts": parts, "changed": changed}
    return render(request, "ticket_changes.html", ticket=reading.ticket, words=words, **more)


@needs(*CARE)
async def export(request: Request) -> Response:
    """Return the conversation as a text file, without the staff's notes."""
    ticket_id = request.path_params["id"]
    reading = await run_sync(read, member_of(request), ticket_id, "conversation.exported")
    file = f'attachment; filename="ticket-{ticket_id}.txt"'
    return PlainTextResponse(_to_text(reading), headers={"Content-Disposition": file})


def _to_text(reading: Reading) -> str:
    ticket = reading.ticket
    head = [f"{load_clinic().name}: ticket {ticket.id}", f"Reason: {words.reason(ticket)}"]
    about = [f"{name}: {value}" for name, value in words.facts(ticket)]
    said = [f"[{entry.said_at:%Y-%m-%d %H:%M:%S} UTC] {words.speaker(entry)}: {_indent(entry.text)}" for entry in reading.entries]
    return "\n".join([*head, *about, "", *said, ""])


def _indent(text: str) -> str:
    """Return a text whose further lines are indented, so that none of them looks as if somebody else had said it."""
    return "\n    ".join(text.splitlines())


ROUTES = [
    Route("/tickets/{id:int}", show_ticket),
    Route("/tickets/{id:int}/changes", show_changes),
    Route("/tickets/{id:int}/export", export),
]
