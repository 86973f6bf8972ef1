"""The tables of the figures: counts, hand-offs and feedback brought together, with small counts left out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.desk import words
from bot.desk.figure_words import WAITS, count, helpful_rate, mean, times, wait_of, waits_of
from bot.desk.periods import Period
from bot.figures import service as figures
from bot.figures.suppression import HIDDEN, Cell, hide_small, suppress
from bot.handoff.reports import HandOff, hand_offs
from bot.topics.catalogue import load_catalogue
from bot.topics.service import sum_feedback

ROUTES = {  # how a message was answered: the words for it, and its routes
    "Answered from approved texts": ("answer",),
    "Asked which topic was meant": ("clarify",),
    "No approved answer": ("no_answer", "withheld"),
    "Passed on: a question for a clinician": ("clinical",),
    "Asked for a person or a call back": ("handoff",),
    "Helped to find a provider": ("provider_search",),
    "Shown help in a crisis": ("crisis",),
    "Said to a person who had the chat": (figures.PERSON,),
    "The assistant was out of reach": ("unavailable",),
}
ANSWERED, UNANSWERED = (list(ROUTES)[place] for place in (0, 2))
OTHERWISE = "Something else, such as a greeting"
OPEN = "Open"
SELF = ("suicide", "self_harm")
OTHERS = ("harm_to_others", "abuse_or_danger", "medical_emergency")


@dataclass(frozen=True)
class Table:
    """A table with the name of each row first; `plot` says how it is drawn: bars, line, stack or not at all."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    plot: str = ""
    about: str = ""

    def column(self, place: int) -> list[Cell]:
        """Return one column's cells."""
        return [row[place] for row in self.rows]


