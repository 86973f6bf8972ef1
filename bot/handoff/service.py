"""Verbs on tickets: a patient asks for a person, stops waiting, rates; a person takes the chat, replies, leaves it.

A ticket goes waiting -> taken -> closed, and its conversation's mode bot -> waiting -> human -> bot with it, in one transaction.
Every verb locks the conversation first, so of two who act at once one comes second and sees what the first did.
"""

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session, defer

from bot.clinic.facts import load_clinic
from bot.conversations import service as conversations
from bot.conversations.models import now
from bot.conversations.service import BOT, HUMAN, PERSON, WAITING, Reply
from bot.db import transaction
from bot.handoff import alerts, presence, words
from bot.handoff.models import Ticket

TAKEN, CLOSED = "taken", "closed"
CRISIS = "crisis"
MAX_CHARACTERS = 4000


class NotYours(ValueError):
    """Only who has taken a chat may speak in it."""


@dataclass(frozen=True)
class Agent:
    """A member of the staff as a patient hears of them: name and title, such as "Sam" and "nurse"."""

    id: int
    name: str
    title: str

    @property
    def introduction(self) -> str:
        """Return name and title in words."""
        return f"{self.name} ({self.title})" if self.title else self.name


# what a patient's turn does


def request(conversation_id: str, reason: str, about: dict[str, Any]) -> list[Reply]:
    """Open a ticket, or make the open one urgent, and return what the patient hears about it.

    `reason` is asked, clinical, unanswered or crisis; `about` what the desk needs to know. To a crisis nothing is
    said here: its own texts come first, and the rounds tell the patient afterwards that the care team knows.
    """
    if conversations.is_in_memory(conversation_id):
        return [] if reason == CRISIS else [words.reply("not_stored", *words.call_back_offer())]
    with transaction() as session:
        state = conversations.lock(conversation_id)
        if state is None:
            return []
        if reason != CRISIS and not load_clinic().hand_off.offers_chat:
            return [words.reply("opened/off", *words.call_back_offer())]
        ticket = _find_open(session, conversation_id)
        if ticket is None:
            return _open(session, conversation_id, state, reason, about)
        ticket.about = {**(ticket.about or {}), **about}
        if reason == CRISIS:
            _make_urgent(ticket)
        if reason != "asked" or ticket.state != WAITING:
            return []
        return [words.reply("still_waiting", "stop", position=_position(session, ticket)) if presence.count_ready() else _away()]


def _open(session: Session, conversation_id: str, state: conversations.State, reason: str, about: dict[str, Any]) -> list[Reply]:
    ticket = Ticket(
        conversation_id=conversation_id, channel=state.channel, language=state.language, reason=reason, about=about, state=WAITING
    )
    session.add(ticket)
    session.flush()
    conversations.set_mode(conversation_id, WAITING)
    if reason == CRISIS:
        _make_urgent(ticket)
        return []
    alerts.schedule(ticket.id, "opened")
    return [_opened(session, ticket)]


def _make_urgent(ticket: Ticket) -> None:
    """Put a ticket first and alert the staff; again after a crisis message that comes when they have acknowledged the last.

    While nobody has, the reminders of the last one tell of the next too; once those have all gone out, the alerts begin anew.
    """
    if ticket.is_urgent and ticket.acknowledged_at is None:
        if not alerts.is_to_come(ticket.id):
            alerts.schedule_urgent(ticket.id)
        return
    ticket.reason, ticket.is_urgent, ticket.urgent_at, ticket.acknowledged_at = CRISIS, True, now(), None
    ticket.told = "opened" if ticket.state == TAKEN else None
    alerts.schedule_urgent(ticket.id)


def _opened(session: Session, ticket: Ticket) -> Reply:
    """Tell the patient how it stands; who hears that nobody is there need not hear it again."""
    ticket.told = "opened" if presence.count_ready() else "nobody"
    if ticket.told == "opened":
        return words.reply("opened/open", "stop", position=_position(session, ticket))
    return _away()


