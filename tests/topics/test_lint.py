"""The content linter: every rule can fail, and the content we ship keeps them all."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.clinic.lines import Line, load_lines
from bot.topics import lint as linter
from bot.topics.lint import FORBIDDEN, fill_lines, grade, lint, lint_groups, lint_wording
from tests.conftest import RunPython

Write = Callable[..., None]
EXAMPLES = [f"what is a nap on day {number}" for number in range(25)]
META = {
    "title": "Naps",
    "more": "You can nap at noon. Ask your doctor how long.",
    "simple": "A nap is a short sleep.",
    "sources": [{"seed": "A", "section": "One"}],
    "related": ["sleep", "rest"],
}
HARD = "Comprehensive pharmacological interventions necessitate individualised multidisciplinary considerations."

# a sentence of our own for every pattern of FORBIDDEN, in its order
WRONG = [
    "He wanted to commit suicide.",
    "There is an epidemic of sadness.",
    "The pill can correct a chemical imbalance.",
    "It has minimal risk.",
    "We guarantee that.",
    "You will feel better soon.",
    "Both give the best results.",
    "Take 20 mg at night.",
    "You may have depression.",
    "Many addicts ask this.",
    "That is a crazy idea.",
    "She suffers from panic.",
    "Some people are non-compliant.",
    "You must take it.",
    "I am always here for you.",
    "I know how you feel.",
]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Give a function that writes a topic file which keeps every rule but for what it is told."""

    def write_topic(key: str = "naps", text: str = "A nap is a short sleep.", examples: Any = None, **changed: Any) -> None:
        lines = "\n".join(f"- {line}" for line in (EXAMPLES if examples is None else examples))
        topic = {
            "version": "3.1",
            "nlu": [{"intent": f"faq/{key}", "examples": lines}],
            "responses": {f"utter_faq/{key}": [{"text": text, "metadata": META | changed}]},
        }
        (tmp_path / f"{key}.yml").write_text(yaml.safe_dump(topic))

    return write_topic


def problems(folder: Path) -> str:
    return "\n".join(lint(folder, {"naps", "sleep", "rest", "food", "tea", "walks"}))


def test_the_content_we_ship_has_no_problems() -> None:
    assert lint() == [] and lint_groups() == []


def test_a_topic_that_keeps_the_rules_passes(write: Write, tmp_path: Path) -> None:
    write()
    assert problems(tmp_path) == ""


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"text": ""}, "text is empty"),
        ({"more": ""}, "more is empty"),
        ({"text": "A nap is so good. " * 13}, "text has 65 words; at most 60"),
        ({"more": "A nap is so good. " * 31}, "more has 155 words; at most 150"),
        ({"simple": "A nap is so good. " * 9}, "simple has 45 words; at most 40"),
        ({"simple": HARD}, "simple reads at grade"),
        ({"more": "Take 20 mg."}, "more: '20 mg' may not stand in an answer"),
        ({"sources": []}, "sources are missing"),
        ({"sources": [{"seed": "C", "section": "One"}]}, "source 'C: One' is unknown"),
        ({"sources": [{"seed": "A", "section": ""}]}, "source 'A: ' is unknown"),
        ({"related": ["sleep"]}, "related lists 1 topics"),
        ({"related": ["sleep", "rest", "food", "tea", "walks"]}, "related lists 5 topics"),
        ({"related": ["sleep", "dreams"]}, "related topic 'dreams' does not exist"),
        ({"related": ["sleep", "naps"]}, "related topic 'naps' does not exist"),
        ({"review": {"status": "approved", "by": "Nurse"}}, "review: take the line out"),
        ({"examples": EXAMPLES[:24]}, "24 example questions; at least 25"),
        ({"examples": [*EXAMPLES, "What is a NAP, on day 3?"]}, "stands twice"),
        ({"examples": [*EXAMPLES, "what is [a nap](topic)"]}, "which Rasa reads as markup"),
        ({"examples": [*EXAMPLES, "/restart"]}, "which Rasa reads as markup"),
    ],
)
def test_a_broken_rule_is_named_with_the_file(write: Write, tmp_path: Path, changed: dict[str, Any], found: str) -> None:
    write(**changed)
    assert re.search(rf"^naps\.yml: .*{re.escape(found)}", problems(tmp_path), re.M)


def test_an_answer_is_read_with_every_form_of_a_sentence_about_the_clinic(write: Write, tmp_path: Path) -> None:
    forms = list(fill_lines("Ask. {clinic_insurers_line}"))
    line = load_lines().insurers
    assert forms == [f"Ask. {text}" for text in (line.given, line.none, line.missing)]
    assert list(fill_lines("Ask. {clinic_phone}")) == ["Ask. {clinic_phone}"]


@pytest.mark.parametrize("form", ["given", "none", "missing"])
def test_a_fault_in_one_form_of_a_sentence_about_the_clinic_is_found(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    forms = {"given": "We do.", "none": "We do not.", "missing": "Ask us."} | {form: "It is guaranteed."}
    monkeypatch.setattr(linter, "load_lines", lambda: load_lines().model_copy(update={"insurers": Line(**forms)}))
    write(more="A nap costs nothing. {clinic_insurers_line}")
    assert problems(tmp_path) == "naps.yml: more: 'guarantee' may not stand in an answer (promise)"


def test_an_example_may_stand_in_one_topic_only(write: Write, tmp_path: Path) -> None:
    write("naps")
    write("sleep", examples=[*[line.replace("nap", "sleep") for line in EXAMPLES], EXAMPLES[3].upper()], related=["naps", "rest"])
    assert problems(tmp_path) == f"sleep.yml: the example '{EXAMPLES[3].upper()}' also stands in naps.yml"


def test_texts_that_are_each_readable_must_be_easy_together(write: Write, tmp_path: Path) -> None:
    middling = "Your doctor and your therapist can help you decide which of the two options may be better."
    assert 6.5 < grade(middling) <= 8
    write(text=middling, more=middling, simple=middling)
    assert re.fullmatch(r"the median grade is [67]\.\d; at most 6\.5", problems(tmp_path))


def test_a_file_that_cannot_be_read_is_a_problem_and_the_others_are_still_read(write: Write, tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text("nlu: [")
    write(related=["sleep", "naps"])
    assert [line.split(":")[0] for line in lint(tmp_path, {"sleep"})] == ["bad.yml", "naps.yml"]


@pytest.mark.parametrize(("sentence", "pattern"), list(zip(WRONG, FORBIDDEN, strict=True)))
def test_every_forbidden_wording_is_found_in_any_case(sentence: str, pattern: str) -> None:
    assert any(f"({FORBIDDEN[pattern]})" in found for found in lint_wording(sentence))
    assert any(f"({FORBIDDEN[pattern]})" in found for found in lint_wording(sentence.upper()))


@pytest.mark.parametrize(
    "sentence",
    [
        "It is not your fault.",
        "He died by suicide.",
        "A person with bipolar disorder may sleep less.",
        "There are risks to watch.",
        "Studies show it often helps.",
    ],
)
def test_the_wording_we_want_is_allowed(sentence: str) -> None:
    assert list(lint_wording(sentence)) == []


def test_the_command_fails_when_there_is_a_problem(project: Path, run_python: RunPython) -> None:
    topic = project / "data" / "nlu" / "faq" / "cbt.yml"
    topic.write_text(topic.read_text().replace("related: [", "related: [nothing, "))
    result = run_python("-m", "bot.cli", "content", "lint")
    assert result.returncode == 1
    assert "cbt.yml: related topic 'nothing' does not exist" in result.stdout
