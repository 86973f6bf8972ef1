"""The joint model: one linear classifier over every intent and every topic, with one calibrated confidence.

Features: the sentence vector (its first principal components), word and character n-grams (tf-idf), and the
vocabulary's terms. Scores of a one-against-rest
linear SVM become probabilities by a softmax with one temperature (Guo et al. 2017, "On calibration of modern neural
networks"), fitted on a fifth of the examples that the scores did not see.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Iterator, Sequence, Tuple

import numpy as np
import skops.io
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from scipy.special import log_softmax, softmax
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import train_test_split
from sklearn.svm import LinearSVC

COMPONENTS = 128  # a third of the vector: as accurate as the whole, and trained in less time
HELD_BACK = 0.2
SEED = 7


class Example:
    """What the model reads of a text: the text, its vector (384 numbers) and its vocabulary terms."""

    __slots__ = ("text", "vector", "terms")

    def __init__(self, text: str, vector: np.ndarray, terms: Sequence[str]) -> None:
        """Keep the three."""
        self.text, self.vector, self.terms = text, vector, terms


class JointModel:
    """A linear classifier of texts into labels, with calibrated probabilities."""

    def __init__(self, dense_weight: float = 1.0, cost: float = 0.3) -> None:
        """Set the weight of the sentence vector beside the n-grams, and the SVM's cost parameter C."""
        self.dense_weight, self.cost = dense_weight, cost
        self._words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, dtype=np.float32)
        self._characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, min_df=3, dtype=np.float32)
        self._terms = TfidfVectorizer(token_pattern=r"\S+", binary=True, use_idf=False, norm=None, dtype=np.float32)  # noqa: S106

    def fit(self, examples: Sequence[Example], labels: Sequence[str]) -> "JointModel":
        """Learn from labelled examples; each label needs at least two."""
        components = PCA(min(COMPONENTS, len(examples), len(examples[0].vector)), svd_solver="covariance_eigh")
        dense = components.fit_transform(np.vstack([example.vector for example in examples]).astype(np.float32))
        sparse = [vectorizer.fit_transform(column) for vectorizer, column in self._columns(examples)]
        features = hstack([csr_matrix(dense * self.dense_weight), *sparse], format="csr")
        target = np.asarray(labels)
        train, held_back = train_test_split(np.arange(len(target)), test_size=HELD_BACK, random_state=SEED, stratify=target)
        with ThreadPoolExecutor(2) as pool:  # liblinear lets other threads run
            trial = pool.submit(self._svm, features[train], target[train])
            svm = pool.submit(self._svm, features, target).result()
        scores = trial.result().decision_function(features[held_back])
        self._temperature = temperature(scores, trial.result().classes_, target[held_back])
        weights, width = svm.coef_.T, dense.shape[1]
        # of the vector itself, not of its components: what is read needs no transform
        self._dense = (components.components_.T @ weights[:width] * self.dense_weight).astype(np.float32)
        self._sparse = weights[width:].astype(np.float32)
        self._bias = (svm.intercept_ - components.mean_ @ self._dense).astype(np.float32)
        self.labels = np.asarray(svm.classes_, dtype=str)
        return self

    def _svm(self, features: csr_matrix, target: np.ndarray) -> LinearSVC:
        return LinearSVC(C=self.cost, random_state=SEED).fit(features, target)

    def probabilities(self, examples: Sequence[Example]) -> np.ndarray:
        """Return the probability of every label for every example, shape (examples, labels)."""
        scores = np.vstack([self._score(example) for example in examples])
        return softmax(scores * self._temperature, axis=1)

    def _score(self, example: Example) -> np.ndarray:
        scores, start = example.vector @ self._dense + self._bias, 0
        for vectorizer, (text,) in self._columns([example]):
            columns, values = transform(vectorizer, text)
            scores += values @ self._sparse[start + columns]
            start += len(vectorizer.vocabulary_)
        return scores

    def _columns(self, examples: Sequence[Example]) -> Iterator[Tuple[TfidfVectorizer, Sequence[str]]]:
        """Return each vectorizer with what it reads of the examples: the words, the characters, the terms."""
        texts = [example.text for example in examples]
        yield self._words, texts
        yield self._characters, texts
        yield self._terms, [" ".join(["text", *example.terms]) for example in examples]  # never an empty vocabulary

    def save(self, path: Path) -> None:
        """Write the model to a file (skops, which loads without running code from the file)."""
        skops.io.dump(self.__dict__, path)

    @classmethod
    def load(cls, path: Path) -> "JointModel":
        """Read a model that `save` wrote."""
        model = cls()
        model.__dict__.update(skops.io.load(path))
        return model


def transform(vectorizer: TfidfVectorizer, text: str) -> Tuple[np.ndarray, np.ndarray]:
    """Return the columns and values of a text's row, as `vectorizer.transform` has them but in a fifth of its time.

    For one short text, the checks that scikit-learn makes at each call take longer than the counting.
    """
    found = (vectorizer.vocabulary_.get(gram) for gram in vectorizer.build_analyzer()(text))
    counts = Counter(column for column in found if column is not None)
    columns, values = np.fromiter(counts, np.int64, len(counts)), np.fromiter(counts.values(), np.float32, len(counts))
    if vectorizer.binary:
        values[:] = 1
    if vectorizer.sublinear_tf:
        values = np.log(values) + 1
    if vectorizer.use_idf:
        values *= vectorizer.idf_[columns]
    if vectorizer.norm:
        values /= max(float(np.linalg.norm(values)), 1e-9)
    return columns, values


def temperature(scores: np.ndarray, classes: np.ndarray, target: np.ndarray) -> float:
    """Return the factor on the scores that makes the held-back examples most likely."""
    rows, columns = np.arange(len(target)), np.searchsorted(classes, target)

    def loss(log_factor: float) -> float:
        return float(-log_softmax(scores * np.exp(log_factor), axis=1)[rows, columns].mean())

    return float(np.exp(minimize_scalar(loss, bounds=(0, 4), method="bounded").x))
