"""The sentence encoder's graph rewritten for speed: integer products, and whole steps where the export spelt them out.

The package's model holds 8-bit weights and multiplies in floating point. Here its 36 weight products become integer products
(each activation quantized on the fly), which takes half the time on one core. Weights are rounded to 7 bits: with 8, processors
without VNNI would saturate in the sums (onnxruntime, "Quantize ONNX models", reduce_range); so the sums are exact everywhere.
Attention (some 20 nodes a layer) and GELU (five) become one node each of onnxruntime's own, which takes another fifth off.
"""

from collections import defaultdict
from typing import Dict, List

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, helper, numpy_helper

HEADS = 12
_OWN = "com.microsoft"  # onnxruntime's domain


def rewrite(model: onnx.ModelProto) -> None:
    """Rewrite the model in place; it then takes texts without padding only, as the attention mask is not used."""
    compute_with_integers(model.graph)
    fuse(model.graph)
    model.opset_import.append(helper.make_opsetid(_OWN, 1))
    used = {name for node in model.graph.node for name in node.input}
    for tensors in (model.graph.input, model.graph.initializer):
        for tensor in [each for each in tensors if each.name not in used]:
            tensors.remove(tensor)


def compute_with_integers(graph: onnx.GraphProto) -> None:
    """Replace each product with a stored 8-bit weight (MatMul of Cast and Mul) by an integer product, in place."""
    weights = {tensor.name: tensor for tensor in graph.initializer}
    makers = _makers(graph)
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
    _keep_needed(graph, nodes)


def _halve(weight: TensorProto, scale: TensorProto) -> None:
    """Round a weight to 7 bits and double its scale."""
    halves = np.rint(numpy_helper.to_array(weight).astype(np.float32) / 2).astype(np.int8)
    weight.CopyFrom(numpy_helper.from_array(halves, weight.name))
    scale.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(scale) * np.float32(2), scale.name))


def fuse(graph: onnx.GraphProto) -> None:
    """Replace the nodes of each attention (around its Softmax) and of each GELU (around its Erf) by one, in place."""
    paths, fused = _Paths(graph), {}
    for node in graph.node:
        if node.op_type in ("Softmax", "Erf"):
            one = _attention(paths, node) if node.op_type == "Softmax" else _gelu(paths, node)
            fused[one.output[0]] = one
    _keep_needed(graph, [fused.get(node.output[0], node) for node in graph.node])


def _attention(paths: "_Paths", softmax: NodeProto) -> NodeProto:
    """Return the attention of a Softmax: from queries, keys and values before they are cut into heads, to the joined heads."""
    product = paths.up(softmax, 0, "Add", "MatMul")
    queries = paths.up(product, 0, "Mul", "Transpose", "Reshape").input[0]
    keys = paths.up(product, 1, "Mul", "Reshape", "Transpose", "Reshape", "Transpose", "Reshape").input[0]
    mixed = paths.down(softmax, "Where", "MatMul")
    values = paths.up(mixed, 1, "Transpose", "Reshape").input[0]
    joined = paths.down(mixed, "Transpose", "Reshape").output[0]
    return helper.make_node("MultiHeadAttention", [queries, keys, values], [joined], domain=_OWN, num_heads=HEADS)


def _gelu(paths: "_Paths", erf: NodeProto) -> NodeProto:
    """Return the GELU of an Erf: x * (1 + erf(x / sqrt(2))) / 2."""
    scaled = paths.up(erf, 0, "Div").input[0]
    return helper.make_node("Gelu", [scaled], [paths.down(erf, "Add", "Mul", "Mul").output[0]], domain=_OWN)


class _Paths:
    """Walks a graph from node to node, by the kinds of node that must stand there."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self._makers = _makers(graph)
        self._users: Dict[str, List[NodeProto]] = defaultdict(list)
        for node in graph.node:
            for name in node.input:
                self._users[name].append(node)

    def up(self, node: NodeProto, at: int, *kinds: str) -> NodeProto:
        """Return the node from which the input at a place comes, over nodes of the kinds, each through its first input."""
        for kind in kinds:
            node, at = self._makers[node.input[at]], 0
            _expect(node, kind)
        return node

    def down(self, node: NodeProto, *kinds: str) -> NodeProto:
        """Return the node to which the output goes, over nodes of the kinds."""
        for kind in kinds:
            users = self._users[node.output[0]]
            node = next((user for user in users if user.op_type == kind), users[0])
            _expect(node, kind)
        return node


def _expect(node: NodeProto, kind: str) -> None:
    if node.op_type != kind:
        raise ValueError(f"The encoder's graph is not the one that was measured: {node.name} is a {node.op_type}, no {kind}.")


def _makers(graph: onnx.GraphProto) -> Dict[str, NodeProto]:
    return {name: node for node in graph.node for name in node.output}


def _keep_needed(graph: onnx.GraphProto, nodes: List[NodeProto]) -> None:
    """Make these the graph's nodes, less those that nothing uses any more."""
    needed, kept = {output.name for output in graph.output}, []
    for node in reversed(nodes):
        if needed & set(node.output):
            kept.append(node)
            needed |= set(node.input)
    del graph.node[:]
    graph.node.extend(reversed(kept))
