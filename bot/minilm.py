"""The sentence encoder all-MiniLM-L6-v2 (ONNX, integer arithmetic): a text in, 384 numbers out. Knows nothing of Rasa.

Its files are made at training (bot.nlu.encoder_files) and travel in the model archive.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

DIMENSIONS = 384
MAX_TOKENS = 256
Span = tuple[int, int]  # start and end, in characters


class Encoder:
    """Turns texts into unit vectors: mean of the token vectors over the attention mask, L2 normalised."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """Load `model.onnx` and `tokenizer.json` from a folder; `threads` share the work on one text."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # an idle core belongs to the other processes
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()

    def encode(self, texts: Sequence[str], threads: int = 1) -> np.ndarray:
        """Return the vectors of the texts, shape (texts, 384), float32."""
        return np.vstack(
            [np.empty((0, DIMENSIONS), np.float32)]
            + [vectors[:1] for vectors in self.encode_parts(texts, [()] * len(texts), threads)]
        )

    def encode_parts(self, texts: Sequence[str], parts: Sequence[Sequence[Span]], threads: int = 1) -> list[np.ndarray]:
        """Return, for each text, the vectors of the whole and of its parts, shape (1 + parts, 384), float32.

        A part (start, end in characters) is the mean of its own token vectors, computed in the sight of the whole text: it costs
        nothing beyond the one pass, and reads as well as a part encoded alone. Each text is a pass of its own: in a batch the
        integers' steps would depend on the other texts, and a text would not always get the same vector.
        """
        if threads == 1:
            return [self._encode(text, own) for text, own in zip(texts, parts, strict=True)]
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(self._encode, texts, parts))

    def _encode(self, text: str, parts: Sequence[Span]) -> np.ndarray:
        encoding = self._tokenizer.encode(text)
        tokens = np.array([encoding.ids], dtype=np.int64)
        (vectors,) = self._session.run(None, {"input_ids": tokens, "token_type_ids": np.zeros_like(tokens)})[0]
        return _pool(
            vectors, np.vstack([np.ones(len(vectors), np.int64), *(_tokens_of(part, encoding.offsets) for part in parts)])
        )


def _tokens_of(part: Span, offsets: Sequence[Span]) -> np.ndarray:
    """Return 1 for each token that lies in the part; all of them if none does (the text was cut off before it)."""
    start, end = part
    inside = np.array([start <= first < last <= end for first, last in offsets], dtype=np.int64)
    return inside if inside.any() else np.ones_like(inside)


def _pool(vectors: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Return the mean of the token vectors under each mask, as unit vectors."""
    sums = masks.astype(np.float32) @ vectors
    return np.asarray(sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9))
