"""The example texts' vectors, kept between trainings; those that another encoder made are not used.

`make train` computes them beside Rasa (bot.nlu.beside), and the sentence encoder waits for them. Without that (`rasa train` by
hand) the encoder takes what was kept and computes the rest itself: the model is the same.
"""

import hashlib
import os
import time
from pathlib import Path
from typing import Dict, Iterable, List

import numpy as np
import yaml

from bot import minilm
from bot.minilm import Encoder
from bot.nlu import encoder_files, encoder_graph

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data" / "nlu"
KEPT = ROOT / "var" / "vectors.npz"
PENDING = ROOT / "var" / "vectors.pending"  # there while vectors are being computed
WAIT_SECONDS = 120


def load(path: Path) -> Dict[str, np.ndarray]:
    """Return the kept vectors by text; none when there is no file, or another encoder made them."""
    if not path.exists():
        return {}
    with np.load(path) as kept:
        if "encoder" not in kept or str(kept["encoder"]) != encoder_mark():
            return {}
        return dict(zip(kept["texts"].tolist(), kept["vectors"]))


def save(path: Path, vectors: Dict[str, np.ndarray]) -> None:
    """Write the vectors; the file appears whole or not at all."""
    part = path.with_suffix(".part.npz")
    np.savez(
        part,
        encoder=encoder_mark(),
        texts=np.array(list(vectors), dtype=str),
        vectors=np.array(list(vectors.values()), dtype=np.float32),
    )
    part.replace(path)


def encoder_mark() -> str:
    """Return a hash of the code that makes vectors; it names the encoder's files by their sha256."""
    code = [Path(str(module.__file__)) for module in (minilm, encoder_files, encoder_graph)]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in code)).hexdigest()


def settled() -> Dict[str, np.ndarray]:
    """Return the kept vectors; first wait for the process that computes new ones, if it is at work."""
    deadline = time.monotonic() + WAIT_SECONDS
    while PENDING.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    return load(KEPT)


def example_texts(folder: Path = DATA) -> Iterable[str]:
    """Yield the example texts of the training data."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path in sorted(folder.rglob("*.yml")):
        for block in yaml.load(path.read_text(encoding="utf-8"), Loader=loader).get("nlu", []):  # noqa: S506  (a safe one)
            if "intent" in block:
                yield from (line[2:].strip() for line in block["examples"].splitlines() if line.startswith("- "))


def add(kept: Dict[str, np.ndarray], texts: Iterable[str], encoder: Encoder) -> None:
    """Compute the vectors of the texts that are not among the kept ones, and add them."""
    missing: List[str] = [text for text in dict.fromkeys(texts) if text not in kept]
    kept.update(zip(missing, encoder.encode(missing, threads=os.cpu_count() or 1)))
