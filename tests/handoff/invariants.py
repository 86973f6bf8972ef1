"""What holds of every stored conversation and its tickets at every moment, however it came about."""

from sqlalchemy import select

from bot.conversations import service as conversations
from bot.conversations.service import ASSISTANT, PATIENT, Entry
from bot.db import transaction
from bot.handoff.models import Alert, Ticket
from tests.handoff.acting import mode, tickets

MODES = {"waiting": "waiting", "taken": "human"}  # by the state of the open ticket


def check(conversation: str, patient_said: list[str]) -> None:
    """Check one conversation against what the patient said in it, in order."""
    entries = conversations.history(conversation)
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1)), "no gap, nothing twice"
    assert [entry.text for entry in entries if entry.sender == PATIENT] == patient_said, "nothing lost, nothing doubled"
    check_tickets(conversation)
    check_who_speaks(entries)
    check_what_is_told(entries)


def check_tickets(conversation: str) -> None:
    """Check that there is one open ticket at most, and that the mode is its."""
    found = [ticket for ticket in tickets(conversation) if ticket.state != "closed"]
    assert len(found) <= 1
    assert mode(conversation) == (MODES[found[0].state] if found else "bot")
    assert all((ticket.state == "taken") <= (ticket.staff_id is not None) for ticket in tickets(conversation))


def check_who_speaks(entries: list[Entry]) -> None:
    """Check that while a person has the chat the assistant says nothing but crisis texts, and that no other person writes."""
    has_person = False
    for entry in entries:
        message = entry.about.get("message")
        if entry.sender == ASSISTANT and message in ("joined", "left", "gone"):
            has_person = message == "joined"
        elif entry.sender == ASSISTANT:
            assert not has_person or entry.about.get("route") == "crisis", message
        elif entry.sender != PATIENT:
            assert has_person, "a person writes in a chat they have"


def check_what_is_told(entries: list[Entry]) -> None:
    """Check that who waits is told each thing once: a new reason to wait comes first."""
    told: set[str] = set()
    for entry in entries:
        message = str(entry.about.get("message"))
        if message.startswith("opened/") or message.endswith(("/hear", "/again")):
            told = set()
        elif message in ("urgent/open", "urgent/away", "nobody"):
            kind = message.split("/")[0]
            assert kind not in told, f"{message} was said twice"
            told.add(kind)


def check_alerts() -> None:
    """Check that alerts wait only for who has not seen them, and that every open crisis nobody has seen has its alerts."""
    with transaction() as session:
        for ticket in session.scalars(select(Ticket)):
            alerts = list(session.scalars(select(Alert).where(Alert.ticket_id == ticket.id)))
            unsent = [alert for alert in alerts if alert.sent_at is None]
            if ticket.state == "closed" or ticket.acknowledged_at:
                assert not unsent or ticket.conversation_id is None
            elif ticket.is_urgent:
                assert [alert.kind for alert in alerts].count("again") >= 3
