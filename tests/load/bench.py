"""`make bench`: a turn through app and engine beside Rasa's default pipeline and policies, same data, same machine, same run.

The default project (DIET, ResponseSelector, TED, UnexpecTED) is trained for one epoch: its speed does not depend on
the epochs, its answers are not judged. Both are asked the same held-out questions in turn, so that a busy machine slows both.
Prints and writes (results/bench.json) the median milliseconds a turn and the memory of the processes, and their ratios.
"""

import json
import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import psutil
import yaml
from cryptography.fernet import Fernet

from bot.cli import migrate
from bot.processes import ENGINE_ENVIRONMENT, ENGINE_PYTHON, running, train_if_needed
from bot.settings import ROOT, get_settings
from tests.e2e.conftest import free_port
from tests.nlu.evaluate import RESULTS, read_rows

PROJECT = ROOT / "var" / "bench"
TURNS, WARM_UP = 200, 20
DEFAULT_CONFIG = {
    "recipe": "default.v1",
    "language": "en",
    "assistant_id": "default",
    "pipeline": [
        {"name": "WhitespaceTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": 1, "constrain_similarities": True},
        {"name": "EntitySynonymMapper"},
        {"name": "ResponseSelector", "epochs": 1, "constrain_similarities": True},
        {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
    ],
    "policies": [
        {"name": "MemoizationPolicy"},
        {"name": "RulePolicy"},
        {"name": "UnexpecTEDIntentPolicy", "max_history": 5, "epochs": 1},
        {"name": "TEDPolicy", "max_history": 5, "epochs": 1, "constrain_similarities": True},
    ],
}


def make_default_project() -> None:
    """Write a Rasa project with the default configuration over the same data; retrieval intents answer by themselves."""
    shutil.rmtree(PROJECT, ignore_errors=True)
    shutil.copytree(ROOT / "data", PROJECT / "data")
    (PROJECT / "config.yml").write_text(yaml.safe_dump(DEFAULT_CONFIG, sort_keys=False))
    (PROJECT / "endpoints.yml").write_text("action_endpoint:\n  url: ${TANDEM_ACTIONS_URL}\n")
    shutil.copy(ROOT / "credentials.yml", PROJECT)
    domain = (ROOT / "domain.yml").read_text() + "\n"
    domain = domain.replace("\nactions:\n", "\nactions:\n- utter_faq\n- utter_clinical\n")
    (PROJECT / "domain.yml").write_text(domain)
    for path in [*PROJECT.glob("data/rules/*.yml"), *PROJECT.glob("data/stories/*.yml")]:
        steps = path.read_text().replace("action: action_clinical", "action: utter_clinical")
        path.write_text(steps.replace("- intent: faq\n  - action: action_answer", "- intent: faq\n  - action: utter_faq"))


def train_default_project() -> Path:
    """Train the default project and return its model."""
    command = [str(ENGINE_PYTHON), "-m", "rasa", "train", "--skip-validation", "--fixed-model-name", "default"]
    with (PROJECT / "train.log").open("w") as log:
        subprocess.run(command, cwd=PROJECT, env=_environment(), stdout=log, stderr=subprocess.STDOUT, check=True)
    return PROJECT / "models" / "default.tar.gz"


def _environment(**more: str) -> dict[str, str]:
    return {**os.environ, **ENGINE_ENVIRONMENT, "TANDEM_ACTIONS_URL": "http://127.0.0.1:1/", **more}


def start_default(stack: ExitStack, model: Path, actions_url: str) -> tuple[str, subprocess.Popen[bytes]]:
    """Serve the default model over REST; return its address and process."""
    port = free_port()
    command = [str(ENGINE_PYTHON), "-m", "rasa", "run", "--model", str(model), "-i", "127.0.0.1", "-p", str(port)]
    log = stack.enter_context((PROJECT / "run.log").open("w"))
    process = subprocess.Popen(
        command, cwd=PROJECT, env=_environment(TANDEM_ACTIONS_URL=actions_url), stdout=log, stderr=subprocess.STDOUT
    )
    stack.callback(process.wait)
    stack.callback(process.terminate)
    address = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            if httpx.get(address, timeout=2, trust_env=False).is_success:
                return address, process
        except httpx.HTTPError:
            time.sleep(0.5)
    raise RuntimeError(f"The default project did not start; see {PROJECT / 'run.log'}.")


def memory(process: subprocess.Popen[bytes]) -> float:
    """Return the resident memory of a process and its children, in MB."""
    parent = psutil.Process(process.pid)
    return sum(member.memory_info().rss for member in [parent, *parent.children(recursive=True)]) / 1e6


def _timed(action: Callable[[], httpx.Response]) -> float:
    began = time.perf_counter()
    action().raise_for_status()
    return (time.perf_counter() - began) * 1000


def measure(ours: str, default: str) -> dict[str, list[float]]:
    """Ask both the same questions in turn; return the milliseconds of each turn after the warm-up."""
    questions = [row["text"] for row in read_rows(ROOT / "tests" / "nlu" / "held_out.tsv")][: TURNS + WARM_UP]
    times: dict[str, list[float]] = {"tandem": [], "default": []}
    with httpx.Client(timeout=60, trust_env=False) as client:
        for number, question in enumerate(questions):
            if number % 10 == 0:  # conversations of ten turns
                token = client.post(f"{ours}/api/conversations", json={"consent": True}).json()["token"]
            headers = {"Authorization": f"Bearer {token}"}
            own = {"client_id": f"bench-{number:06}", "text": question}
            theirs = {"sender": f"bench-{number // 10}", "message": question}
            pair = (
                _timed(lambda: client.post(f"{ours}/api/messages", json=own, headers=headers)),  # noqa: B023
                _timed(lambda: client.post(f"{default}/webhooks/rest/webhook", json=theirs)),  # noqa: B023
            )
            if number >= WARM_UP:
                times["tandem"].append(pair[0])
                times["default"].append(pair[1])
    return times


def main() -> int:
    """Train, serve and ask both; print the comparison."""
    os.environ.update(
        TANDEM_SECRET="bench-bench-bench-bench-bench-bench",
        TANDEM_ENCRYPTION_KEYS=Fernet.generate_key().decode(),
        TANDEM_DATABASE_URL=f"sqlite:///{PROJECT}/tandem.db",
        TANDEM_ADDRESS_MESSAGES_A_MINUTE="100000",
        TANDEM_CONVERSATIONS_A_MINUTE="100000",
        TANDEM_PORT=str(free_port()),
        TANDEM_ENGINE_PORT=str(free_port()),
        TANDEM_ACTIONS_PORT=str(free_port()),
    )
    settings = get_settings()
    train_if_needed()
    make_default_project()
    print("training Rasa's default pipeline on the same data (one epoch) …", flush=True)
    model = train_default_project()
    migrate()
    with running(settings) as processes, ExitStack() as stack:
        address, default = start_default(stack, model, settings.actions_url)
        times = measure(f"http://127.0.0.1:{settings.port}", address)
        megabytes = {"tandem": memory(processes["engine"]) + memory(processes["app"]), "default": memory(default)}
        parts = {name: round(memory(process)) for name, process in processes.items()}
    medians = {name: statistics.median(values) for name, values in times.items()}
    result: dict[str, Any] = {
        "turns": TURNS,
        "median_ms": {name: round(value, 1) for name, value in medians.items()},
        "p95_ms": {name: round(statistics.quantiles(values, n=20)[-1], 1) for name, values in times.items()},
        "times_faster": round(medians["default"] / medians["tandem"], 2),
        "memory_mb": {name: round(value) for name, value in megabytes.items()},
        "memory_share": round(megabytes["tandem"] / megabytes["default"], 2),
        "memory_parts_mb": parts,
    }
    print(json.dumps(result, indent=1))
    print(f"A turn is {result['times_faster']} times as fast as Rasa's default, in {result['memory_share']} of its memory.")
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "bench.json").write_text(json.dumps(result, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
