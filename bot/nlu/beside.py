"""What `make train` computes in a process beside Rasa: the examples' vectors, then the safety screen's model.

Rasa spends half a minute on importing and reading meanwhile. A component that needs one of them waits for it, or computes it
itself when there is no such process.
"""

import hashlib
import tempfile
import time
from pathlib import Path
from typing import Dict, Sequence

import numpy as np

from bot.minilm import Encoder
from bot.nlu import risk, vectors
from bot.nlu.encoder_files import copy_files
from bot.safety import lexicon, model, screen, text
from bot.safety.model import RiskModel

KEPT = vectors.ROOT / "var" / "risk_model.npz"
PENDING = vectors.ROOT / "var" / "risk_model.pending"  # there while the model is being fitted
WAIT_SECONDS = 180


def risk_model(data: Path) -> RiskModel:
    """Return the screen's model for the examples of a folder: the one fitted beside, or one fitted now."""
    deadline = time.monotonic() + WAIT_SECONDS
    while PENDING.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    if _is_kept(data):
        return RiskModel.load(KEPT)
    return _fit(*risk.read_examples(data), vectors.load(vectors.KEPT))


def _fit(texts: Sequence[str], labels: Sequence[str], kept: Dict[str, np.ndarray]) -> RiskModel:
    with tempfile.TemporaryDirectory() as folder:
        copy_files(Path(folder))
        vectors.add(kept, texts, Encoder(Path(folder)))
    return risk.fit(texts, labels, np.vstack([kept[each] for each in texts]))


def _is_kept(data: Path) -> bool:
    return KEPT.exists() and _mark_file().exists() and _mark_file().read_text() == _mark(data)


def _mark_file() -> Path:
    return KEPT.with_suffix(".sha256")


def _mark(data: Path) -> str:
    """Return a hash of the examples' files and of the code that learns from them."""
    code = [Path(str(module.__file__)) for module in (risk, lexicon, model, screen, text)]
    files = [*sorted(data.rglob("*.yml")), *code]
    return hashlib.sha256(b"\0".join([vectors.encoder_mark().encode(), *(path.read_bytes() for path in files)])).hexdigest()


def main() -> None:
    """Compute and keep the vectors, then the screen's model."""
    try:
        kept, examples = vectors.load(vectors.KEPT), list(vectors.example_texts())
        with tempfile.TemporaryDirectory() as folder:
            copy_files(Path(folder))
            encoder = Encoder(Path(folder))
            vectors.add(kept, examples, encoder)
            vectors.save(vectors.KEPT, kept)
            vectors.PENDING.unlink(missing_ok=True)
            texts, labels = risk.read_examples(vectors.DATA)
            vectors.add(kept, texts, encoder)
        vectors.save(vectors.KEPT, {each: kept[each] for each in {*examples, *texts}})
        if not _is_kept(vectors.DATA):
            _fit(texts, labels, kept).save(KEPT)
            _mark_file().write_text(_mark(vectors.DATA))
    finally:
        vectors.PENDING.unlink(missing_ok=True)
        PENDING.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
