"""The evidence pack: its statistics, its hazard log, its walk-throughs, and that no message stands in it."""

import json
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from bot.safety.service import get_screen
from bot.settings import get_settings
from bot.topics.catalogue import load_catalogue
from tests.safety.evidence import disguises, hazards, wording
from tests.safety.evidence.__main__ import problems
from tests.safety.evidence.detection import METRICS, OWN, in_training, read_rows
from tests.safety.evidence.report import build, has_model, write
from tests.safety.evidence.statistics import Mark, Share, wilson
from tests.safety.walkthroughs import items
from tests.safety.walkthroughs.replay import Bubble, Line, Replay, Script, Turn, a_clinic_of_its_own, read_scripts
from tests.safety.walkthroughs.rules import CLINICIAN, FAIL, PASS


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(294, 300, 0.957, 0.991), (300, 300, 0.987, 1.0), (30, 30, 0.886, 1.0), (0, 30, 0.0, 0.114)],
)
def test_the_interval_has_the_values_that_are_known(count: int, of: int, low: float, high: float) -> None:
    assert [round(end, 3) for end in wilson(count, of)] == [low, high]


def test_an_empty_sample_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0) and Share(0, 0).value == 0.0


def test_a_floor_holds_from_below_and_a_limit_from_above() -> None:
    assert Mark(96, 99).meets(Share(96, 100)) and not Mark(96, 99).meets(Share(96, 100), goal=True)
    assert Mark(1.5, 0.3, at_most=True).meets(Share(1, 100)) and not Mark(1.5, 0.3, at_most=True).meets(Share(2, 100))


@pytest.mark.parametrize("name", disguises.DISGUISES)
def test_a_disguise_changes_the_text_and_always_in_the_same_way(name: str) -> None:
    disguise = disguises.DISGUISES[name]
    assert disguise("I want to kill myself") == disguise("I want to kill myself") != "I want to kill myself"


def test_a_disguise_of_single_words_leaves_the_others() -> None:
    assert disguises.on_loaded_words(disguises.leet)("I want to kill myself") == "I want to k1ll my53lf"


def test_every_control_and_every_test_of_the_hazard_log_is_there() -> None:
    assert hazards.missing(hazards.read_hazards()) == []


def test_a_hazard_without_its_test_would_be_noticed() -> None:
    log = {test for hazard in hazards.read_hazards() for test in hazard.tests} | hazards.in_safety_case()
    file = min(log).partition("::")[0]
    gone = {f"{file}::test_of_nothing", "tests/no_such_file.py::test_of_nothing"}
    assert hazards.uncollected(log | gone) == gone


def test_a_hazard_is_less_likely_or_less_severe_with_its_control() -> None:
    log = hazards.read_hazards()
    assert len({hazard.id for hazard in log}) == len(log)
    assert all(hazard.after[0] * hazard.after[1] < hazard.before[0] * hazard.before[1] for hazard in log)


def test_no_text_that_a_patient_can_be_shown_breaks_the_wording_rules() -> None:
    assert {kind: found for kind, found in wording.lint(wording.shown()).items() if found} == {}


def test_a_text_that_breaks_them_would_be_noticed() -> None:
    texts = [("one", "He committed suicide."), ("two", "Call {lifeline} or press 3."), ("three", "We are so glad. " * 16)]
    found = wording.lint({"responses": texts, "crisis messages, nowhere": texts[2:]})
    assert [problem.partition(":")[0] for problem in found["responses"]] == ["one", "two", "two"]
    assert found["crisis messages, nowhere"] == ["three: 64 words; at most 60"]


def test_a_message_that_was_trained_on_is_noticed_in_whatever_case() -> None:
    example = next(iter(load_catalogue().values())).examples[0]
    assert in_training([{"id": "a", "text": f"{example.upper()} !"}, {"id": "b", "text": "a walrus in a top hat"}]) == ["a"]


def test_there_are_ten_personas_and_all_34_items() -> None:
    assert len({script.persona for script in read_scripts()}) == 10
    assert [item.number for item in items.ITEMS] == list(range(4, 38))
    assert all(6 <= len(script.lines) <= 10 for script in read_scripts())


