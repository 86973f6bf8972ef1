"""The screen's linear model: sentence vector and hashed n-grams in, a probability a label out. Knows nothing of Rasa.

Labels are `crisis/<category>`, `concern/<category>` and `no_risk/<kind>`; a level's probability is the sum over its labels.
Words and characters are hashed (Weinberger et al. 2009, "Feature hashing for large scale multitask learning"), so that the model
is a few arrays and reads the same in every process, whatever libraries it has. A first stage reads the hashed n-grams alone and
settles what is plainly harmless; only what it leaves open costs the sentence encoder.
"""

import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

BUCKETS = 1 << 15
DENSE_WEIGHT = 1.0
MAX_SECOND_LOOKS = 16  # of an endless text, the encoder reads the windows and clauses that look worst
Encode = Callable[[Sequence[str]], np.ndarray]


def features(normalised: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the buckets and values (square roots of counts, as a unit vector) of a text's word and character n-grams."""
    counts: dict[int, int] = {}
    for gram in _grams(normalised):
        bucket = zlib.crc32(gram.encode()) % BUCKETS
        counts[bucket] = counts.get(bucket, 0) + 1
    values = np.sqrt(np.fromiter(counts.values(), np.float32, len(counts)))
    return np.fromiter(counts, np.int64, len(counts)), values / max(float(np.linalg.norm(values)), 1e-9)


def _grams(text: str) -> list[str]:
    words = re.findall(r"[\w']+|[^\w\s]", text)
    line = f" {' '.join(words)} "
    runs = [f"w{size} {' '.join(words[at : at + size])}" for size in (1, 2) for at in range(len(words) - size + 1)]
    return runs + [f"c {line[at : at + size]}" for size in (3, 4) for at in range(len(line) - size + 1)]


@dataclass
class Stage:
    """One linear classifier with a calibrated softmax: weights (inputs, labels), bias, and a factor on the scores."""

    weights: np.ndarray
    bias: np.ndarray
    factor: float

    def probabilities(self, scores: np.ndarray) -> np.ndarray:
        """Return the probabilities of the labels from the weighted inputs, shape (texts, labels)."""
        logits = (scores + self.bias) * self.factor
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))


class RiskModel:
    """Both stages and their labels."""

    def __init__(self, labels: Sequence[str], first: Stage, full: Stage, harmless: float) -> None:
        """Keep the stages; below `harmless`, the first stage's probability of any risk is taken for none."""
        self.labels, self.first, self.full, self.harmless = list(labels), first, full, harmless
        self._is_risk = np.array([not label.startswith("no_risk/") for label in self.labels])

    def probabilities(self, normalised: Sequence[str], encode: Encode) -> np.ndarray:
        """Return the probability of every label for every text, shape (texts, labels)."""
        hashed = [features(text) for text in normalised]
        found = self.first.probabilities(np.vstack([_weigh(self.first.weights, each) for each in hashed]))
        risk = found[:, self._is_risk].sum(axis=1)
        open_ones = np.flatnonzero(risk >= self.harmless)
        if len(open_ones) > MAX_SECOND_LOOKS:
            open_ones = open_ones[np.argsort(-risk[open_ones])[:MAX_SECOND_LOOKS]]
        if len(open_ones):
            vectors = encode([normalised[int(index)] for index in open_ones]) * DENSE_WEIGHT
            width = vectors.shape[1]
            sparse = np.vstack([_weigh(self.full.weights[width:], hashed[int(index)]) for index in open_ones])
            found[open_ones] = self.full.probabilities(vectors @ self.full.weights[:width] + sparse)
        return found

    def save(self, path: Path) -> None:
        """Write the model to an npz file."""
        np.savez(
            path,
            labels=np.array(self.labels, dtype=str),
            harmless=self.harmless,
            **{
                f"{name}_{part}": getattr(stage, part) for name, stage in self._stages() for part in ("weights", "bias", "factor")
            },
        )

    def _stages(self) -> list[tuple[str, Stage]]:
        return [("first", self.first), ("full", self.full)]

    @classmethod
    def load(cls, path: Path) -> "RiskModel":
        """Read a model that `save` wrote."""
        with np.load(path) as kept:
            first, full = (
                Stage(kept[f"{name}_weights"], kept[f"{name}_bias"], float(kept[f"{name}_factor"])) for name in ("first", "full")
            )
            return cls(kept["labels"].tolist(), first, full, float(kept["harmless"]))


def _weigh(weights: np.ndarray, hashed: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    buckets, values = hashed
    return np.asarray(values @ weights[buckets])
