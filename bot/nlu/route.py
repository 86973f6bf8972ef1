"""`make route`: read texts from a TSV exactly as production would read them first, and write one JSON object a line.

Loads the trained model, asks no server. Production's order: the safety screen sees the raw text; then the engine's pipeline
reads it, with a leading slash taken off.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

from rasa.shared.nlu.constants import TEXT

from bot.commands import neutralise
from bot.nlu.fallback import READING
from bot.nlu.safety import RISK, as_dict
from bot.safety.loading import load_screen, unpack
from bot.safety.screen import CRISIS

BATCH = 256


class InputError(ValueError):
    """The input file cannot be used; the text names the line and what to do."""


def read_tsv(path: Path) -> List[Tuple[str, str]]:
    """Return (id, text) of each row of a tab-separated file with the columns id and text, unquoted."""
    lines = path.read_text(encoding="utf-8").splitlines()
    header = lines[0].split("\t") if lines else []
    if "id" not in header or "text" not in header:
        raise InputError(f"{path}: the first line must name the columns id and text, with tabs between.")
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if not line.strip():
            continue
        if len(cells) <= max(header.index("id"), header.index("text")):
            raise InputError(f"{path}, line {number}: {len(cells)} columns; id and text are missing.")
        rows.append((cells[header.index("id")], cells[header.index("text")]))
    return rows


class Router:
    """The trained model's reading of texts, without a server."""

    def __init__(self, model: Path) -> None:
        """Load a model archive."""
        from rasa.core.agent import load_agent  # here: importing rasa takes seconds, and read_tsv does not need it

        agent = asyncio.run(load_agent(model_path=str(model)))
        if agent.processor is None:
            raise InputError(f"{model} holds no model: run 'make train'.")
        with tempfile.TemporaryDirectory() as folder:
            self._screen = load_screen(unpack(model, Path(folder)))  # what the app reads the raw text with
        self._runner = agent.processor.graph_runner
        self._target = agent.processor.model_metadata.nlu_target

    def route(self, texts: List[str]) -> List[Dict[str, Any]]:
        """Return the routes of texts: the production graph's reading of each, computed a batch at a time."""
        if not texts:
            return []
        from rasa.core.channels import UserMessage
        from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER

        messages = [UserMessage(neutralise(text)) for text in texts]
        inputs = {PLACEHOLDER_MESSAGE: messages, PLACEHOLDER_TRACKER: None}
        parsed = self._runner.run(inputs=inputs, targets=[self._target])[self._target]
        return [_route(self._risk(text, message), message.get(READING)) for text, message in zip(texts, parsed)]

    def _risk(self, text: str, message: Any) -> Dict[str, Any]:
        """Return the risk of the raw text: what the graph's own screen found, unless the graph read another text."""
        if message.get(TEXT) == text:
            return dict(message.get(RISK))
        return as_dict(self._screen.read(text))


def _route(risk: Dict[str, Any], reading: Dict[str, Any]) -> Dict[str, Any]:
    is_crisis = risk["level"] == CRISIS
    return {
        "route": "crisis" if is_crisis else reading["route"],
        "key": None if is_crisis else reading["key"],
        "also": [] if is_crisis else reading["also"] + reading["candidates"],
        "confidence": 1.0 if is_crisis else round(reading["confidence"], 4),
        **risk,
    }


def route_rows(router: Router, rows: List[Tuple[str, str]]) -> Iterator[Dict[str, Any]]:
    """Yield one result a row: id, the route, and the milliseconds it took (its share of its batch)."""
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        began = time.perf_counter()
        routes = router.route([text for _, text in batch])
        each = round((time.perf_counter() - began) * 1000 / len(batch), 2)
        for (identifier, _), found in zip(batch, routes):
            yield {"id": identifier, **found, "ms": each}


def main() -> int:
    """Read the arguments, route every row, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="TSV with the columns id and text")
    parser.add_argument("target", type=Path, help="JSON lines, one a row")
    parser.add_argument("--model", type=Path, default=Path("models/tandem.tar.gz"))
    arguments = parser.parse_args()
    try:
        rows = read_tsv(arguments.source)
        router = Router(arguments.model)
    except (ValueError, OSError) as error:  # the file, or an archive without a model or a screen
        print(f"route: {error}", file=sys.stderr)
        return 2
    began = time.perf_counter()
    with arguments.target.open("w", encoding="utf-8") as out:
        for result in route_rows(router, rows):
            out.write(json.dumps(result) + "\n")
    seconds = time.perf_counter() - began
    print(f"route: {len(rows)} texts in {seconds:.1f} s, {len(rows) / max(seconds, 1e-9):.0f} a second")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
