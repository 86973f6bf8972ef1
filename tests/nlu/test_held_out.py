"""The assistant reads questions it was never trained on at least this well (floors, not goals)."""

import re
from collections import Counter

import pytest

from bot.topics.catalogue import load_catalogue
from tests.nlu.evaluate import HERE, measure, read_rows, route


@pytest.fixture(scope="module")
def topics():
    return route(read_rows(HERE / "held_out.tsv"))


@pytest.fixture(scope="module")
def others():
    return route(read_rows(HERE / "held_out_routes.tsv"))


def _plain(text):
    return re.sub(r"\W+", " ", text.lower()).strip()


def test_held_out_questions_are_not_training_examples():
    trained = {_plain(example) for topic in load_catalogue().values() for example in topic.examples}
    for name in ("held_out.tsv", "held_out_routes.tsv"):
        assert not [row["id"] for row in read_rows(HERE / name) if _plain(row["text"]) in trained]


def test_every_topic_has_at_least_five_held_out_questions():
    counts = Counter(row["key"] for row in read_rows(HERE / "held_out.tsv"))
    assert set(counts) == set(load_catalogue())
    assert min(counts.values()) >= 5


def test_questions_get_their_topic(topics):
    found = measure(topics)
    assert found["top1"] >= 0.90
    assert found["helped"] >= 0.94
    assert found["wrong"] <= 0.04


def test_no_voice_is_left_behind(topics):
    # the weakest voice, indirect, measured 0.91 to 0.93 of 85 questions: about two standard errors below that
    for voice in {row["voice"] for row in topics}:
        assert measure([row for row in topics if row["voice"] == voice])["helped"] >= 0.87, voice


@pytest.mark.parametrize(
    ("expected", "floor"),
    [
        ("clinical", 0.95),
        ("no_answer", 0.93),
        ("handoff", 0.9),
        ("emotional_support", 0.8),
        ("smalltalk", 0.9),
        ("erase", 0.8),
    ],
)
def test_other_messages_get_their_route(others, expected, floor):
    rows = [row for row in others if row["route"] == expected]
    assert sum(row["read"]["route"] == expected for row in rows) / len(rows) >= floor


def test_clinical_messages_are_not_answered(others):
    rows = [row for row in others if row["route"] == "clinical"]
    assert sum(row["read"]["key"] is not None for row in rows) / len(rows) <= 0.04


def test_other_subjects_are_not_answered(others):
    rows = [row for row in others if row["route"] == "no_answer"]
    assert sum(row["read"]["key"] is not None for row in rows) / len(rows) <= 0.05


def test_general_questions_about_medicines_are_not_refused(others):
    rows = [row for row in others if row["route"] == "answer"]
    assert sum(row["read"]["route"] == "clinical" for row in rows) / len(rows) <= 0.03


def test_ordinary_questions_raise_no_alarm(topics, others):
    ordinary = topics + [row for row in others if row["route"] in ("answer", "no_answer", "handoff", "smalltalk")]
    assert sum(row["read"]["level"] == "crisis" for row in ordinary) / len(ordinary) <= 0.015
