"""Figures, hand-offs and feedback of some days, for tests of the pages that show them."""

from datetime import timedelta

from bot.conversations import service as conversations
from bot.conversations.models import now
from bot.db import transaction
from bot.figures import service as figures
from bot.figures.models import Figure
from bot.handoff.models import Ticket
from bot.topics.models import Feedback


def count(name: str, key: str, number: int, days_ago: int = 0, channel: str = "web", language: str = "en") -> None:
    """Let something have happened so many times."""
    day = figures.today() - timedelta(days=days_ago)
    with transaction() as session:
        session.add(Figure(day=day, name=name, key=key, channel=channel, language=language, count=number))


def wish(reason: str, seconds: float | None = None, days_ago: float = 0, **values: object) -> None:
    """Let somebody have asked for a person, who came after some seconds or not at all."""
    opened = now() - timedelta(days=days_ago, minutes=5)
    taken = opened + timedelta(seconds=seconds) if seconds is not None else None
    state = {"state": "closed", "outcome": "answered" if taken else "stopped", "opened_at": opened, "taken_at": taken}
    with transaction() as session:
        conversation = conversations.start("web")
        told = {"channel": "web", "language": "en", "conversation_id": conversation}
        session.add(Ticket(**(told | state | {"reason": reason, "about": {"evidence": "their words"}} | values)))


def rate(topic: str, helped: int, did_not: int) -> None:
    """Let so many have said that an answer helped, and that it did not."""
    with transaction() as session:
        session.add_all(Feedback(topic=topic, helpful=number < helped) for number in range(helped + did_not))


def a_month() -> None:
    """Let a month have passed at a clinic of some size."""
    for days_ago in range(30):
        count(figures.STARTED, "", 4 + days_ago % 9, days_ago)
        count(figures.MESSAGE, "", 20 + days_ago % 7, days_ago)
    for number, route in enumerate(("answer", "clarify", "no_answer", "clinical", "handoff", "crisis", "other")):
        count(figures.ROUTE, route, 400 // (number + 1))
    for number, topic in enumerate(("cost", "cbt", "side_effects", "find_provider", "dbt")):
        count(figures.TOPIC, topic, 90 - 22 * number)
    count(figures.MESSAGE, "", 60, channel="telegram", language="es")
    count(figures.REFERRAL, "suicide", 3)
    count(figures.REFERRAL, "medical_emergency", 2)
    rate("cost", 9, 3)
    for number, reason in enumerate(("asked", "asked", "clinical", "unanswered", "crisis") * 2):
        for seconds in (20, 90, 400, 1500, 5000, None):
            wish(reason, seconds, number)
