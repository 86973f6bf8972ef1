"""The order in which Rasa's graphs are run: what a target needs, each after what it needs itself, and nothing else."""

import pytest
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage

from bot.nlu import graph_runs


class Step(GraphComponent):
    """Joins the texts it is given, and notes that it ran."""

    ran: list[str] = []

    @classmethod
    def create(cls, config, model_storage, resource, execution_context):
        """Create a step."""
        step = cls()
        step.name = execution_context.node_name
        return step

    def join(self, first, second=""):
        """Return the texts and the step's own name."""
        self.ran.append(self.name)
        return f"{first}{second}{self.name}"

    def fail(self, first):
        """Raise an error of its own."""
        raise ValueError(first)


def node(fn="join", **needs):
    return SchemaNode(needs=needs, uses=Step, constructor_name="create", fn=fn, config={}, eager=True)


@pytest.fixture
def runner(tmp_path):
    graph_runs.install()
    Step.ran = []
    nodes = {
        "d": node(first="b", second="c"),
        "c": node(first="a"),
        "b": node(first="a"),
        "a": node(first="__text__"),
        "other": node(first="a"),
        "broken": node(fn="fail", first="a"),
    }
    schema = GraphSchema(nodes)
    nodes["d"].is_target = True
    return DaskGraphRunner.create(schema, LocalModelStorage(tmp_path), ExecutionContext(schema, "test"))


def test_a_target_gets_what_it_needs_once_and_nothing_else_runs(runner):
    assert runner.run(inputs={"__text__": "x"}, targets=["d"]) == {"d": "xabxacd"}
    assert sorted(Step.ran) == ["a", "b", "c", "d"] and Step.ran[0] == "a" and Step.ran[-1] == "d"


def test_without_names_the_graphs_own_targets_run_and_again_with_another_input(runner):
    assert runner.run(inputs={"__text__": "x"}) == {"d": "xabxacd"}
    assert runner.run(inputs={"__text__": "y"}) == {"d": "yabyacd"}


def test_two_targets_share_what_both_need(runner):
    assert runner.run(inputs={"__text__": "x"}, targets=["other", "b"]) == {"other": "xaother", "b": "xab"}
    assert Step.ran.count("a") == 1


def test_an_output_that_is_already_there_is_not_made_again(runner):
    assert runner.run(inputs={"__text__": "x", "a": "made"}, targets=["b"]) == {"b": "madeb"}
    assert Step.ran == ["b"]


def test_an_error_of_a_step_and_a_missing_input_are_told_as_rasa_tells_them(runner):
    with pytest.raises(Exception, match="broken"):
        runner.run(inputs={"__text__": "x"}, targets=["broken"])
    with pytest.raises(Exception, match="Missing input to run node 'a'"):
        runner.run(targets=["b"])
