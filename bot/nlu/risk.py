"""Training of the screen's linear model (bot.safety.model) from the examples of data/nlu. Knows nothing of Rasa."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import List, Sequence, Tuple

import numpy as np
import yaml
from scipy.sparse import csr_matrix, hstack
from sklearn.model_selection import train_test_split
from sklearn.svm import LinearSVC

from bot.nlu.linear import HELD_BACK, SEED, temperature
from bot.safety.model import BUCKETS, DENSE_WEIGHT, RiskModel, Stage, features
from bot.safety.screen import MIN_WORDS, NONE, screen
from bot.safety.text import clauses, normalise

HARMLESS = "no_risk/question"  # the label of all examples of the other intents
CLAUSES_EVERY = 6  # one in six of the harmless clauses is enough
PLAINLY_HARMLESS = 0.05  # what the first stage gives less than this needs no second look
COST = 0.3
DIRECTIONS = 192  # half the vector: as accurate as the whole


def read_examples(folder: Path) -> Tuple[List[str], List[str]]:
    """Return texts and labels of the `risk` blocks of data/nlu, and all other examples as harmless.

    People ask for a person, or speak of their own care, in danger too: of those examples, the ones in which the lexicon finds
    something are left out. Each clause of a harmless text is harmless, and is an
    example too, as the screen reads clauses.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    examples: List[Tuple[str, str]] = []
    for path in sorted(folder.rglob("*.yml")):
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506  (a safe one)
        for block in content.get("risk", []):
            examples += [(text, block["label"]) for text in lines(block["examples"])]
        for block in content.get("nlu", []):
            if "intent" in block:
                is_question = block["intent"].startswith(("faq/", "out_of_scope"))
                found = lines(block["examples"])
                examples += [(text, HARMLESS) for text in found if is_question or screen(text).level == NONE]
    parts = [(part, label) for text, label in examples if label.startswith("no_risk/") for part in _clauses(text)]
    examples += parts[::CLAUSES_EVERY]
    return [text for text, _ in examples], [label for _, label in examples]


def _clauses(text: str) -> List[str]:
    found = [part for part in clauses(normalise(text)) if len(part.split()) >= MIN_WORDS]
    return found if len(found) > 1 else []


def lines(examples: str) -> List[str]:
    """Return the texts of a block of examples, one after each dash."""
    return [line[2:].strip() for line in examples.splitlines() if line.startswith("- ")]


def fit(texts: Sequence[str], labels: Sequence[str], vectors: np.ndarray) -> RiskModel:
    """Learn both stages; `vectors` are the texts' sentence vectors, shape (texts, 384).

    The factor that makes scores probabilities is fitted on a fifth of the examples, which the trial did not see. The vectors are
    learned from in their principal directions, which takes less time; the model's weights are again of the whole vector.
    """
    hashed, directions = _hash(texts), _principal_directions(vectors)
    both = hstack([csr_matrix(vectors @ directions * DENSE_WEIGHT), hashed], format="csr")
    target = np.asarray(labels)
    train, held_back = train_test_split(np.arange(len(target)), test_size=HELD_BACK, random_state=SEED, stratify=target)
    with ThreadPoolExecutor(2) as pool:  # liblinear lets other threads run
        first, full = pool.submit(_svm, hashed, target), pool.submit(_svm, both, target)
        trial = pool.submit(_svm, both[train], target[train]).result()
    factor = temperature(trial.decision_function(both[held_back]), trial.classes_, target[held_back])
    labels_in_order = [str(label) for label in full.result().classes_]
    stage = _stage(full.result(), factor)
    width = directions.shape[1]
    stage.weights = np.vstack([directions @ stage.weights[:width], stage.weights[width:]])
    return RiskModel(labels_in_order, _stage(first.result(), factor), stage, PLAINLY_HARMLESS)


def _stage(svm: LinearSVC, factor: float) -> Stage:
    return Stage(svm.coef_.T.astype(np.float32), svm.intercept_.astype(np.float32), factor)


def _principal_directions(vectors: np.ndarray) -> np.ndarray:
    """Return the directions in which the vectors differ most, shape (384, DIRECTIONS)."""
    _, directions = np.linalg.eigh(np.cov(vectors, rowvar=False))  # least first
    return np.asarray(directions[:, -DIRECTIONS:], dtype=np.float32)


def _svm(inputs: csr_matrix, target: np.ndarray) -> LinearSVC:
    return LinearSVC(C=COST, random_state=SEED).fit(inputs, target)


def _hash(texts: Sequence[str]) -> csr_matrix:
    rows = [features(normalise(text)) for text in texts]
    buckets, values = np.concatenate([row[0] for row in rows]), np.concatenate([row[1] for row in rows])
    starts = np.concatenate([[0], np.cumsum([len(row[0]) for row in rows])])
    return csr_matrix((values, buckets, starts), shape=(len(texts), BUCKETS), dtype=np.float32)
