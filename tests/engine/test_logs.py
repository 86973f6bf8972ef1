"""The engine's log: of a failing turn only the event and the kind of error may reach it, never what a patient wrote."""

import io
import json
import logging
import os
import subprocess
import sys

import pytest
from tiny_project import ROOT

from bot.nlu.logs import EventOnly

SECRET = "my neighbour Dora reads my mail"

# what `rasa run --logging-config-file engine/logging.yml` sets up, then a turn that fails as Rasa's do
_FAILING_TURN = f"""
import logging, structlog
from rasa.utils.common import configure_logging_and_warnings
from rasa.utils.log_utils import configure_structlog

configure_logging_and_warnings(logging_config_file="engine/logging.yml")
configure_structlog()

def turn(text):
    try:
        raise ValueError(text)
    except ValueError:
        structlog.get_logger("rasa.core").exception("turn.failed", user_text=text)
        logging.getLogger("rasa.core").exception(f"could not read {{text}}")
        logging.getLogger("rasa.core").info(f"read {{text}}")

turn({SECRET!r})
"""


@pytest.fixture
def log() -> tuple[logging.Logger, io.StringIO]:
    """Return a logger behind the filter, and what it wrote."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(EventOnly())
    logger = logging.Logger("tested")
    logger.addHandler(handler)
    return logger, written


def test_of_a_structured_record_the_event_and_the_errors_stay(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    frames = [{"name": "process", "locals": {"text": SECRET}}]
    record = {"event": "graph.failed", "text": SECRET, "exception": [
        {"exc_type": "ValueError", "exc_value": SECRET, "frames": frames}, {"exc_type": "GraphError", "frames": frames}
    ]}  # fmt: skip
    logger.error(json.dumps(record))
    assert written.getvalue() == "graph.failed ValueError GraphError\n"


def test_of_a_plain_record_the_place_and_the_kind_of_error_stay(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    try:
        raise KeyError(SECRET)
    except KeyError:
        logger.exception("failed on %s", SECRET)
    place, kind = written.getvalue().split()
    assert place.startswith("test_logs:") and kind == "KeyError"


@pytest.mark.parametrize(
    "message",
    [SECRET, f'"{SECRET}"', json.dumps([SECRET]), json.dumps({"text": SECRET}), json.dumps({"event": "e", "exception": SECRET})],
)
def test_a_record_of_any_other_form_loses_its_text(log: tuple[logging.Logger, io.StringIO], message: str) -> None:
    logger, written = log
    logger.warning(message)
    assert SECRET not in written.getvalue()
    assert written.getvalue().startswith("test_logs:")


def test_a_failing_turn_in_rasa_leaves_only_its_event_in_the_log() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run([sys.executable, "-c", _FAILING_TURN], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    written = done.stdout + done.stderr
    assert "turn.failed ValueError" in written
    assert SECRET not in written
