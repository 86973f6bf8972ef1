"""What is kept about topics: questions without an answer, and whether answers helped."""

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.db import transaction
from bot.topics.models import Feedback, UnansweredQuestion
from bot.topics.service import MAX_CHARACTERS, keep_question, record_feedback

pytestmark = pytest.mark.usefixtures("database")


def kept() -> list[tuple[str, str]]:
    with transaction() as session:
        return [(row.text, row.nearest) for row in session.scalars(select(UnansweredQuestion).order_by(UnansweredQuestion.id))]


def counted() -> list[tuple[str, bool]]:
    with transaction() as session:
        return [(row.topic, row.helpful) for row in session.scalars(select(Feedback).order_by(Feedback.id))]


def test_a_question_is_kept_with_the_topics_nearest_to_it() -> None:
    keep_question("does tea help me sleep", ["sleep", "rest"])
    keep_question("what about cocoa")
    assert kept() == [("does tea help me sleep", "sleep,rest"), ("what about cocoa", "")]


@pytest.mark.parametrize("text", ["", "  \n ", "/deny", '/choose_topic{"topic": "cbt"}'])
def test_a_button_or_nothing_is_no_question(text: str) -> None:
    keep_question(text)
    assert kept() == []


def test_a_long_question_is_cut() -> None:
    keep_question("tea? " * 500, ["a-long-key"] * 100)
    ((text, nearest),) = kept()
    assert (len(text), len(nearest)) == (MAX_CHARACTERS, 255)


def test_a_kept_question_is_ciphertext_in_the_database_file(database: Path) -> None:
    keep_question("does elderflower tea help me sleep")
    files = b"".join(path.read_bytes() for path in database.parent.glob("tandem.db*"))
    assert b"elderflower" not in files and b"unanswered_questions" in files


def test_helpful_and_not_helpful_are_counted_by_topic() -> None:
    record_feedback("cbt", helpful=True)
    record_feedback("cbt", helpful=False)
    assert counted() == [("cbt", True), ("cbt", False)]


@pytest.mark.parametrize("topic", [None, ""])
def test_without_a_topic_nothing_is_counted(topic: str | None) -> None:
    record_feedback(topic, helpful=True)
    assert counted() == []


def test_neither_table_can_name_a_conversation() -> None:
    columns = {column.name for table in (UnansweredQuestion, Feedback) for column in table.__table__.columns}
    assert columns == {"id", "text", "nearest", "created_at", "handled_at", "topic", "helpful"}
