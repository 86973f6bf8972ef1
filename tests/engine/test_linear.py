"""The joint model: it learns, its numbers are probabilities, and it is the same after a save and after a second training."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.minilm import Encoder
from bot.nlu.linear import Example, JointModel, transform

_OPENINGS = ("", "please, ", "tell me ", "I wonder ", "hey, ", "may I ask ", "one thing: ", "so ", "my son asks ", "well, ")
_CORES = {
    "cost": ("what does it cost", "how much is a session", "what is the price", "how high is the bill", "is it expensive"),
    "time": ("how long does it take", "how many weeks is it", "when is it over", "how many sessions is it", "is it slow"),
    "place": ("where is the clinic", "which street is it in", "how do I get there", "is there parking", "is it near a bus"),
    "dose": ("how many mg of zoloft", "is zoloft 50 enough", "can I take more zoloft", "two zoloft or one", "half a zoloft"),
}


@pytest.fixture(scope="module")
def examples(encoder: Encoder) -> tuple[list[Example], list[str]]:
    """Return two hundred examples and their labels."""
    rows = [(label, f"{opening}{core}") for label, cores in _CORES.items() for opening, core in product(_OPENINGS, cores)]
    return _examples(encoder, [text for _, text in rows]), [label for label, _ in rows]


@pytest.fixture(scope="module")
def model(examples: tuple[list[Example], list[str]]) -> JointModel:
    """Return a model trained on them."""
    return JointModel().fit(*examples)


def _examples(encoder: Encoder, texts: list[str]) -> list[Example]:
    terms = [["has_medication", "medication_ssri"] if "zoloft" in text else [] for text in texts]
    return [Example(*row) for row in zip(texts, encoder.encode(texts), terms, strict=True)]


@pytest.fixture(scope="module")
def unseen(encoder: Encoder) -> list[Example]:
    """Return one new text of each label, then one of none."""
    texts = [
        "do you charge a lot",
        "for how many months",
        "which bus goes to the clinic",
        "a bigger zoloft pill",
        "purple giraffes sing",
    ]
    return _examples(encoder, texts)


def test_it_reads_texts_it_has_not_seen(model: JointModel, unseen: list[Example]) -> None:
    best = model.labels[model.probabilities(unseen[:4]).argmax(axis=1)]
    assert best.tolist() == ["cost", "time", "place", "dose"]


def test_each_text_has_one_probability_a_label_and_they_sum_to_one(model: JointModel, unseen: list[Example]) -> None:
    probabilities = model.probabilities(unseen)
    assert probabilities.shape == (len(unseen), len(_CORES))
    assert (probabilities >= 0).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)


def test_it_is_less_sure_of_a_text_of_no_label(model: JointModel, unseen: list[Example]) -> None:
    *known, strange = model.probabilities(unseen).max(axis=1)
    assert strange < min(known)


def test_the_vocabulary_alone_moves_a_reading(model: JointModel, encoder: Encoder) -> None:
    vector = encoder.encode(["what about it"])[0]
    without, with_term = (Example("what about it", vector, terms) for terms in ([], ["has_medication", "medication_ssri"]))
    dose = model.labels.tolist().index("dose")
    assert model.probabilities([with_term])[0, dose] > model.probabilities([without])[0, dose]


def test_a_text_reads_the_same_alone_and_among_others(model: JointModel, unseen: list[Example]) -> None:
    alone = np.vstack([model.probabilities([example]) for example in unseen])
    np.testing.assert_allclose(model.probabilities(unseen), alone, atol=1e-6)


def test_a_saved_model_reads_the_same(model: JointModel, unseen: list[Example], tmp_path: Path) -> None:
    model.save(tmp_path / "model.skops")
    loaded = JointModel.load(tmp_path / "model.skops")
    assert loaded.labels.tolist() == model.labels.tolist()
    np.testing.assert_array_equal(loaded.probabilities(unseen), model.probabilities(unseen))


def test_training_twice_gives_the_same_model(
    model: JointModel, examples: tuple[list[Example], list[str]], unseen: list[Example]
) -> None:
    again = JointModel().fit(*examples)
    np.testing.assert_allclose(again.probabilities(unseen), model.probabilities(unseen), atol=1e-4)


@pytest.mark.parametrize(
    "options",
    [
        {"ngram_range": (1, 2), "sublinear_tf": True, "min_df": 2},
        {"analyzer": "char_wb", "ngram_range": (2, 4), "sublinear_tf": True, "min_df": 3},
        {"token_pattern": r"\S+", "binary": True, "use_idf": False, "norm": None},
    ],
)
@pytest.mark.parametrize("text", ["how much, how MUCH is a session?", "purple giraffes", ""])
def test_a_row_is_what_scikit_learn_makes_of_the_text(options: dict[str, object], text: str) -> None:
    vectorizer = TfidfVectorizer(dtype=np.float32, **options).fit([core for cores in _CORES.values() for core in cores])
    columns, values = transform(vectorizer, text)
    row = np.zeros(len(vectorizer.vocabulary_), np.float32)
    row[columns] = values
    np.testing.assert_allclose(row, vectorizer.transform([text]).toarray()[0], rtol=1e-5)
