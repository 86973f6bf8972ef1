"""What is done to a ticket at the desk: each verb and its row of the audit trail are one commit; then open pages are woken."""

import re
from collections.abc import Callable, Iterable

from anyio.to_thread import run_sync
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.db import transaction
from bot.desk.forms import read_form, text
from bot.desk.guards import Guarded, member_of, needs
from bot.desk.parts import done
from bot.desk.tickets import subject
from bot.desk.words import OUTCOMES, RETURNED
from bot.handoff import notes, queue
from bot.handoff import service as handoff
from bot.handoff.service import Agent, NotYours
from bot.staff import service as staff
from bot.staff.audit import audit
from bot.staff.members import CARE, LEADING, Member, Role

Verb = Callable[[Member, int, FormData], str | None]  # returns the conversation that was changed
_KEY = re.compile(r"[0-9a-f-]{36}")


def _view(verb: Verb, roles: Iterable[Role] = CARE) -> Guarded:
    @needs(*roles)
    async def view(request: Request) -> Response:
        form, ticket_id = await read_form(request), request.path_params["id"]
        try:
            conversation_id = await run_sync(verb, member_of(request), ticket_id, form)
        except NotYours:
            raise HTTPException(409, await run_sync(who_has_it, ticket_id)) from None
        request.app.state.announce(conversation_id or "")
        return done(request, f"/desk/tickets/{ticket_id}")

    return view


def who_has_it(ticket_id: int) -> str:
    """Return why a ticket is not to be had, as a sentence."""
    ticket = queue.find(ticket_id)
    if ticket is None:
        return "There is no such ticket."
    if ticket.conversation_id is None:
        return "The patient has deleted this chat."
    if ticket.state == handoff.TAKEN:
        return f"{ticket.staff_name} has this chat."
    return "This chat is closed." if ticket.state == handoff.CLOSED else "Nobody has this chat yet. Take it first."


def agent_of(member: Member) -> Agent:
    """Return a member of staff as a patient hears of them."""
    return Agent(member.id, member.name, member.title)


def _take(member: Member, ticket_id: int, form: FormData) -> str | None:
    with transaction():
        conversation_id = handoff.take(ticket_id, agent_of(member))
        if conversation_id is None:
            ticket = queue.find(ticket_id)
            if ticket and (ticket.state, ticket.staff_id) == (handoff.TAKEN, member.id):  # a double click
                return ticket.conversation_id
            raise NotYours
        audit(member, "conversation.taken", subject(ticket_id))
        return conversation_id


def _reply(member: Member, ticket_id: int, form: FormData) -> str:
    said, key = text(form, "text").strip(), text(form, "key")
    if not said or len(said) > handoff.MAX_CHARACTERS or not _KEY.fullmatch(key):
        raise HTTPException(400, f"Write a message of at most {handoff.MAX_CHARACTERS} characters.")
    with transaction():
        # with a character that no patient's own mark may have
        conversation_id = handoff.reply(ticket_id, agent_of(member), said, f"desk:{key}")
        audit(member, "conversation.replied", subject(ticket_id))
        return conversation_id


def _acknowledge(member: Member, ticket_id: int, form: FormData) -> str | None:
    with transaction():
        handoff.acknowledge(ticket_id)
        return _changed(member, ticket_id, "ticket.acknowledged")


def _give_back(member: Member, ticket_id: int, form: FormData) -> str:
    with transaction():
        conversation_id = handoff.leave(ticket_id, agent_of(member), RETURNED, is_over=False)
        audit(member, "conversation.returned", subject(ticket_id))
        return conversation_id


def _close(member: Member, ticket_id: int, form: FormData) -> str | None:
    outcome = text(form, "outcome")
    if outcome not in OUTCOMES:
        raise HTTPException(400, "Choose how the chat ended.")
    with transaction():
        conversation_id = handoff.close_waiting(ticket_id, outcome)
        if conversation_id is None:
            conversation_id = handoff.leave(ticket_id, agent_of(member), outcome, is_over=True)
        audit(member, "conversation.closed", subject(ticket_id), outcome)
        return conversation_id


def _give(member: Member, ticket_id: int, form: FormData) -> str:
    wanted = text(form, "to")
    found = [one for one in staff.members() if str(one.id) == wanted and one.is_active and one.has_joined and one.role in CARE]
    if not found:
        raise HTTPException(400, "Choose to whom the chat is given.")
    with transaction():
        conversation_id = handoff.give(ticket_id, agent_of(found[0]))
        if conversation_id is None:
            raise NotYours
        audit(member, "conversation.given", subject(ticket_id), f"to account:{found[0].id}")
        return conversation_id


def _note(member: Member, ticket_id: int, form: FormData) -> str | None:
    written = text(form, "note").strip()
    if not written or len(written) > notes.MAX_CHARACTERS:
        raise HTTPException(400, f"Write a note of at most {notes.MAX_CHARACTERS} characters.")
    with transaction():
        if not notes.add_note(ticket_id, member.name, written):
            raise NotYours
        return _changed(member, ticket_id, "note.added")


def _tag(member: Member, ticket_id: int, form: FormData) -> str | None:
    with transaction():
        if not notes.tag(ticket_id, text(form, "tag")):
            raise HTTPException(400, f"Write a tag. A ticket has at most {notes.MAX_TAGS} of them.")
        return _changed(member, ticket_id, "ticket.tagged")


def _untag(member: Member, ticket_id: int, form: FormData) -> str | None:
    with transaction():
        if not notes.untag(ticket_id, text(form, "tag")):
            raise NotYours
        return _changed(member, ticket_id, "ticket.untagged")


def _changed(member: Member, ticket_id: int, action: str) -> str | None:
    ticket = queue.find(ticket_id)
    if ticket is None:
        raise HTTPException(404, "There is no such ticket.")
    audit(member, action, subject(ticket_id))
    return ticket.conversation_id


ROUTES = [
    Route("/tickets/{id:int}/take", _view(_take), methods=["POST"]),
    Route("/tickets/{id:int}/reply", _view(_reply), methods=["POST"]),
    Route("/tickets/{id:int}/acknowledge", _view(_acknowledge), methods=["POST"]),
    Route("/tickets/{id:int}/return", _view(_give_back), methods=["POST"]),
    Route("/tickets/{id:int}/close", _view(_close), methods=["POST"]),
    Route("/tickets/{id:int}/give", _view(_give, LEADING), methods=["POST"]),
    Route("/tickets/{id:int}/notes", _view(_note), methods=["POST"]),
    Route("/tickets/{id:int}/tags", _view(_tag), methods=["POST"]),
    Route("/tickets/{id:int}/untag", _view(_untag), methods=["POST"]),
]
