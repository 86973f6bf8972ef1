"""Training only when needed, and a port in use named before anything is started."""

import re
import socket
from pathlib import Path

import pytest

from bot.processes import StartError, running
from bot.settings import get_settings
from tests.conftest import RunPython

TRAIN = "from bot.processes import train_if_needed, is_trained; train_if_needed(); print('trained' if is_trained() else 'not')"
IS_TRAINED = "from bot.processes import is_trained; print(is_trained())"


def put_engine(project: Path, script: str) -> None:
    """Put a small program in the place of the engine's Python, which is another environment's."""
    python = project / "engine" / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True, exist_ok=True)
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)


@pytest.fixture
def trained(project: Path, run_python: RunPython) -> Path:
    put_engine(project, 'echo "$@" >> trainings; mkdir -p models; : > models/tandem.tar.gz')
    assert run_python("-c", TRAIN).stdout.splitlines()[-1] == "trained"
    return project


def trainings(project: Path) -> list[str]:
    """Return the trainings among the commands the stand-in for the engine's Python was called with."""
    return [command for command in (project / "trainings").read_text().splitlines() if "rasa train" in command]


def test_without_a_model_there_is_a_training(trained: Path) -> None:
    (command,) = trainings(trained)
    assert "rasa train" in command and "tandem" in command


def test_a_model_that_matches_is_not_trained_again(trained: Path, run_python: RunPython) -> None:
    run_python("-c", TRAIN)
    assert len(trainings(trained)) == 1


@pytest.mark.parametrize(
    "name", ["config.yml", "domain.yml", "data/nlu/faq/cbt.yml", "bot/nlu/reading.py", "bot/safety/lexicon.py"]
)
def test_a_change_of_anything_trained_from_needs_a_training(trained: Path, run_python: RunPython, name: str) -> None:
    with (trained / name).open("a") as file:
        file.write("\n# changed\n")
    assert run_python("-c", IS_TRAINED).stdout == "False\n"
    run_python("-c", TRAIN)
    assert len(trainings(trained)) == 2


@pytest.mark.parametrize("name", ["bot/turns.py", "clinic/clinic.yml", ".env.example"])
def test_a_change_of_anything_else_does_not(trained: Path, run_python: RunPython, name: str) -> None:
    with (trained / name).open("a") as file:
        file.write("\n# changed\n")
    assert run_python("-c", IS_TRAINED).stdout == "True\n"


def test_a_new_or_a_renamed_file_needs_a_training(trained: Path, run_python: RunPython) -> None:
    (trained / "data" / "nlu" / "faq" / "cbt.yml").rename(trained / "data" / "nlu" / "faq" / "cbt2.yml")
    assert run_python("-c", IS_TRAINED).stdout == "False\n"


@pytest.mark.parametrize("script", ["echo no memory; exit 3", "exit 0"])
def test_a_training_that_fails_says_where_the_reason_is_and_is_tried_again(
    project: Path, run_python: RunPython, script: str
) -> None:
    put_engine(project, script)
    assert "StartError: Training failed; the reason is at the end of var/logs/train.log." in run_python("-c", TRAIN).stderr
    assert (project / "var" / "logs" / "train.log").read_text() == ("no memory\n" if "memory" in script else "")
    assert run_python("-c", IS_TRAINED).stdout == "False\n"


@pytest.mark.parametrize(("name", "setting"), [("engine", "ENGINE_PORT"), ("actions", "ACTIONS_PORT"), ("app", "PORT")])
def test_a_port_in_use_is_named_with_its_setting(configure, name: str, setting: str) -> None:  # type: ignore[no-untyped-def]
    free = []
    for _ in range(2):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            free.append(probe.getsockname()[1])
    with socket.create_server(("127.0.0.1", 0)) as used:
        port = used.getsockname()[1]
        ports = dict.fromkeys(["engine_port", "actions_port", "port"])
        configure(**{key: port if key == setting.lower() else free.pop() for key in ports})
        expected = f"Port {port} for the {name} is in use. Stop what uses it, or set TANDEM_{setting} in .env."
        with pytest.raises(StartError, match=f"^{re.escape(expected)}$"), running(get_settings()):
            pytest.fail("nothing may start")
