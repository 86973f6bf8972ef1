"""Training of the screen's linear model (bot.safety.model) from the examples of data/nlu. Knows nothing of Rasa."""

from typing import List, Sequence, Tuple

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.model_selection import train_test_split
from sklearn.svm import LinearSVC

from bot.nlu.linear import HELD_BACK, SEED, temperature
from bot.safety.model import BUCKETS, DENSE_WEIGHT, RiskModel, Stage, features
from bot.safety.text import normalise

RISK_INTENTS = ("crisis", "concern", "no_risk")  # examples of these teach the screen, not the joint classifier
HARMLESS = "no_risk/question"  # every other example, as far as it is used
OTHERS_EVERY = 4  # one in four of the other examples is enough of them
COST = 0.5


def select(examples: Sequence[Tuple[str, str]]) -> Tuple[List[str], List[str]]:
    """Return texts and labels to learn from: all of the screen's own examples, and a part of the others as harmless.

    `examples` are (text, label). Examples of clinical kinds are left out: some of them do speak of danger.
    """
    own = [(text, label) for text, label in examples if label.split("/")[0] in RISK_INTENTS]
    others = [(text, HARMLESS) for text, label in examples if label.split("/")[0] not in (*RISK_INTENTS, "clinical")]
    chosen = own + others[::OTHERS_EVERY]
    return [text for text, _ in chosen], [label for _, label in chosen]


def fit(texts: Sequence[str], vectors: np.ndarray, labels: Sequence[str], harmless: float) -> RiskModel:
    """Learn both stages; `vectors` are the texts' sentence vectors, shape (texts, 384)."""
    hashed = _hash(texts)
    dense = csr_matrix(vectors * DENSE_WEIGHT)
    target = np.asarray(labels)
    first, names = _stage(hashed, target)
    full, _ = _stage(hstack([dense, hashed], format="csr"), target)
    return RiskModel(names, first, full, harmless)


def _stage(inputs: csr_matrix, target: np.ndarray) -> Tuple[Stage, List[str]]:
    train, held_back = train_test_split(np.arange(len(target)), test_size=HELD_BACK, random_state=SEED, stratify=target)
    trial = _svm(inputs[train], target[train])
    factor = temperature(trial.decision_function(inputs[held_back]), trial.classes_, target[held_back])
    svm = _svm(inputs, target)
    return Stage(svm.coef_.T.astype(np.float32), svm.intercept_.astype(np.float32), factor), [str(name) for name in svm.classes_]


def _svm(inputs: csr_matrix, target: np.ndarray) -> LinearSVC:
    return LinearSVC(C=COST, random_state=SEED).fit(inputs, target)


def _hash(texts: Sequence[str]) -> csr_matrix:
    rows = [features(normalise(text)) for text in texts]
    lengths = [len(buckets) for buckets, _ in rows]
    return csr_matrix(
        (
            np.concatenate([values for _, values in rows]),
            np.concatenate([buckets for buckets, _ in rows]),
            np.concatenate([[0], np.cumsum(lengths)]),
        ),
        shape=(len(texts), BUCKETS),
        dtype=np.float32,
    )
