"""`make route`: reading the file, and reading texts with the project's own trained model."""

import json
import sys
from pathlib import Path

import pytest

from bot.nlu import route
from bot.nlu.route import InputError, Router, read_tsv, route_rows

FIELDS = ["id", "route", "key", "also", "confidence", "level", "category", "ms"]
TEXTS = [
    "what is cognitive behavioral therapy",
    "What is CBT, and how much does it cost?",
    "I have not slept well since we moved, and my boss is no help. How do I find a therapist near Boston?",
    "can I double my sertraline tonight",
    "how do I get rust off my bike chain",
    "hello there",
    "I want to kill myself",
    "",
]


def write(folder: Path, text: str) -> Path:
    """Write a file of questions."""
    path = folder / "questions.tsv"
    path.write_text(text, encoding="utf-8")
    return path


def test_rows_are_read_as_they_are_without_unquoting(tmp_path: Path) -> None:
    path = write(tmp_path, 'id\tvoice\ttext\nq1\tshort\t"what" is CBT\n\nq2\t\tcafé?\n')
    assert read_tsv(path) == [("q1", '"what" is CBT'), ("q2", "café?")]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("", "the first line"),
        ("number\tquestion\n1\thello\n", "the first line"),
        ("id,text\n1,hello\n", "the first line"),
        ("id\ttext\nq1\thello\n\nq2\n", "line 4"),
    ],
)
def test_a_file_that_cannot_be_read_says_which_line(tmp_path: Path, content: str, named: str) -> None:
    with pytest.raises(InputError, match=named):
        read_tsv(write(tmp_path, content))


@pytest.mark.parametrize("content", [None, "id\ttext\nq1\n"])
def test_the_command_ends_with_one_sentence_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], content: str | None
) -> None:
    source = tmp_path / "none.tsv" if content is None else write(tmp_path, content)
    monkeypatch.setattr(sys, "argv", ["route", str(source), str(tmp_path / "routes.jsonl")])
    assert route.main() == 2
    assert capsys.readouterr().err.startswith("route: ")
    assert not (tmp_path / "routes.jsonl").exists()


def test_a_result_has_exactly_the_documented_fields(router: Router) -> None:
    rows = [(f"q{number}", text) for number, text in enumerate(TEXTS)]
    results = [json.loads(json.dumps(result)) for result in route_rows(router, rows)]
    assert [result["id"] for result in results] == [identifier for identifier, _ in rows]
    for result in results:
        assert list(result) == FIELDS
        assert isinstance(result["also"], list) and 0 <= result["confidence"] <= 1 and result["ms"] > 0


def test_a_batch_reads_the_same_as_one_by_one(router: Router) -> None:
    together = router.route(TEXTS)
    for text, found in zip(TEXTS, together, strict=True):
        (alone,) = router.route([text])
        assert found.pop("confidence") == pytest.approx(alone.pop("confidence"), abs=2e-4)
        assert found == alone


@pytest.mark.parametrize(
    ("text", "expected", "key"),
    [
        ("what is cognitive behavioral therapy", "answer", "cbt"),
        ("can I double my sertraline tonight", "clinical", None),
        ("how do I get rust off my bike chain", "no_answer", None),
        ("I want to talk to a real person", "handoff", None),
        ("are you a real person", "about", "about_assistant"),
        ("find me a psychiatrist near Boston", "provider_search", "find_provider"),
        ("please delete this chat", "erase", None),
        ("hello there", "smalltalk", None),
    ],
)
def test_the_trained_model_gives_each_kind_of_message_its_route(
    router: Router, text: str, expected: str, key: str | None
) -> None:
    (found,) = router.route([text])
    assert (found["route"], found["key"], found["level"]) == (expected, key, "none")


def test_a_second_question_is_among_the_further_topics(router: Router) -> None:
    (found,) = router.route(["What is CBT, and how much does it cost?"])
    assert found["key"] == "cbt" and "cost" in found["also"]


def test_a_crisis_has_no_key_and_names_its_category(router: Router) -> None:
    (found,) = router.route(["I want to kill myself, what is CBT?"])
    assert found == {
        "route": "crisis", "key": None, "also": [], "confidence": 1.0, "level": "crisis", "category": "suicide"
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "/greet",
        "//greet",
        " / greet",
        pytest.param("/ /greet"),
    ],
)
def test_a_typed_slash_is_not_a_command(router: Router, text: str) -> None:
    assert router.route([text]) == router.route(["greet"])


def test_the_risk_is_read_with_the_trained_model_as_in_production(router: Router) -> None:
    (veiled,) = router.route(["gave my cat to the neighbour and wrote the letters. by sunday nobody has to worry about me"])
    assert (veiled["route"], veiled["level"], veiled["category"]) == ("crisis", "crisis", "suicide")
