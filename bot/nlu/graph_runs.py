"""A repair of how Rasa 3.6 runs its graphs: dask plans the order of the same few steps anew at every turn, three times.

Here the order is worked out once for each set of targets. The steps, their inputs and their errors are Rasa's.
"""

from graphlib import TopologicalSorter
from typing import Any, Dict, List, Optional, Sequence, Tuple

from rasa.engine.graph import GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner

Step = Tuple[str, Tuple[str, ...]]  # a node's name, and the names of those whose output it needs


def run(self: DaskGraphRunner, inputs: Optional[Dict[str, Any]] = None, targets: Optional[List[str]] = None) -> Dict[str, Any]:
    """Return the output of each target, of all the graph's targets when none are named; `inputs` are outputs already there."""
    wanted = tuple(targets or self._graph_schema.target_names)
    orders: Dict[Tuple[str, ...], List[Step]] = self.__dict__.setdefault("_orders", {})
    if wanted not in orders:
        orders[wanted] = _order(self._graph_schema, wanted)
    outputs = {name: (name, value) for name, value in (inputs or {}).items()}
    for name, needs in orders[wanted]:
        if name not in outputs:
            outputs[name] = self._instantiated_nodes[name](*(outputs.get(need, need) for need in needs))
    return {name: outputs[name][1] for name in wanted}


def _order(schema: GraphSchema, targets: Sequence[str]) -> List[Step]:
    """Return the steps that the targets need, each after those it needs itself."""
    nodes = schema.minimal_graph_schema(list(targets)).nodes
    needs = {name: tuple(node.needs.values()) for name, node in nodes.items()}
    return [(name, needs[name]) for name in TopologicalSorter(needs).static_order() if name in needs]


def install() -> None:
    """Let Rasa run its graphs this way."""
    DaskGraphRunner.run = run
