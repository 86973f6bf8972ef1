"""The screen's model from its examples: what is read, what is learnt, the same twice, and the same in the app's hands."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from bot.minilm import Encoder
from bot.nlu import risk
from bot.nlu.encoder_files import copy_files
from bot.nlu.risk import HARMLESS
from bot.safety.loading import MODEL_FILE, load_screen
from bot.safety.model import RiskModel
from bot.safety.screen import CONCERN, CRISIS, NONE, Screen

RISKS = """
risk:
- label: crisis/suicide
  examples: |
    - My Headstone is paid for
- label: no_risk/idiom
  examples: |
    - that joke killed the whole room, and I was late for the bus
"""
QUESTIONS = """
nlu:
- intent: faq/cbt
  examples: |
    - what is CBT
    - does it help people who are suicidal
- intent: handoff
  examples: |
    - a person please
    - a person please, I want to die
- lookup: therapy
  examples: |
    - cbt
"""
OPENINGS = ("", "honestly ", "listen, ", "so ", "my mother says ", "well, ", "again, ", "please, ", "today ", "it is true: ")
CORES = {
    "crisis/suicide": (
        "my headstone is paid for",
        "after friday i will be ash",
        "the funeral will be mine",
        "i have written my will",
    ),
    "concern/suicide": ("nothing is left for me", "i am empty inside", "i cannot see a tomorrow", "every day is grey to me"),
    HARMLESS: ("what does a session cost", "is there parking", "how long is the wait", "which bus goes to the clinic"),
}


@pytest.fixture(scope="module")
def examples() -> tuple[list[str], list[str]]:
    rows = [(f"{opening}{core}", label) for label, cores in CORES.items() for opening, core in product(OPENINGS, cores)]
    return [text for text, _ in rows], [label for _, label in rows]


@pytest.fixture(scope="module")
def model(examples: tuple[list[str], list[str]], encoder: Encoder) -> RiskModel:
    return risk.fit(*examples, encoder.encode(examples[0]))


def write(folder: Path) -> Path:
    (folder / "faq").mkdir()
    (folder / "crisis.yml").write_text(RISKS)
    (folder / "faq" / "cbt.yml").write_text(QUESTIONS)
    return folder


def test_risks_keep_their_label_and_every_other_example_is_harmless(tmp_path: Path) -> None:
    rows = list(zip(*risk.read_examples(write(tmp_path)), strict=True))
    assert ("My Headstone is paid for", "crisis/suicide") in rows
    assert ("what is CBT", HARMLESS) in rows and ("a person please", HARMLESS) in rows
    assert {label for _, label in rows} == {"crisis/suicide", "no_risk/idiom", HARMLESS}


def test_a_person_asked_for_in_danger_is_no_harmless_example(tmp_path: Path) -> None:
    texts, _ = risk.read_examples(write(tmp_path))
    assert "a person please, I want to die" not in texts
    assert "does it help people who are suicidal" in texts  # a question about the subject is one


def test_each_clause_of_a_harmless_text_is_an_example_too(tmp_path: Path) -> None:
    rows = list(zip(*risk.read_examples(write(tmp_path)), strict=True))
    assert ("that joke killed the whole room", "no_risk/idiom") in rows
    assert [label for text, label in rows if "headstone" in text.casefold()] == ["crisis/suicide"]


def test_the_projects_own_examples_are_many_and_of_every_level() -> None:
    texts, labels = risk.read_examples(Path(__file__).parents[2] / "data" / "nlu")
    assert len(texts) == len(labels) > 5000 and all(text.strip() for text in texts)
    assert {label.split("/")[0] for label in labels} == {CRISIS, CONCERN, "no_risk"}
    assert min(labels.count(label) for label in set(labels)) >= 20


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("my headstone has my name on it", "crisis/suicide"),
        ("i am so empty", "concern/suicide"),
        ("where is the parking", HARMLESS),
    ],
)
def test_it_reads_texts_it_has_not_seen(model: RiskModel, encoder: Encoder, text: str, label: str) -> None:
    (row,) = model.probabilities([text], encoder.encode)
    assert model.labels[int(row.argmax())] == label and row.sum() == pytest.approx(1, abs=1e-5)


def test_fitting_twice_gives_the_same_model(model: RiskModel, examples: tuple[list[str], list[str]], encoder: Encoder) -> None:
    again = risk.fit(*examples, encoder.encode(examples[0]))
    assert again.labels == model.labels
    np.testing.assert_allclose(
        again.probabilities(examples[0], encoder.encode), model.probabilities(examples[0], encoder.encode), atol=1e-4
    )


def test_the_screen_that_is_loaded_reads_as_the_one_that_was_fitted(model: RiskModel, encoder: Encoder, tmp_path: Path) -> None:
    copy_files(tmp_path)
    model.save(tmp_path / MODEL_FILE)
    loaded, fitted = load_screen(tmp_path), Screen(model, encoder.encode)
    for text, level in [
        ("my headstone is paid for", CRISIS),
        ("i am empty inside today", CONCERN),
        ("is there parking at the clinic", NONE),
        ("is there parking? i want to die", CRISIS),
    ]:
        assert loaded.read(text) == fitted.read(text) and loaded.read(text).level == level
