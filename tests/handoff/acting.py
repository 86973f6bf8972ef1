"""What tests of the hand-off do: ask for a person, look at tickets and alerts, move their clocks by changing rows."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any, TypeVar

from sqlalchemy import select, text, update

from bot.conversations import service as conversations
from bot.conversations.models import Conversation, Message
from bot.db import Moment, get_engine, transaction
from bot.handoff import service as handoff
from bot.handoff.alerts import Notice
from bot.handoff.models import Alert, CallBack, Presence, Ticket
from bot.handoff.rounds import go_round
from bot.handoff.service import Agent

SAM, ALEX = Agent(1, "Sam", "nurse"), Agent(2, "Alex", "therapist")
T = TypeVar("T")


def ask(conversation: str, reason: str = "asked", **about: object) -> list[str]:
    """Ask for a person as a turn does, and return which messages are said to it."""
    with_reason = {"handoff": reason} | about
    replies = handoff.request(conversation, reason, with_reason)
    conversations.say(conversation, replies)
    return [reply.about["message"] for reply in replies]


def said(conversation: str, after: int = 0) -> list[str]:
    """Return which messages were said after a sequence number; of others their text."""
    return [entry.about.get("message", entry.text) for entry in conversations.history(conversation, after)]


def last(conversation: str) -> str:
    return said(conversation)[-1]


def tickets(conversation: str | None) -> list[Ticket]:
    with transaction() as session:
        return list(session.scalars(select(Ticket).where(Ticket.conversation_id == conversation).order_by(Ticket.id)))


def ticket(conversation: str) -> Ticket:
    """Return the newest ticket of a conversation."""
    return tickets(conversation)[-1]


def find(ticket_id: int) -> Ticket:
    with transaction() as session:
        return session.get_one(Ticket, ticket_id)


def mode(conversation: str) -> str | None:
    state = conversations.state(conversation)
    return state and state.mode


def alerts(ticket_id: int | None = None) -> list[Alert]:
    with transaction() as session:
        found = select(Alert).order_by(Alert.due_at, Alert.id)
        return list(session.scalars(found.where(Alert.ticket_id == ticket_id) if ticket_id else found))


def let_pass(**time: float) -> None:
    """Let time pass for everything there is: every moment in the tables moves into the past."""
    passed = timedelta(**time)
    with transaction() as session:
        for table in (Ticket, Alert, CallBack, Conversation, Message, Presence):
            moments = [column for column in table.__table__.columns if isinstance(column.type, Moment)]
            for row in session.scalars(select(table)):
                for column in moments:
                    moment = getattr(row, column.name)
                    setattr(row, column.name, moment and moment - passed)


def go(send: Callable[[Notice], None] | None = None) -> tuple[list[Notice], list[str]]:
    """Go one round; return the alerts that were sent and the conversations whose streams were woken."""
    sent: list[Notice] = []
    woken: list[str] = []
    go_round(send or sent.append, woken.append)
    return sent, woken


def at_once(*acts: Callable[[], T]) -> list[T | Exception]:
    """Do several things at the same time, each in a thread of its own; return what each gave or raised."""
    start = Barrier(len(acts))

    def run(act: Callable[[], T]) -> T | Exception:
        start.wait()
        try:
            return act()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def change(table: type[Any], row_id: int, **values: object) -> None:
    with transaction() as session:
        session.execute(update(table).where(table.id == row_id).values(**values))


def raw(query: str) -> bytes:
    """Return a value as it lies in the database."""
    with get_engine().connect() as connection:
        return bytes(connection.execute(text(query)).scalar_one())


def kinds(notices: Iterable[Notice]) -> list[str]:
    return [notice.kind for notice in notices]
