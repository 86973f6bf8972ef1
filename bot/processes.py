"""The three processes on one machine: train if needed, start, wait until healthy, stop. Used by `make run` and the tests."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NoReturn

import httpx

from bot.settings import ROOT, Settings

MODEL = ROOT / "models" / "tandem.tar.gz"
TRAINED_FROM = ROOT / "models" / "tandem.sha256"
ENGINE_PYTHON = ROOT / "engine" / ".venv" / "bin" / "python"
LOGS = ROOT / "var" / "logs"
PENDING = [ROOT / "var" / f"{name}.pending" for name in ("vectors", "risk_model")]  # bot.nlu.beside takes them away when done
START_SECONDS = 120
LONGEST_PAUSE = 60  # seconds before a process that keeps stopping is started again
_TRAINED_ON = (
    "config.yml",
    "domain.yml",
    "engine/requirements.lock",
    "data/**/*.yml",
    "bot/nlu/*.py",
    *(f"bot/safety/{name}.py" for name in ("lexicon", "text", "model", "screen", "loading")),
    "bot/minilm.py",
)
# what makes Rasa 3.6 quiet and offline
ENGINE_ENVIRONMENT = {
    "LOG_LEVEL": "WARNING",
    "OMP_NUM_THREADS": "1",  # a turn is too small to share out; two turns at once are not
    "OPENBLAS_NUM_THREADS": "1",
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONUNBUFFERED": "1",
    "PYTHONWARNINGS": "ignore",
}


class StartError(RuntimeError):
    """Something could not be trained or started; the text says what, and what to do."""


def _fingerprint() -> str:
    """Return the hash of everything the model is trained from."""
    digest = hashlib.sha256()
    for pattern in _TRAINED_ON:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_trained() -> bool:
    """Tell whether the model matches config, domain, data and components."""
    return MODEL.exists() and TRAINED_FROM.exists() and TRAINED_FROM.read_text() == _fingerprint()


def train_if_needed(say: Callable[[str], None] = print) -> None:
    """Train the model if anything it is trained from has changed; raises StartError when training fails."""
    if is_trained():
        return
    say("training the assistant (a minute or two) …")
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / "train.log"
    command = [str(ENGINE_PYTHON), "-m", "rasa", "train", "--skip-validation", "--force"]
    command += ["--fixed-model-name", "tandem", "--out", str(MODEL.parent)]
    environment = {**os.environ, **ENGINE_ENVIRONMENT, "TANDEM_ACTIONS_URL": "http://127.0.0.1:5055/webhook"}
    fingerprint = _fingerprint()
    with log.open("w") as out, _beside(environment):
        code = subprocess.run(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT).returncode
    if code or not MODEL.exists():
        raise StartError(f"Training failed; the reason is at the end of {log.relative_to(ROOT)}.")
    TRAINED_FROM.write_text(fingerprint)


@contextmanager
def _beside(environment: dict[str, str]) -> Iterator[None]:
    """Compute the examples' vectors and the screen's model beside the training (bot.nlu.beside)."""
    for pending in PENDING:
        pending.touch()
    with (LOGS / "beside.log").open("w") as out:
        command = [str(ENGINE_PYTHON), "-m", "bot.nlu.beside"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT)
    try:
        yield
    finally:
        process.terminate()
        process.wait()
        for pending in PENDING:
            pending.unlink(missing_ok=True)


@dataclass(frozen=True)
class _Service:
    name: str
    port: int
    health: str
    command: list[str]
    environment: dict[str, str]


def _services(settings: Settings) -> list[_Service]:
    python = sys.executable
    return [
        _Service(
            "engine",
            settings.engine_port,
            f"{settings.engine_url}/",
            [str(ENGINE_PYTHON), "-m", "rasa", "run", "--model", str(MODEL), "--interface", "127.0.0.1"]
            + ["--port", str(settings.engine_port), "--logging-config-file", "engine/logging.yml"],
            {**ENGINE_ENVIRONMENT, "TANDEM_ACTIONS_URL": settings.actions_url},
        ),
        _Service(
            "actions",
            settings.actions_port,
            f"http://127.0.0.1:{settings.actions_port}/health",
            [python, "-m", "rasa_sdk", "--actions", "actions", "--port", str(settings.actions_port), "--quiet"],
            {"SANIC_HOST": "127.0.0.1", "PYTHONUNBUFFERED": "1"},
        ),
        _Service(
            "app",
            settings.port,
            f"{settings.local_url}/health",
            [python, "-m", "uvicorn", "bot.web.app:create_app", "--factory", "--host", settings.host]
            + ["--port", str(settings.port), "--no-access-log", "--log-level", settings.log_level.lower()]
            + ["--no-proxy-headers"],  # the app reads them itself, from trusted_proxies only
            {"PYTHONUNBUFFERED": "1"},
        ),
    ]


def _check_port(host: str, port: int, name: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            setting = "TANDEM_PORT" if name == "app" else f"TANDEM_{name.upper()}_PORT"
            raise StartError(f"Port {port} for the {name} is in use. Stop what uses it, or set {setting} in .env.") from None


@contextmanager
def running(settings: Settings, say: Callable[[str], None] = print) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Start the three processes, wait until each is healthy, and stop them at the end.

    Raises:
        StartError: a port is in use, or a process ended or did not become healthy in time.

    """
    services = _services(settings)
    for service in services:
        _check_port(settings.host if service.name == "app" else "127.0.0.1", service.port, service.name)
    LOGS.mkdir(parents=True, exist_ok=True)
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for service in services:
            processes[service.name] = _start(service)
        for service in [services[1], services[0], services[2]]:
            _wait_until_healthy(service, processes[service.name])
            say(f"{service.name} is up")
        yield processes
    finally:
        _stop(processes)


def keep_up(settings: Settings, processes: dict[str, subprocess.Popen[bytes]], say: Callable[[str], None] = print) -> NoReturn:
    """Start engine and actions again when they stop, after a growing pause; the app answers a crisis without them meanwhile.

    Raises:
        StartError: the app itself stopped.

    """
    services = {service.name: service for service in _services(settings)}
    failures = dict.fromkeys(services, 0)
    while True:
        for name in services:
            if processes[name].poll() is None:
                continue
            if name == "app":
                raise StartError("The app stopped; the reason is at the end of var/logs/app.log.")
            failures[name] += 1
            say(f"the {name} stopped, and is started again; the reason is in var/logs/{name}.log")
            time.sleep(min(2 ** failures[name], LONGEST_PAUSE))
            processes[name] = _start(services[name], mode="a")
        time.sleep(1)


def _start(service: _Service, mode: str = "w") -> subprocess.Popen[bytes]:
    with (LOGS / f"{service.name}.log").open(mode) as out:
        return subprocess.Popen(
            service.command,
            cwd=ROOT,
            env={**os.environ, **service.environment},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches us first, and we stop them in order
        )


def _wait_until_healthy(service: _Service, process: subprocess.Popen[bytes]) -> None:
    log = (LOGS / f"{service.name}.log").relative_to(ROOT)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise StartError(f"The {service.name} stopped while starting; the reason is at the end of {log}.")
        try:
            if httpx.get(service.health, timeout=2, trust_env=False).is_success:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise StartError(f"The {service.name} did not answer within {START_SECONDS} seconds; see {log}.")


def _stop(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    for process in processes.values():
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
    for process in processes.values():
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
