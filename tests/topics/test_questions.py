"""Questions nobody could answer: the list of them, what is done with them, and how they are grouped."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.conversations.models import now
from bot.db import transaction
from bot.topics import service
from bot.topics.models import Feedback, UnansweredQuestion
from bot.topics.questions import content_words, group


def groups(*questions: tuple[str, str]) -> list[tuple[str, str, list[str]]]:
    rows = [UnansweredQuestion(id=number, text=text, nearest=near) for number, (text, near) in enumerate(questions)]
    return [(one.topic, one.word, [question.text for question in one.questions]) for one in group(rows)]


def test_questions_stand_under_the_nearest_topic_and_the_word_that_most_of_them_share() -> None:
    assert groups(
        ("does yoga help", "self_care,cbt"),
        ("is yoga any good with CBT", "self_care"),
        ("what about cold showers", "self_care"),
        ("can Yoga be done at home", "self_care"),
        ("can I bring my dog", ""),
    ) == [
        ("self_care", "yoga", ["does yoga help", "is yoga any good with CBT", "can Yoga be done at home"]),
        ("", "", ["can I bring my dog"]),
        ("self_care", "", ["what about cold showers"]),
    ]


def test_each_question_stands_in_one_group_only() -> None:
    found = groups(("parking near the clinic", ""), ("parking for bikes", ""), ("bikes in the hall", ""))
    assert sorted(text for _, _, texts in found for text in texts) == [
        "bikes in the hall",
        "parking for bikes",
        "parking near the clinic",
    ]


@pytest.mark.parametrize(("text", "words"), [
    ("What's the difference between CBT and DBT?", {"difference", "cbt", "dbt"}),
    ("I don't know how to tell the kids", {"kid"}),
    ("[name] asked about class sizes, dose is [number]", {"asked", "class", "size", "dose"}),
    ("¿Cuánto cuesta la terapia?", {"cuesta", "terapia"}),
    ("??? 123", set()),
])  # fmt: skip
def test_the_words_that_count_say_what_a_text_is_about(text: str, words: set[str]) -> None:
    assert content_words(text) == words


def kept(texts: Sequence[str]) -> list[int]:
    for text in texts:
        service.keep_question(text)
    with transaction() as session:
        return list(session.scalars(select(UnansweredQuestion.id).order_by(UnansweredQuestion.id)))


def waiting() -> list[str]:
    return [question.text for question in service.unanswered()]


@pytest.mark.usefixtures("database")
def test_a_question_waits_until_it_is_handled_or_deleted() -> None:
    one, two, three = kept(["one", "two", "three"])
    assert waiting() == ["three", "two", "one"] and service.count_unanswered() == 3
    assert service.mark_handled([one, two]) == [one, two]
    assert service.mark_handled([one]) == []  # it was handled before
    assert waiting() == ["three"] and service.count_unanswered() == 1
    assert service.delete_questions([one, three, 99]) == [one, three]
    assert waiting() == [] and kept([]) == [two]


@pytest.mark.usefixtures("database")
def test_the_list_shows_the_newest() -> None:
    kept(["one", "two", "three"])
    assert [question.text for question in service.unanswered(2)] == ["three", "two"]


@pytest.mark.usefixtures("database")
def test_a_handled_question_is_forgotten_after_the_retention_time_and_a_waiting_one_stays() -> None:
    long_ago, lately, waits = kept(["one", "two", "three"])
    with transaction() as session:
        session.get_one(UnansweredQuestion, long_ago).handled_at = now() - timedelta(days=31)
        session.get_one(UnansweredQuestion, lately).handled_at = now() - timedelta(days=29)
        session.get_one(UnansweredQuestion, waits).created_at = now() - timedelta(days=400)
    assert service.forget_handled(30) == 1
    assert kept([]) == [lately, waits]


def rated(topic: str, helpful: bool, at: datetime) -> None:
    with transaction() as session:
        session.add(Feedback(topic=topic, helpful=helpful, created_at=at))


@pytest.mark.usefixtures("database")
def test_feedback_is_summed_by_topic_and_span() -> None:
    today, long_ago = now(), now() - timedelta(days=40)
    for topic, helpful, at in (("cbt", True, today), ("cbt", True, today), ("cbt", False, long_ago), ("cost", False, today)):
        rated(topic, helpful, at)
    assert service.sum_feedback() == {"cbt": (2, 1), "cost": (0, 1)}
    assert service.sum_feedback(today - timedelta(days=1)) == {"cbt": (2, 0), "cost": (0, 1)}
    assert service.sum_feedback(long_ago, today) == {"cbt": (0, 1)}
