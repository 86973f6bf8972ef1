"""`make safety`: measures the screen that production uses, replays the walk-throughs, and writes results/safety/.

Fails when a walk-through has a red failure that is not known, a text breaks the wording rules, or the hazard log names a test
that is not there. Measured shares are shown against their floors and fail nothing: what to do about them is a person's decision.
"""

import argparse
import os
import sys
from pathlib import Path

from bot.safety.service import get_screen
from bot.settings import ROOT
from tests.safety.evidence.report import Data, build, has_model, write

FOLDER = ROOT / "results" / "safety"


def use_one_core() -> None:
    """Let this process run on one core only, where the system can do that, so that its times say what one core does."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def problems(data: Data) -> list[str]:
    """Return what must not be, one sentence each."""
    found = [f"red failure in a walk-through: {each}" for each in data["walkthroughs"]["not known before"]]
    found += [f"wording: {kind}: {each}" for kind, texts in data["wording"].items() for each in texts["findings"]]
    return found + [f"the hazard log names what is not there: {each}" for each in data["hazards"]["missing"]]


def main() -> int:
    """Build, print and write the report; 1 if there are problems."""
    parser = argparse.ArgumentParser(prog="make safety", description=__doc__)
    parser.add_argument(
        "--evaluation", type=Path, help="a folder with crisis.tsv, not_crisis.tsv, questions.tsv, out_of_scope.tsv"
    )
    arguments = parser.parse_args()
    use_one_core()
    screen = get_screen()
    if not has_model(screen):
        print("safety: the trained model cannot be read: run 'make train'.", file=sys.stderr)
        return 2
    data = build(screen, arguments.evaluation)
    write(data, FOLDER)
    for name, found in data["detection"].items():
        print(name)
        for text, share in found["metrics"].items():
            verdict = "goal met" if share["meets goal"] else "floor met" if share["meets floor"] else "floor NOT met"
            interval = f"({share['low']:.1f} to {share['high']:.1f})"
            print(f"  {text:50} {share['percent']:5.1f} % {interval}, {share['count']} of {share['of']}: {verdict}")
    print(f"time a message: median {data['milliseconds']['median']} ms, p95 {data['milliseconds']['p95']} ms")
    print("wrote results/safety/index.html and results/safety/safety.json")
    for problem in (wrong := problems(data)):
        print(f"safety: {problem}", file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    raise SystemExit(main())
