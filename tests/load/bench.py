"""`make bench`: a turn through app and engine beside Rasa's default pipeline and policies, same data, same machine, same run.

Two default projects stand beside ours, with DIET, ResponseSelector, FallbackClassifier, TED, UnexpecTED, memoization and rules:

- `default`: this project with nothing but config.yml replaced, and Rasa's own tracker store: same content, rules and actions.
- `default_without_actions`: the same again, but Rasa says each answer itself (retrieval responses) and calls no actions server,
  which ours always does. The harder comparison.

Both are trained for one epoch: their speed does not depend on the epochs, their answers are not judged. Ours and one of them are
asked the same held-out questions in turn, so that a busy machine slows both. Prints and writes (results/bench.json) the median
milliseconds a turn and the memory of the processes, and their ratios.
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
    """Write this project with Rasa's default configuration in place of its own."""
    shutil.rmtree(PROJECT, ignore_errors=True)
    shutil.copytree(ROOT / "data", PROJECT / "data")
    (PROJECT / "config.yml").write_text(yaml.safe_dump(DEFAULT_CONFIG, sort_keys=False))
    (PROJECT / "endpoints.yml").write_text("action_endpoint:\n  url: ${TANDEM_ACTIONS_URL}\n")
    shutil.copy(ROOT / "credentials.yml", PROJECT)
    shutil.copy(ROOT / "domain.yml", PROJECT)


def let_rasa_answer_itself() -> None:
    """Change the project so that topics and clinical kinds are answered by retrieval responses, without an actions server."""
    domain = (PROJECT / "domain.yml").read_text() + "\n"
    (PROJECT / "domain.yml").write_text(domain.replace("\nactions:\n", "\nactions:\n- utter_faq\n- utter_clinical\n"))
    for path in [*PROJECT.glob("data/rules/*.yml"), *PROJECT.glob("data/stories/*.yml")]:
        steps = path.read_text().replace("action: action_clinical", "action: utter_clinical")
        path.write_text(steps.replace("- intent: faq\n  - action: action_answer", "- intent: faq\n  - action: utter_faq"))


def train_default_project(name: str) -> Path:
    """Train the default project as it stands and return its model; what did not change is taken from Rasa's cache."""
    command = [str(ENGINE_PYTHON), "-m", "rasa", "train", "--skip-validation", "--fixed-model-name", name]
    with (PROJECT / f"{name}.train.log").open("w") as log:
        subprocess.run(command, cwd=PROJECT, env=_environment(), stdout=log, stderr=subprocess.STDOUT, check=True)
    return PROJECT / "models" / f"{name}.tar.gz"


def _environment(**more: str) -> dict[str, str]:
    return {**os.environ, **ENGINE_ENVIRONMENT, "TANDEM_ACTIONS_URL": "http://127.0.0.1:1/", **more}


def start_default(stack: ExitStack, model: Path, actions_url: str) -> tuple[str, subprocess.Popen[bytes]]:
    """Serve the default model over REST; return its address and process."""
    port = free_port()
    command = [str(ENGINE_PYTHON), "-m", "rasa", "run", "--model", str(model), "-i", "127.0.0.1", "-p", str(port)]
    log = stack.enter_context((PROJECT / f"{model.name}.run.log").open("w"))
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
    """Ask ours and a default project the same questions in turn; return the milliseconds of each turn after the warm-up."""
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
        TANDEM_MESSAGES_A_MINUTE="100000",  # both are asked as fast as they answer
        TANDEM_ADDRESS_MESSAGES_A_MINUTE="100000",
        TANDEM_CONVERSATIONS_A_MINUTE="100000",
        TANDEM_PORT=str(free_port()),
        TANDEM_ENGINE_PORT=str(free_port()),
        TANDEM_ACTIONS_PORT=str(free_port()),
    )
    settings = get_settings()
    train_if_needed()
    make_default_project()
    print("training Rasa's default pipeline on the same data (one epoch, some minutes) …", flush=True)
    models = {"default": train_default_project("default")}
    let_rasa_answer_itself()
    models["default_without_actions"] = train_default_project("default_without_actions")
    migrate()
    results = {}
    with running(settings) as processes:
        for name, model in models.items():
            with ExitStack() as stack:
                address, default = start_default(stack, model, settings.actions_url)
                times = measure(f"http://127.0.0.1:{settings.port}", address)
                ours = memory(processes["engine"]) + memory(processes["app"])
                results[name] = compare(times, {"tandem": ours, "default": memory(default)})
                print(f"beside {name}: {json.dumps(results[name])}", flush=True)
    for name, result in results.items():
        print(f"A turn is {result['times_faster']} times as fast as {name}, in {result['memory_share']} of its memory.")
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "bench.json").write_text(json.dumps(results, indent=1) + "\n")
    return 0


def compare(times: dict[str, list[float]], megabytes: dict[str, float]) -> dict[str, Any]:
    """Return medians, 95th percentiles, memory, and the ratios."""
    medians = {name: statistics.median(values) for name, values in times.items()}
    return {
        "turns": TURNS,
        "median_ms": {name: round(value, 1) for name, value in medians.items()},
        "p95_ms": {name: round(statistics.quantiles(values, n=20)[-1], 1) for name, values in times.items()},
        "times_faster": round(medians["default"] / medians["tandem"], 2),
        "memory_mb": {name: round(value) for name, value in megabytes.items()},
        "memory_share": round(megabytes["tandem"] / megabytes["default"], 2),
    }


if __name__ == "__main__":
    raise SystemExit(main())