class Report:
    """The figures of a period, read once."""

    def __init__(self, period: Period) -> None:
        """Read them."""
        self.period = period
        self.hand_offs = hand_offs(*period.moments)
        self.feedback = sum_feedback(*period.moments)
        self.routes = _in_words(self._sum("key", figures.ROUTE))
        self.route_cells = dict(zip(self.routes, suppress(list(self.routes.values())), strict=True))

    def _sum(self, column: figures.Column, name: str, keys: Sequence[str] = ()) -> dict[Any, int]:
        return figures.sum_by(column, name, self.period.since, self.period.until, keys)

    def facts(self) -> list[tuple[str, str]]:
        """Return the most asked-for figures, as (name, words)."""
        messages, answered = hide_small(sum(self.routes.values())), self.route_cells[ANSWERED]
        is_shown = isinstance(answered, int) and isinstance(messages, int) and messages > 0
        share = f"{int(answered) / int(messages):.0%} of the messages" if is_shown else HIDDEN if messages else "no messages"
        seen = [one.to_acknowledgement for one in self.hand_offs if one.to_acknowledgement is not None]
        return [
            ("Chats", count(hide_small(sum(self._sum("key", figures.STARTED).values())))),
            ("Messages from patients", count(messages)),
            ("Answered from approved texts", share),
            ("Without an approved answer", count(self.route_cells[UNANSWERED])),
            ("Said that an answer helped", helpful_rate(*map(sum, zip(*self.feedback.values(), strict=True)))),
            ("Wishes for a person", count(hide_small(len(self.hand_offs)))),
            ("Time until a person came", times(waits_of(self.hand_offs))),
            ("Time until somebody saw an urgent one", times(seen)),
            ("Rating of chats with a person", mean([one.rating for one in self.hand_offs if one.rating is not None])),
        ]

    def tables(self) -> list[Table]:
        """Return every table of the period."""
        return [
            self.activity(),
            self.answers(),
            self.topics(),
            self._of_hand_offs("reasons", "Why a person was wanted", "Reason", self._reasons(), "bars"),
            self._of_hand_offs("waits", "How soon a person came", "Time", self._waits(), "stack"),
            self._of_hand_offs("outcomes", "How it ended", "Outcome", self._outcomes()),
            self._compare("channels", "By channel", "channel", words.CHANNELS),
            self._compare("languages", "By language", "language", words.LANGUAGES),
        ]

    def activity(self) -> Table:
        """Return chats and messages over time."""
        begins = [f"{begin:%Y-%m-%d}" for begin, _ in self.period.parts()]
        columns = [suppress(self.period.sum_parts(self._sum("day", name))) for name in (figures.STARTED, figures.MESSAGE)]
        first = "Week from" if self.period.is_in_weeks else "Day"
        rows = list(zip(begins, *columns, strict=True))
        return Table("activity", "Chats and messages over time", (first, "Chats", "Messages"), rows, "line")

    def answers(self) -> Table:
        """Return how messages were answered."""
        about = "Each message counts once; a crisis, then a question for a clinician, come before everything else in it."
        columns = ("How", "Messages")
        return Table("answers", "How messages were answered", columns, list(self.route_cells.items()), "bars", about)

    def topics(self) -> Table:
        """Return which topics were answered, and how often that helped."""
        asked, catalogue = self._sum("key", figures.TOPIC), load_catalogue()
        shown = zip(asked, suppress(list(asked.values())), strict=True)
        rows: list[tuple[Cell, ...]] = [
            (catalogue[key].title if key in catalogue else key, cell, helpful_rate(*self.feedback.get(key, (0, 0))))
            for key, cell in shown
        ]
        rows.sort(key=lambda row: (-row[1] if isinstance(row[1], int) else 0, row[0]))
        about = "Topics that were asked for. With “tell me more” a topic is answered again."
        return Table("topics", "Topics", ("Topic", "Answers", "Said it helped"), rows, "bars", about)

    def _reasons(self) -> dict[str, int]:
        found = Counter(one.reason for one in self.hand_offs)
        return {name: found[reason] for reason, name in words.REASONS.items()}

    def _outcomes(self) -> dict[str, int]:
        found = Counter(words.HOW_CLOSED.get(one.outcome, one.outcome) if one.outcome else OPEN for one in self.hand_offs)
        return dict(sorted(found.items()))

    def _waits(self) -> dict[str, int]:
        found = Counter(wait_of(one) for one in self.hand_offs)
        return {name: found[name] for name in WAITS}

    def _of_hand_offs(self, key: str, title: str, first: str, counted: dict[str, int], plot: str = "") -> Table:
        rows: list[tuple[Cell, ...]] = list(zip(counted, suppress(list(counted.values())), strict=True))
        return Table(key, title, (first, "Wishes for a person"), rows, plot)

    def _compare(self, key: str, title: str, column: figures.Column, names: Mapping[str, str]) -> Table:
        by_value: dict[str, list[HandOff]] = {}
        for one in self.hand_offs:
            by_value.setdefault(getattr(one, column), []).append(one)
        counted = {
            "Chats": self._sum(column, figures.STARTED),
            "Messages": self._sum(column, figures.MESSAGE),
            "Without an approved answer": self._sum(column, figures.ROUTE, ROUTES[UNANSWERED]),
            "Wishes for a person": {value: len(found) for value, found in by_value.items()},
        }
        totals = {"Without an approved answer": self.route_cells[UNANSWERED]}  # the other sums are shown by themselves
        values = sorted(set(names).union(*counted.values()), key=lambda value: (value not in names, value))
        columns = [suppress([by.get(value, 0) for value in values], totals.get(name)) for name, by in counted.items()]
        waits = [times(waits_of(by_value.get(value, []))) for value in values]
        rows = list(zip([names.get(value, value) for value in values], *columns, waits, strict=True))
        return Table(key, title, (column.capitalize(), *counted, "Time until a person came"), rows)


def referrals(today: date) -> Table:
    """Return how often help in a crisis was shown, this year and the last."""
    rows: list[tuple[Cell, ...]] = []
    for year in (today.year, today.year - 1):
        found = figures.sum_by("key", figures.REFERRAL, date(year, 1, 1), date(year, 12, 31))
        others, worried = sum(found.get(key, 0) for key in OTHERS), found.get(figures.CONCERN, 0)
        rows.append((str(year), sum(found.get(key, 0) for key in SELF), hide_small(others), hide_small(worried)))
    columns = ("Year", "Suicide or self-harm", "Other danger", "A worrying message")
    about = (
        "How often a message was answered with where to get help now. The first number is exact, however small: the law in some "
        "places asks for it once a year, without anything about a person, and it is not broken down any further."
    )
    return Table("referrals", "Crisis referrals a year", columns, rows, about=about)


def _in_words(by_route: Mapping[str, int]) -> dict[str, int]:
    counted = {name: sum(by_route.get(route, 0) for route in routes) for name, routes in ROUTES.items()}
    return counted | {OTHERWISE: sum(by_route.values()) - sum(counted.values())}