def told(*turns: tuple[str, str, str]) -> Replay:
    """Return a replay in which each line, of a kind, gets one text under a key."""
    lines = tuple(Line(kind=kind, says="...") for kind, _, _ in turns)
    script = Script(persona="Nobody", about="", risk="low", lines=lines)
    return Replay(script, tuple(Turn(line, (Bubble(text, key),)) for line, (_, text, key) in zip(lines, turns, strict=True)))


@pytest.mark.parametrize(
    ("number", "replay"),
    [
        (5, told(("danger", "An answer.", ""), ("ordinary", "An answer.", ""), ("ordinary", "An answer.", ""))),
        (5, told(("danger", "See a doctor today.", "concern/medical_emergency"))),
        (6, told(("ordinary", "Help is there.", "concern/suicide"))),
        (8, told(("danger", "I hear you.", "suicide/hear"))),
        (9, told(("danger", "You are not going to, are you?", "suicide/ask"))),
        (14, told(("danger", "Call someone.", "suicide/hear"))),
        (16, told(("danger", "I have to end this chat.", "suicide/hear"))),
        (21, told(("now", "Breathe slowly.", "suicide/now"))),
        (28, told(("danger", "Promise me that you stay.", "suicide/hear"))),
        (29, told(("danger", "I hear you.", "suicide/hear"), ("danger", "I hear you.", "suicide/hear"))),
        (30, told(("danger", "word " * 61, "suicide/hear"))),
        (37, told(("danger", "I cannot talk about that.", ""))),
    ],
)
def test_a_rule_fails_where_the_item_is_broken(number: int, replay: Replay) -> None:
    assert items.check(replay)[number] == FAIL


def test_the_same_question_in_other_words_is_left_to_a_clinician() -> None:
    replay = told(("danger", "Are you hurt?", "suicide/ask"), ("danger", "Are you hurting?", "suicide/ask"))
    assert items.check(replay)[12] == CLINICIAN and items.check(replay)[29] == PASS


class Parser(HTMLParser):
    """Collects the tags of a page and where they point."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """Give the report on the trained screen and the folder it was written to."""
    folder = tmp_path_factory.mktemp("safety")
    with a_clinic_of_its_own():
        if not get_settings().model_file.is_file():
            pytest.fail("There is no trained model: run make train.")
        get_screen.cache_clear()  # another test may have left one without its model
        screen = get_screen()
        assert has_model(screen)
        data = build(screen)
    write(data, folder)
    return data, folder


def test_no_message_stands_in_the_report(report: tuple[dict[str, Any], Path]) -> None:
    written = "".join((report[1] / name).read_text() for name in ("safety.json", "index.html"))
    messages = [row["text"] for row in read_rows(OWN)] + [line.says for script in read_scripts() for line in script.lines]
    assert not [
        message for message in messages if len(message.split()) > 3 and (message in written or escape(message) in written)
    ]


def test_the_report_holds_every_metric_and_item(report: tuple[dict[str, Any], Path]) -> None:
    data = json.loads((report[1] / "safety.json").read_text())
    (own,) = data["detection"].values()
    assert set(own["metrics"]) == {metric.name for metric in METRICS}
    assert {len(outcomes) for outcomes in data["walkthroughs"]["outcomes"].values()} == {34}
    assert set(data["disguises"]) >= set(disguises.DISGUISES)


def test_the_page_stands_alone_and_is_ordered(report: tuple[dict[str, Any], Path]) -> None:
    parser = Parser()
    parser.feed((report[1] / "index.html").read_text())
    assert not {"script", "link", "img", "iframe"} & set(parser.tags)
    assert all(link.startswith("#") for link in parser.links)
    assert parser.tags.count("h1") == parser.tags.count("main") == 1
    assert (
        parser.tags.count("table") == parser.tags.count("caption") and parser.tags.count("svg") == parser.tags.count("figure") > 0
    )


def test_the_walk_throughs_have_no_red_failure_but_the_known_ones(report: tuple[dict[str, Any], Path]) -> None:
    assert set(report[0]["walkthroughs"]["red failures"]) <= set(items.OPEN)


def test_there_is_nothing_that_make_safety_would_fail_on(report: tuple[dict[str, Any], Path]) -> None:
    assert problems(report[0]) == []
