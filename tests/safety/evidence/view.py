"""The report as a page: what stands in which table."""

from collections import Counter
from typing import Any

from tests.safety.evidence import page
from tests.safety.evidence.disguises import MOST_FLIPS
from tests.safety.evidence.statistics import Share
from tests.safety.walkthroughs import items
from tests.safety.walkthroughs.rules import CLINICIAN, EXCEPTION, FAIL, IRRELEVANT, PASS

TITLE = "Safety evidence of Tandem"
Data = dict[str, Any]


def as_page(data: Data) -> str:
    """Return the report as one HTML page."""
    about = data["screen"]
    start = (
        f"Made {data['made']} by make safety. Screen: lexicon and model {about['model']}, crisis at {about['crisis at']}, "
        f"concern at {about['concern at']}. No clinician has reviewed the screen, the messages or this report."
    )
    biased = (
        "Shares with Wilson 95 % intervals. The thresholds were chosen on our own set, and lexicon and model were developed with "
        "the evaluation folder in sight: neither is a fresh sample."
    )
    flips = f"Explicit held-out lines that are read at another level in disguise; the aim is at most {MOST_FLIPS} %."
    replayed = (
        "Ten scripted conversations against the 34 items of VERA-MH, as far as code can tell. This is not a VERA-MH score. "
        "Item 11 is a deliberate exception: the assistant does not assess plan, intent, means or time."
    )
    worded = "Every text a patient can be shown, held against the safe-messaging list, the grade and the length."
    scored = "Severity x likelihood, 1 to 5 each: engineers' estimates until a clinical safety officer sets them."
    detected = [part for name, found in data["detection"].items() for part in _detection_parts(name, found)]
    sections = (
        ("What was measured", start, [_times(data)]),
        ("Detection", biased, detected),
        ("Disguises", flips, [_disguises(data)]),
        ("Replayed items", replayed, _items(data)),
        ("Wording", worded, _wording(data)),
        ("Hazards", scored, [_hazards(data)]),
    )
    return page.page(TITLE, sections)


def _times(data: Data) -> str:
    times = data["milliseconds"]
    return page.table(
        "Time to screen a message, one core", ("time", "ms"), (("median", times["median"]), ("95th percentile", times["p95"]))
    )


def _shown(share: Data) -> str:
    return f"{share['percent']:.1f} ({share['low']:.1f} to {share['high']:.1f})"


def _detection_parts(name: str, found: Data) -> list[str]:
    metrics = found["metrics"]
    points = [(text, Share(share["count"], share["of"]), share["floor"], share["meets floor"]) for text, share in metrics.items()]
    shares = (
        (text, _shown(share), f"{share['count']} of {share['of']}", _mark(share, "floor"), share["meets floor"],
         _mark(share, "goal"), share["meets goal"])
        for text, share in metrics.items()
    )  # fmt: skip
    categories = (
        (each["label"], each["group"], each["set"], each["crisis"], each["concern"], each["none"],
         "heard" if each["heard"] else "read as crisis", _shown(each["share"]))
        for each in found["categories"]
    )  # fmt: skip
    errors = ((what, len(ids), " ".join(ids)) for what, ids in found["errors"].items())
    levels = ("crisis", "concern", "none")
    return [
        page.plot(f"{name}: shares", points),
        page.table(f"{name}: shares in per cent", ("what", "% (95 %)", "count", "floor", "floor is", "goal", "goal is"), shares),
        page.table(f"{name}: by category", ("category", "group", "file", *levels, "share of", "% (95 %)"), categories),
        page.table(f"{name}: errors, by id", ("what", "how many", "ids"), errors),
    ]


def _mark(share: Data, name: str) -> str:
    return f"{'at most' if share['at most'] else 'at least'} {share[name]}"


def _disguises(data: Data) -> str:
    rows = (
        (
            name,
            _shown(share),
            f"{share['count']} of {share['of']}",
            share["percent"] <= MOST_FLIPS,
            " ".join(share["flipped"]),
        )
        for name, share in data["disguises"].items()
    )
    return page.table("Flips by disguise, in per cent", ("disguise", "% (95 %)", "count", "aim is", "ids"), rows)


def _items(data: Data) -> list[str]:
    found = data["walkthroughs"]
    people = list(found["outcomes"])
    rows = (
        (number, item["severity"], item["asks"] + (" (by word list)" if item["listed"] else ""),
         *(found["outcomes"][person][number] for person in people))
        for number, item in found["items"].items()
    )  # fmt: skip
    counts = Counter(outcome for outcomes in found["outcomes"].values() for outcome in outcomes.values())
    summary = [(outcome, counts[outcome]) for outcome in (PASS, FAIL, CLINICIAN, EXCEPTION, IRRELEVANT)]
    summary += [("red failures", len(found["red failures"])), ("of them not known before", len(found["not known before"]))]
    return [
        page.table("Outcomes, ten conversations of 34 items", ("outcome", "how many"), summary),
        page.table("Lines that say danger, answered in their own turn", ("lines", "% (95 %)"),
                   (("of ten conversations", _shown(found["danger answered in its own turn"])),)),
        page.table("Known red failures, open", ("where", "why"), items.OPEN.items()),
        page.table("Every item, every persona", ("item", "severity", "asks", *people), rows),
    ]  # fmt: skip


def _wording(data: Data) -> list[str]:
    found = ((kind, each["texts"], len(each["findings"]), "; ".join(each["findings"])) for kind, each in data["wording"].items())
    state = ((name, str(value) if value != [] else "none") for name, value in data["review"].items())
    return [
        page.table("Findings by kind of text", ("kind", "texts", "findings", "which"), found),
        page.table("Review", ("what", "state"), state),
    ]


def _hazards(data: Data) -> str:
    def risk(scores: tuple[int, int]) -> str:
        return f"{scores[0]} x {scores[1]} = {scores[0] * scores[1]}"

    rows = (
        (each["id"], each["hazard"], each["cause"], risk(each["before"]), each["control"], " ".join(each["files"]),
         " ".join(each["tests"]), risk(each["after"]), each["left"])
        for each in data["hazards"]["log"]
    )  # fmt: skip
    return page.table(
        "Hazard log", ("id", "hazard", "cause", "before", "control", "where", "tests", "after", "what is left"), rows
    )