def _away() -> Reply:
    """Tell a patient who asks, or asks again, that nobody is at the desk."""
    opening = load_clinic().opening
    if opening.is_open(now()):
        return words.reply("opened/away", *words.call_back_offer(), "stop")
    return words.reply("opened/closed", *words.call_back_offer(), "stop", opening=opening.next_in_words(now()))


def _position(session: Session, ticket: Ticket) -> int:
    """Return the place in line: urgent ones first, then who came first."""
    is_earlier = Ticket.id < ticket.id
    is_before = Ticket.is_urgent & is_earlier if ticket.is_urgent else Ticket.is_urgent | is_earlier
    waits = (Ticket.state == WAITING) & Ticket.conversation_id.is_not(None)
    return 1 + (session.scalar(select(func.count()).select_from(Ticket).where(waits, is_before)) or 0)


def _find_open(session: Session, conversation_id: str) -> Ticket | None:
    found = select(Ticket).where(Ticket.conversation_id == conversation_id, Ticket.state != CLOSED)
    return session.scalars(found.execution_options(populate_existing=True)).one_or_none()


def stop_waiting(conversation_id: str) -> list[Reply]:
    """Take back the wish for a person while nobody has come; return what the patient hears. An urgent ticket stays open."""
    with transaction() as session:
        conversations.lock(conversation_id)
        ticket = _find_open(session, conversation_id)
        if ticket is not None and ticket.state == TAKEN:  # a person came first, and speaks now
            return []
        if ticket is not None and ticket.is_urgent:
            return [words.reply("urgent/stays")]
        if ticket is not None:
            _close(session, ticket, "stopped")
        return [words.reply("stopped")]


def rate(conversation_id: str, rating: int) -> list[Reply]:
    """Keep the patient's rating, 1 to 5, of the last chat with a person that is over; return the thanks."""
    with transaction() as session:
        state = conversations.lock(conversation_id)
        is_over = (Ticket.state == CLOSED) & Ticket.taken_at.is_not(None)
        last = select(Ticket).where(Ticket.conversation_id == conversation_id, is_over)
        ticket = session.scalars(last.order_by(Ticket.id.desc()).limit(1)).first()
        if ticket is not None and rating in words.load_words().ratings:
            ticket.rating = rating
        return [words.reply("rated")] if state and state.mode != HUMAN else []


# what a person at the desk does; each returns the conversation's id, whose streams the caller wakes


def take(ticket_id: int, agent: Agent) -> str | None:
    """Give a waiting chat to a person; None when somebody else was first or the patient is gone."""
    with transaction() as session:
        ticket = _locked(session, ticket_id)
        if ticket is None or ticket.conversation_id is None or ticket.state != WAITING:
            return None
        moment = now()
        is_waiting = (Ticket.id == ticket_id) & (Ticket.state == WAITING)
        taken = {"state": TAKEN, "taken_at": moment, "acknowledged_at": moment, "staff_id": agent.id, "staff_name": agent.name}
        if cast(CursorResult[Any], session.execute(update(Ticket).where(is_waiting).values(taken))).rowcount != 1:
            return None
        alerts.cancel(ticket_id)
        conversations.set_mode(ticket.conversation_id, HUMAN)
        conversations.say(ticket.conversation_id, [words.reply("joined", person=agent.introduction)])
        return ticket.conversation_id


def reply(ticket_id: int, agent: Agent, text: str, form_key: str | None = None) -> str:
    """Say something to the patient; in a chat that still waits, the first reply takes it. Raises NotYours.

    The same form sent again, by a double click or after an answer that was lost, says nothing twice.
    """
    with transaction() as session:
        take(ticket_id, agent)
        ticket = _owned(session, ticket_id, agent)
        about = {"name": agent.name, "title": agent.title}
        said = Reply(text.strip()[:MAX_CHARACTERS], (), about)
        conversations.say(str(ticket.conversation_id), [said], sender=PERSON, client_id=form_key)
        return str(ticket.conversation_id)


