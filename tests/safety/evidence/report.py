"""Puts the evidence together: as plain data (safety.json), and as a page (index.html). Ids and counts only, no message."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from bot.safety.screen import CONCERN_AT, CRISIS_AT, Screen
from bot.settings import get_settings
from tests.safety.evidence import detection, disguises, hazards, wording
from tests.safety.evidence.statistics import Share
from tests.safety.evidence.view import as_page
from tests.safety.walkthroughs import items
from tests.safety.walkthroughs.replay import Replay, a_clinic_of_its_own, read_scripts, replay

Data = dict[str, Any]


def build(screen: Screen, evaluation: Path | None = None) -> Data:
    """Measure, replay and check everything, and return it as data that JSON can hold."""
    readings = detection.read_sets(screen, evaluation)
    with a_clinic_of_its_own():
        replays = [replay(script) for script in read_scripts()]
        outcomes = {each.script.persona: items.check(each) for each in replays}
        texts = wording.shown()
    log = hazards.read_hazards()
    return {
        "made": datetime.now(UTC).isoformat(timespec="minutes"),
        "screen": _about(screen),
        "detection": {name: _detection(chosen) for name, chosen in _sets(readings).items()},
        "milliseconds": detection.milliseconds(readings),
        "left out, also in training": detection.in_training(detection.read_rows(detection.OWN)),
        "disguises": {name: _share(share) | {"flipped": ids} for name, (share, ids) in disguises.count_flips(screen).items()},
        "walkthroughs": _walkthroughs(replays, outcomes),
        "wording": {kind: {"texts": len(texts[kind]), "findings": found} for kind, found in wording.lint(texts).items()},
        "review": wording.review(),
        "hazards": {"missing": hazards.missing(log), "log": [hazard.model_dump() for hazard in log]},
    }


def has_model(screen: Screen) -> bool:
    """Tell whether a screen reads with its model, or fell back to the lexicon alone."""
    return screen._model is not None


def _about(screen: Screen) -> Data:
    archive = get_settings().model_file
    digest = sha256(archive.read_bytes()).hexdigest()[:16] if has_model(screen) else "none"
    return {"model": digest, "crisis at": CRISIS_AT, "concern at": CONCERN_AT}


def _sets(readings: list[detection.Reading]) -> dict[str, list[detection.Reading]]:
    own = [reading for reading in readings if reading.source == "own"]
    others = [reading for reading in readings if reading.source != "own"]
    return {"own held-out set": own} | ({"evaluation folder": others} if others else {})


def _share(share: Share) -> Data:
    return dict(share.as_dict())


def _detection(readings: list[detection.Reading]) -> Data:
    metrics = {}
    for metric in detection.METRICS:
        share = detection.share(readings, metric.of, metric.counts)
        marks = {"floor": metric.mark.floor, "goal": metric.mark.goal, "at most": metric.mark.at_most}
        met = {"meets floor": metric.mark.meets(share), "meets goal": metric.mark.meets(share, goal=True)}
        metrics[metric.name] = _share(share) | marks | met
    categories = [row | {"share": _share(row["share"])} for row in detection.by_category(readings)]
    return {"metrics": metrics, "categories": categories, "errors": detection.errors(readings)}


def _walkthroughs(replays: list[Replay], outcomes: dict[str, dict[int, str]]) -> Data:
    red = items.red_failures(outcomes)
    return {
        "items": {item.number: {"severity": item.severity, "asks": item.asks, "listed": item.partly} for item in items.ITEMS},
        "outcomes": outcomes,
        "danger answered in its own turn": _share(items.answered_at_once(replays)),
        "red failures": sorted(red),
        "not known before": sorted(red - set(items.OPEN)),
    }


def write(data: Data, folder: Path) -> None:
    """Write safety.json and index.html into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "safety.json").write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / "index.html").write_text(as_page(data), encoding="utf-8")
