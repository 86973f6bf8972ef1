"""Running a state machine of turns: anything in any order, against a real database and a local engine."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from bot import turns
from bot.privacy import redaction
from tests.stubs.engine import EngineStub


def run_machine(
    machine: type[RuleBasedStateMachine], stub: EngineStub, monkeypatch: pytest.MonkeyPatch, examples: int, steps: int
) -> None:
    """Run so many examples of so many steps, the same in every run; the machine finds the engine as `stub`."""
    monkeypatch.setattr(turns, "SECONDS_TO_CRISIS_TEXT", 60)  # how fast it is, is not what is looked at here
    monkeypatch.setattr(machine, "stub", stub, raising=False)
    redaction.warm_up()
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            phases=[Phase.generate],
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
