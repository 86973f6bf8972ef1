"""The model beside the lexicon: two stages, the same numbers after a save, and where it may and may not be heard."""

from pathlib import Path

import numpy as np
import pytest

from bot.safety.model import RiskModel, features
from bot.safety.screen import CONCERN, CONCERN_AT, CRISIS, CRISIS_AT, Risk, Screen
from tests.safety.models import LABELS, CountingEncoder, make_model
from tests.safety.test_screen import EXPLICIT

WORDS = {"headstone": "crisis/suicide", "scissors": "crisis/self_harm", "numb": "concern/suicide"}
TEXTS = ["the bus is late", "i saw my headstone", "so numb today", "where are the scissors", ""]


@pytest.fixture
def encode() -> CountingEncoder:
    return CountingEncoder()


def test_a_text_has_the_same_features_everywhere() -> None:
    buckets, values = features("i am so tired")
    assert np.array_equal(features("i am so tired")[0], buckets) and len(set(buckets.tolist())) == len(buckets)
    assert np.linalg.norm(values) == pytest.approx(1, abs=1e-6)
    assert not np.array_equal(np.sort(features("i am so tied")[0]), np.sort(buckets))


def test_every_text_has_one_probability_a_label(encode: CountingEncoder) -> None:
    found = make_model(WORDS).probabilities(TEXTS, encode)
    assert found.shape == (len(TEXTS), len(LABELS)) and (found >= 0).all()
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-6)
    best = [LABELS[index] for index in found.argmax(axis=1)]
    assert best == ["no_risk/everyday", "crisis/suicide", "concern/suicide", "crisis/self_harm", "no_risk/everyday"]


def test_a_text_reads_the_same_alone_and_among_others(encode: CountingEncoder) -> None:
    model = make_model(WORDS)
    alone = np.vstack([model.probabilities([text], encode) for text in TEXTS])
    np.testing.assert_array_equal(model.probabilities(TEXTS, encode), alone)


def test_a_saved_model_gives_the_same_numbers(encode: CountingEncoder, tmp_path: Path) -> None:
    model = make_model(WORDS, harmless=0.07)
    model.save(tmp_path / "model.npz")
    loaded = RiskModel.load(tmp_path / "model.npz")
    assert (loaded.labels, loaded.harmless) == (model.labels, 0.07)
    np.testing.assert_array_equal(loaded.probabilities(TEXTS, encode), model.probabilities(TEXTS, encode))


def test_what_is_plainly_harmless_never_reaches_the_encoder(encode: CountingEncoder) -> None:
    make_model(WORDS).probabilities(["the bus is late", "i saw my headstone", "what is cbt"], encode)
    make_model(WORDS).probabilities(["the bus is late"], encode)
    assert encode.calls == [["i saw my headstone"]]


def test_the_second_stage_has_the_last_word(encode: CountingEncoder) -> None:
    model = make_model(WORDS)
    model.full = make_model().full  # it finds nothing in what the first stage left open
    assert Screen(model, encode).read("i saw my headstone") == Risk() and encode.calls


def test_the_model_finds_what_no_pattern_foresaw(encode: CountingEncoder) -> None:
    screen = Screen(make_model(WORDS), encode)
    assert screen.read("I saw my Headstone") == Risk(CRISIS, "suicide", "i saw my headstone")
    assert (screen.read("so numb today").level, screen.read("where are the scissors").category) == (CONCERN, "self_harm")


def test_probabilities_of_a_level_add_up() -> None:
    assert 0 < CONCERN_AT < CRISIS_AT < 1
    model, encode = make_model(harmless=0.0), CountingEncoder()

    def read(shares: dict[str, float]) -> str:
        model.full.bias = np.log(np.array([shares.get(label, 1e-9) for label in LABELS], np.float32))
        return Screen(model, encode).read("well now then").level

    half = CRISIS_AT / 2 + 0.01
    assert read({"crisis/suicide": half, "crisis/self_harm": half, "no_risk/everyday": 1 - 2 * half}) == CRISIS
    assert read({"crisis/suicide": CRISIS_AT - 0.02, "no_risk/everyday": 1 - CRISIS_AT + 0.02}) == CONCERN
    assert read({"concern/suicide": 0.9, "no_risk/everyday": 0.1}) == CONCERN
    assert read({"concern/suicide": CONCERN_AT - 0.02, "no_risk/everyday": 1 - CONCERN_AT + 0.02}) == "none"


@pytest.mark.parametrize("text", EXPLICIT)
def test_no_model_outvotes_an_explicit_statement(text: str, encode: CountingEncoder) -> None:
    assert Screen(make_model(harmless=0.0), encode).read(text).level == CRISIS
    assert encode.calls == []


@pytest.mark.parametrize("text", ["I would never kill myself", "this traffic is killing me", "do pills cause suicidal thoughts"])
def test_what_a_frame_explained_is_a_concern_at_most_to_the_model(text: str, encode: CountingEncoder) -> None:
    assert Screen(make_model(otherwise="crisis/suicide"), encode).read(text).level == CONCERN


def test_a_clause_beside_an_explained_one_is_heard(encode: CountingEncoder) -> None:
    assert Screen(make_model(WORDS), encode).read("This traffic is killing me. I saw my headstone.").level == CRISIS


@pytest.mark.parametrize("joint", [". ", " "])
@pytest.mark.parametrize("place", [0, 500, 1000])
def test_a_text_of_3000_words_is_read_wherever_it_says_so(joint: str, place: int, encode: CountingEncoder) -> None:
    parts = ["so much happened"] * 1000
    parts.insert(place, "i saw my headstone")
    assert Screen(make_model(WORDS), encode).read(joint.join(parts)).level == CRISIS


def test_nothing_is_nothing_to_the_model(encode: CountingEncoder) -> None:
    assert Screen(make_model(otherwise="crisis/suicide"), encode).read("  ") == Risk() and encode.calls == []
