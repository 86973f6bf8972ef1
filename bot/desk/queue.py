"""The queue: who waits, my chats, the others', closed lately; the bell on every page; and whether I take chats."""

from typing import Any

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.desk import words
from bot.desk.forms import read_form, text
from bot.desk.guards import member_of, needs
from bot.desk.pages import render
from bot.desk.parts import Part, done, nothing_new, render_part
from bot.handoff import call_backs, presence, queue
from bot.handoff.models import Ticket
from bot.staff.members import CARE, Member


@needs(*CARE)
async def show_queue(request: Request) -> Response:
    """Show the queue."""
    await run_sync(presence.mark, member_of(request).id)
    return render(request, "queue.html", part=await _list(request))


@needs(*CARE)
async def show_list(request: Request) -> Response:
    """Return the queue's list; nothing when it looks as the page has it."""
    part = await _list(request)
    if part.version == request.query_params.get("version"):
        return nothing_new()
    return render(request, "queue_part.html", part=part)


async def _list(request: Request) -> Part:
    return render_part(request, "queue_list.html", **await run_sync(_read_queue, member_of(request)))


def _read_queue(member: Member) -> dict[str, Any]:
    taken = queue.taken()
    return {
        "waiting": queue.waiting(),
        "mine": [(ticket, queue.count_unanswered(ticket)) for ticket in taken if ticket.staff_id == member.id],
        "others": [ticket for ticket in taken if ticket.staff_id != member.id],
        "closed": queue.closed_lately(),
        "is_ready": presence.is_ready(member.id),
        "ready": presence.count_ready(),
        "words": words,
        "queue": queue,
    }


@needs(*CARE)
async def ring(request: Request) -> Response:
    """Return what the bell says: how much waits for me, and each cause to be heard once."""
    return render(request, "bell_now.html", **await run_sync(_read_bell, member_of(request)))


def _read_bell(member: Member) -> dict[str, Any]:
    taken, waiting = queue.taken(), queue.waiting()
    unseen = [ticket for ticket in (*waiting, *taken) if queue.is_unseen(ticket)]
    unanswered = [(ticket, queue.count_unanswered(ticket)) for ticket in taken if ticket.staff_id == member.id]
    unanswered = [(ticket, count) for ticket, count in unanswered if count]
    requests = call_backs.requested()
    causes = [
        *map(_cause_of_danger, unseen),
        *(f"chat:{ticket.id}" for ticket in waiting if not ticket.is_urgent),
        *(f"message:{ticket.id}:{count}" for ticket, count in unanswered),
        *(f"call-back:{request.id}" for request in requests),
    ]
    counts = {"unseen": len(unseen), "waiting": len(waiting), "unanswered": len(unanswered), "call_backs": len(requests)}
    total = len({ticket.id for ticket in (*unseen, *waiting, *(ticket for ticket, _ in unanswered))}) + len(requests)
    return {"causes": " ".join(causes), "total": total, **counts}


def _cause_of_danger(ticket: Ticket) -> str:
    since = ticket.urgent_at.timestamp() if ticket.urgent_at else 0
    return f"urgent:{ticket.id}:{queue.count_reminders(ticket)}:{since:.0f}"


@needs(*CARE)
async def beat(request: Request) -> Response:
    """Note that a page of the desk is being looked at; a GET, as a timer's POST would keep the session alive for ever."""
    await run_sync(presence.mark, member_of(request).id)
    return nothing_new()


@needs(*CARE)
async def switch(request: Request) -> Response:
    """Take chats from now on, or stop taking them."""
    is_ready = text(await read_form(request), "ready") == "yes"
    await run_sync(presence.mark, member_of(request).id, is_ready)
    return done(request, "/desk/queue")


ROUTES = [
    Route("/queue", show_queue),
    Route("/queue/list", show_list),
    Route("/bell", ring),
    Route("/presence", beat),
    Route("/presence", switch, methods=["POST"]),
]