def leave(ticket_id: int, agent: Agent, outcome: str, is_over: bool) -> str:
    """Give the chat back to the assistant; when it `is_over`, ask the patient for a rating too. Raises NotYours."""
    with transaction() as session:
        ticket = _owned(session, ticket_id, agent)
        conversation_id = str(ticket.conversation_id)
        _close(session, ticket, outcome)
        left = words.reply("left", person=agent.introduction)
        conversations.say(conversation_id, [left, words.rating_question()] if is_over else [left])
        return conversation_id


def give(ticket_id: int, agent: Agent) -> str | None:
    """Give a chat that somebody has to somebody else; the patient hears who it is now. None when nobody has it."""
    with transaction() as session:
        ticket = _locked(session, ticket_id)
        if ticket is None or ticket.conversation_id is None or ticket.state != TAKEN or ticket.staff_id == agent.id:
            return None
        ticket.staff_id, ticket.staff_name = agent.id, agent.name
        conversations.say(ticket.conversation_id, [words.reply("joined", person=agent.introduction)])
        return ticket.conversation_id


def close_waiting(ticket_id: int, outcome: str) -> str | None:
    """Close a ticket nobody took (called back, a double); None when it does not wait any more."""
    with transaction() as session:
        ticket = _locked(session, ticket_id)
        if ticket is None or ticket.state != WAITING:
            return None
        _close(session, ticket, outcome)
        if ticket.conversation_id is not None:
            conversations.say(ticket.conversation_id, [words.reply("closed")])
        return ticket.conversation_id


def put_back(ticket_id: int) -> str | None:
    """Let a chat wait again whose person has gone without leaving it; None when nobody has it."""
    with transaction() as session:
        ticket = _locked(session, ticket_id)
        if ticket is None or ticket.conversation_id is None or ticket.state != TAKEN:
            return None
        gone, ticket.staff_id, ticket.staff_name = ticket.staff_name, None, None
        ticket.state, ticket.taken_at, ticket.told = WAITING, None, "nobody"
        session.flush()
        conversations.set_mode(ticket.conversation_id, WAITING)
        if ticket.is_urgent:
            ticket.acknowledged_at = None
            alerts.schedule_urgent(ticket.id)
        else:
            alerts.schedule(ticket.id, "opened")
        conversations.say(ticket.conversation_id, [words.reply("gone", *words.call_back_offer(), person=gone or "")])
        return ticket.conversation_id


def acknowledge(ticket_id: int) -> None:
    """Note that somebody has seen an urgent ticket: its alerts end."""
    with transaction() as session:
        ticket = _locked(session, ticket_id)
        if ticket is not None and ticket.acknowledged_at is None:
            ticket.acknowledged_at = now()
            alerts.cancel(ticket_id)


def _locked(session: Session, ticket_id: int) -> Ticket | None:
    """Return a ticket after its conversation was locked, as it stands then; `about`, which no verb needs, may be unreadable."""
    ticket = session.get(Ticket, ticket_id, options=[defer(Ticket.about)])
    if ticket is not None and ticket.conversation_id is not None:
        conversations.lock(ticket.conversation_id)
    return session.get(Ticket, ticket_id, options=[defer(Ticket.about)], populate_existing=True)


def _owned(session: Session, ticket_id: int, agent: Agent) -> Ticket:
    ticket = _locked(session, ticket_id)
    if ticket is None or ticket.conversation_id is None or (ticket.state, ticket.staff_id) != (TAKEN, agent.id):
        raise NotYours("This chat is not yours: take it first, or ask who has it.")
    return ticket


def _close(session: Session, ticket: Ticket, outcome: str) -> None:
    ticket.state, ticket.outcome, ticket.closed_at = CLOSED, outcome, now()
    session.flush()
    alerts.cancel(ticket.id)
    if ticket.conversation_id is not None:
        conversations.set_mode(ticket.conversation_id, BOT)
