"""The screen with the model that was trained: read from its archive, and measured on messages it never saw."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bot.safety.loading import MODEL_FILE, load_screen, unpack
from bot.safety.screen import CONCERN, CRISIS, NONE, Screen
from bot.safety.service import get_screen, screen
from bot.settings import ROOT
from tests.safety.models import make_model

FOLDER = "components/train_screen"
TRAINED = ROOT / "models" / "tandem.tar.gz"
HELD_OUT = ROOT / "tests" / "safety" / "held_out" / "messages.tsv"

pytestmark = pytest.mark.usefixtures("fresh_screen")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Screen:
    return load_screen(unpack(TRAINED, tmp_path_factory.mktemp("screen")))


def share(trained: Screen, levels: tuple[str, ...], **of: str) -> float:
    """Return the share of the held-out messages with these values that the screen gives one of the levels."""
    with HELD_OUT.open(encoding="utf-8") as lines:
        rows = [
            row
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            if all(row[name] == value for name, value in of.items())
        ]
    assert rows
    return sum(trained.read(row["text"]).level in levels for row in rows) / len(rows)


def test_held_out_messages_in_danger_are_heard(trained: Screen) -> None:
    assert share(trained, (CRISIS, CONCERN), expected="crisis") >= 0.92
    assert share(trained, (CRISIS,), expected="crisis") >= 0.82
    assert share(trained, (CRISIS, CONCERN), label="suicide_explicit") == 1
    assert share(trained, (CRISIS, CONCERN), expected="concern") >= 0.8


def test_held_out_harmless_messages_are_mostly_left_alone(trained: Screen) -> None:
    assert share(trained, (CRISIS,), expected="not_crisis") <= 0.12
    assert share(trained, (CRISIS,), label="patient_question") <= 0.08
    assert share(trained, (NONE,), label="patient_question") >= 0.7


def test_the_trained_archive_is_read_with_its_model(configure: Callable[..., None], caplog: pytest.LogCaptureFixture) -> None:
    configure(model_file=TRAINED)
    assert get_screen()._model is not None and caplog.text == ""
    assert screen("how do therapy and medication work together").level == "none"


def test_a_model_that_fails_while_reading_leaves_the_lexicon_at_work(
    archive: Callable[..., Path], tmp_path: Path, configure: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    unpack(TRAINED, tmp_path)
    model = make_model()
    model.first.weights = np.zeros((1, 1), np.float32)  # loads, and then does not fit what it reads
    model.save(tmp_path / MODEL_FILE)
    files = {f"{FOLDER}/{name}": (tmp_path / name).read_bytes() for name in (MODEL_FILE, "model.onnx", "tokenizer.json")}
    configure(model_file=archive(files))
    assert load_screen(tmp_path)._model is not None
    assert screen("an elderflower day, I feel hopeless").level == CONCERN and screen("I want to die").level == CRISIS
    assert "the lexicon read alone: IndexError" in caplog.text and "elderflower" not in caplog.text
