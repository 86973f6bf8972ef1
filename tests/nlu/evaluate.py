"""`make eval`: how well messages are read, on questions the assistant was never trained on.

Reads tests/nlu/held_out.tsv (six voices a topic) and tests/nlu/held_out_routes.tsv (other routes), prints accuracy, helped within
one tap, wrong answers and abstention, per voice and topic, and writes results/eval.json and results/confusions.png.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import matplotlib

from bot.processes import ENGINE_ENVIRONMENT, ENGINE_PYTHON
from bot.settings import ROOT

matplotlib.use("Agg")
import matplotlib.pyplot as plt

HERE = Path(__file__).parent
RESULTS = ROOT / "results"
MIN_SHOWN = 1

Row = dict[str, Any]


def read_rows(path: Path) -> list[Row]:
    """Return the rows of a TSV with a header, unquoted."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def route(rows: list[Row]) -> list[Row]:
    """Return the rows with their routes, read by the trained model as production reads them."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.tsv", Path(folder) / "out.jsonl"
        source.write_text("id\ttext\n" + "".join(f"{row['id']}\t{row['text']}\n" for row in rows), encoding="utf-8")
        environment = {**os.environ, **ENGINE_ENVIRONMENT, "TANDEM_ACTIONS_URL": "http://127.0.0.1:1/"}
        command = [str(ENGINE_PYTHON), "-W", "ignore", "-m", "bot.nlu.route", str(source), str(target)]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=sys.stderr)
        found = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    return [{**row, "read": read} for row, read in zip(rows, found, strict=True)]


def measure(rows: list[Row]) -> dict[str, float]:
    """Return the shares of questions answered right, helped within one tap, answered wrongly, and not answered."""
    right = sum(row["read"]["key"] == row["key"] for row in rows)
    offered = sum(row["key"] in row["read"]["also"] and row["read"]["key"] != row["key"] for row in rows)
    abstained = sum(row["read"]["key"] is None for row in rows)
    wrong = sum(row["read"]["key"] not in (None, row["key"]) and row["key"] not in row["read"]["also"] for row in rows)
    return {name: count / len(rows) for name, count in
            {"top1": right, "helped": right + offered, "wrong": wrong, "abstained": abstained}.items()}  # fmt: skip


def draw_confusions(rows: list[Row], path: Path) -> None:
    """Draw which topics are taken for which, as a picture; topics never confused are left out."""
    pairs = Counter((row["key"], row["read"]["key"] or row["read"]["route"]) for row in rows)
    wrong = {pair: count for pair, count in pairs.items() if pair[0] != pair[1] and count >= MIN_SHOWN}
    truths = sorted({truth for truth, _ in wrong})
    readings = sorted({reading for _, reading in wrong})
    grid = [[wrong.get((truth, reading), 0) for reading in readings] for truth in truths]
    figure, axes = plt.subplots(figsize=(0.28 * len(readings) + 4, 0.24 * len(truths) + 3))
    picture = axes.imshow(grid or [[0]], cmap="Blues")
    axes.set_xticks(range(len(readings)), readings, rotation=90, fontsize=7)
    axes.set_yticks(range(len(truths)), truths, fontsize=7)
    axes.set_xlabel("read as")
    axes.set_ylabel("meant")
    axes.set_title("Questions read as another topic, or not answered")
    figure.colorbar(picture, label="questions", shrink=0.6)
    figure.savefig(path, dpi=130, bbox_inches="tight")
    plt.close(figure)


def _line(name: str, rows: list[Row]) -> str:
    found = measure(rows)
    return f"{name:24} {len(rows):4d}  " + "  ".join(f"{key} {100 * value:5.1f} %" for key, value in found.items())


def main() -> int:
    """Measure, print, and write the results."""
    topics = route(read_rows(HERE / "held_out.tsv"))
    others = route(read_rows(HERE / "held_out_routes.tsv"))
    report: dict[str, Any] = {"all": measure(topics), "voices": {}, "topics": {}, "routes": {}}
    print(_line("all topics", topics))
    for field, name in (("voice", "voices"), ("key", "topics")):
        groups = defaultdict(list)
        for row in topics:
            groups[row[field]].append(row)
        for group in sorted(groups, key=lambda group: measure(groups[group])["top1"]):
            report[name][group] = measure(groups[group])
            print(_line(f"  {group}", groups[group]))
    by_route = defaultdict(list)
    for row in others:
        by_route[row["route"]].append(row)
    for expected, rows in sorted(by_route.items()):
        counts = Counter(row["read"]["route"] for row in rows)
        report["routes"][expected] = dict(counts)
        shares = ", ".join(f"{name} {100 * count / len(rows):.1f} %" for name, count in counts.most_common())
        print(f"{expected:24} {len(rows):4d}  {shares}")
    print(_line("near clinical, general", by_route["answer"]))
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "eval.json").write_text(json.dumps(report, indent=1) + "\n")
    draw_confusions(topics, RESULTS / "confusions.png")
    print("wrote results/eval.json and results/confusions.png")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
