"""Verbs on the figures: count what a turn was, and sum it up over a span of days."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.clinic.facts import load_clinic
from bot.conversations.messages import Reply
from bot.conversations.models import now
from bot.db import transaction
from bot.figures.models import Figure

STARTED = "started"  # chats
MESSAGE = "message"  # what patients wrote or pressed
ROUTE = "route"  # of a message, by route: how it was answered
TOPIC = "topic"  # answers said, by topic
RISK = "risk"  # messages, by the level that the screen found, where it found one
REFERRAL = "referral"  # messages that were answered with where to get help in a crisis, by category

OTHER, PERSON, CONCERN = "other", "person", "concern"
_FIRST = ("crisis", "clinical")  # these name a message whatever else it was answered with
_LAST = ("support", "other")  # these do so only when nothing else does
_SHOWS_HELP = ("hear", "again", "now")  # the crisis messages that name a line to call (clinic/crisis/messages.yml)

Column = Literal["day", "key", "channel", "language"]


def today() -> date:
    """Return the day it is at the clinic."""
    return now().astimezone(ZoneInfo(load_clinic().opening.timezone)).date()


def record_start(channel: str, language: str) -> None:
    """Count a chat that began."""
    count_all([(STARTED, "")], channel, language)


def record_turn(channel: str, language: str, replies: Sequence[Reply], level: str) -> None:
    """Count a patient's message: how it was answered, on which topics, and with which level of risk.

    Without replies it went to the person who has the chat.
    """
    counted = {(MESSAGE, ""), (ROUTE, route_of(replies))}
    counted |= {(TOPIC, str(reply.about["topic"])) for reply in replies if _route(reply) == "answer"}
    counted |= {(REFERRAL, category) for reply in replies if (category := _referral(reply))}
    counted |= {(RISK, level)} if level != "none" else set()
    count_all(counted, channel, language)


def route_of(replies: Iterable[Reply]) -> str:
    """Return the one word for how a message was answered; `person` when the assistant was silent."""
    routes = [_route(reply) for reply in replies]
    if not routes:
        return PERSON
    first = next((route for route in _FIRST if route in routes), None)
    return first or next((route for route in routes if route not in _LAST), routes[0])


def _route(reply: Reply) -> str:
    return str(reply.about.get("route", "answer" if "topic" in reply.about else OTHER))


def _referral(reply: Reply) -> str | None:
    """Return the category of danger that a reply shows help for; `concern` for the line added to a worrying message."""
    category, _, kind = str(reply.about.get("message", "")).partition("/")
    if category == CONCERN:
        return CONCERN
    return category if _route(reply) == "crisis" and kind in _SHOWS_HELP else None


def count(name: str, key: str, channel: str, language: str) -> None:
    """Count one thing, as part of the caller's transaction."""
    count_all([(name, key)], channel, language)


def count_all(things: Iterable[tuple[str, str]], channel: str, language: str) -> None:
    """Count several things, given as (name, key), once each and in one statement."""
    whole = {"day": today(), "channel": channel, "language": language, "count": 1}
    # in one order, so that of two who count the same things none waits for the other's second one
    rows = [{**whole, "name": name, "key": key[:64]} for name, key in sorted(set(things))]
    with transaction() as session:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        one_more = {Figure.count: Figure.count + 1}
        adding = dialect.insert(Figure.__table__)
        session.execute(adding.on_conflict_do_update(index_elements=list(Figure.__table__.primary_key), set_=one_more), rows)


def sum_by(column: Column, name: str, since: date, until: date, keys: Collection[str] = ()) -> dict[Any, int]:
    """Return how often something happened from a day to a day, both included, by a column's values; of some keys or of all."""
    by = getattr(Figure, column)
    sums = select(by, func.sum(Figure.count)).where(Figure.name == name, Figure.day.between(since, until)).group_by(by)
    if keys:
        sums = sums.where(Figure.key.in_(keys))
    with transaction() as session:
        return {value: int(total) for value, total in session.execute(sums)}
