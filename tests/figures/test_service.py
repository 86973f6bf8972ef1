"""What is counted of a turn, and that counts add up in the database."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.conversations.messages import Reply
from bot.db import transaction
from bot.figures import service
from bot.figures.models import Figure
from bot.figures.service import MESSAGE, REFERRAL, RISK, ROUTE, STARTED, TOPIC, record_start, record_turn, route_of, sum_by
from bot.safety.protocol import Progress, take_step
from bot.safety.screen import CONCERN, CRISIS, Risk
from tests.handoff.acting import at_once

pytestmark = pytest.mark.usefixtures("database")

ANSWER = Reply("an answer", (), {"topic": "cbt"})
BETWEEN = Reply("And to your other question:")
NOW = datetime(2026, 3, 1, 4, 30, tzinfo=UTC)  # still the last of February in New York


def counted(name: str, column: service.Column = "key") -> dict[str, int]:
    day = service.today()
    return sum_by(column, name, day, day)


def about(**marks: object) -> Reply:
    return Reply("said", (), marks)


def crisis(progress: Progress, text: str, category: str = "suicide") -> tuple[list[Reply], Progress]:
    step = take_step(progress, Risk(CRISIS, category), text)
    return list(step.replies), step.progress


def test_a_turn_counts_its_message_its_route_and_its_topics() -> None:
    record_start("web", "en")
    record_turn("web", "en", [ANSWER, BETWEEN, about(topic="dbt")], "none")
    record_turn("telegram", "es", [ANSWER], "none")
    assert counted(STARTED) == {"": 1}
    assert counted(MESSAGE, "channel") == {"web": 1, "telegram": 1}
    assert counted(MESSAGE, "language") == {"en": 1, "es": 1}
    assert counted(ROUTE) == {"answer": 2}
    assert counted(TOPIC) == {"cbt": 2, "dbt": 1}
    assert counted(RISK) == {}


@pytest.mark.parametrize(("routes", "expected"), [
    (["clinical", "clinical", "handoff"], "clinical"),
    (["answer", "clinical"], "clinical"),
    (["crisis", "answer"], "crisis"),
    (["no_answer", "handoff"], "no_answer"),
    (["answer", "support"], "answer"),
    (["support"], "support"),
    (["withheld"], "withheld"),
])  # fmt: skip
def test_a_message_has_one_route_the_one_that_matters_most(routes: list[str], expected: str) -> None:
    assert route_of([about(route=route) for route in routes]) == expected


def test_replies_without_a_mark_are_something_else_and_silence_means_a_person() -> None:
    assert route_of([BETWEEN]) == "other"
    assert route_of([]) == "person"


def test_a_withheld_answer_is_no_answer_on_its_topic() -> None:
    record_turn("web", "en", [about(topic="cbt", route="withheld")], "none")
    assert counted(TOPIC) == {} and counted(ROUTE) == {"withheld": 1}


def test_every_message_that_is_answered_with_where_to_get_help_is_one_referral() -> None:
    replies, progress = crisis(Progress(), "i want to end my life")
    record_turn("web", "en", replies, "crisis")
    replies, progress = crisis(progress, "i want to end my life")
    record_turn("web", "en", replies, "crisis")
    yes = take_step(progress, Risk(), "yes")
    record_turn("web", "en", list(yes.replies), "none")
    assert counted(REFERRAL) == {"suicide": 3}
    safe = take_step(progress, Risk(), "no")  # says that the lines are still there, and names none
    record_turn("web", "en", list(safe.replies), "none")
    assert counted(REFERRAL) == {"suicide": 3}
    assert counted(RISK) == {"crisis": 2} and counted(ROUTE) == {"crisis": 4}


def test_referrals_are_told_apart_by_category_and_from_the_line_for_a_worrying_message() -> None:
    record_turn("web", "en", crisis(Progress(), "my partner hits me", "abuse_or_danger")[0], "crisis")
    line = take_step(Progress(), Risk(CONCERN, "suicide", "hopeless"), "it feels hopeless")
    record_turn("web", "en", [ANSWER, *line.replies], "concern")
    assert counted(REFERRAL) == {"abuse_or_danger": 1, "concern": 1}
    assert counted(ROUTE) == {"crisis": 1, "answer": 1}


def test_counts_add_up_when_many_count_at_once() -> None:
    def count_some() -> None:
        for _ in range(5):
            record_turn("web", "en", [ANSWER, about(topic="dbt")], "none")

    assert at_once(*[count_some] * 6) == [None] * 6
    assert counted(TOPIC) == {"cbt": 30, "dbt": 30} and counted(MESSAGE) == {"": 30}


def test_a_count_stands_or_falls_with_its_transaction() -> None:
    with pytest.raises(RuntimeError), transaction():
        record_start("web", "en")
        raise RuntimeError
    assert counted(STARTED) == {}


def test_the_day_is_the_clinics(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "now", lambda: NOW)
    record_start("web", "en")
    assert sum_by("day", STARTED, date(2026, 1, 1), date(2026, 12, 31)) == {date(2026, 2, 28): 1}


def test_sums_are_of_the_days_asked_for_both_included_and_of_some_keys() -> None:
    day = service.today()
    for days_ago in range(4):
        with transaction() as session:
            past = {"day": day - timedelta(days=days_ago), "channel": "web", "language": "en", "count": 10 + days_ago}
            session.add(Figure(name=ROUTE, key="answer", **past))
            session.add(Figure(name=ROUTE, key="clinical", **past))
    since, until = day - timedelta(days=2), day - timedelta(days=1)
    assert sum_by("key", ROUTE, since, until) == {"answer": 23, "clinical": 23}
    assert sum_by("channel", ROUTE, since, until, ["clinical"]) == {"web": 23}
    assert sum_by("day", ROUTE, until, until) == {until: 22}


def test_the_table_can_hold_neither_a_text_nor_a_person(database: Path) -> None:
    assert {column.name for column in Figure.__table__.columns} == {"day", "name", "key", "channel", "language", "count"}
    record_turn(
        "web", "en", [Reply("what only they know", (("a title", "/x"),), {"topic": "cbt", "evidence": "their words"})], "none"
    )
    with transaction() as session:
        stored = [(row.name, row.key) for row in session.scalars(select(Figure))]
    assert sorted(stored) == [("message", ""), ("route", "answer"), ("topic", "cbt")]
