"""The content linter: what every approved text must keep to, checked without a clinician.

The rules follow the safe-messaging lists (no "commit suicide", no method), plain-language practice
(Flesch-Kincaid grade), person-first wording, and the limits of the two source documents.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import textstat

from bot.clinic.lines import load_lines
from bot.topics.catalogue import FAQ_DIR, CatalogueError, Topic, read_topic
from bot.topics.contents import is_topic, load_contents

MAX_GRADE = 8.0
MAX_MEDIAN_GRADE = 6.5
MAX_WORDS = {"text": 60, "more": 150, "simple": 40}
MIN_EXAMPLES = 25
SEEDS = {"A", "B", "clinic"}

# pattern -> why it may not stand in an answer
FORBIDDEN = {
    r"\bcommit(s|ted|ting)?\s+suicide\b|\b(un)?success(ful)?\s+suicide|\bfailed (suicide|attempt)": "safe messaging: say 'died by suicide' or 'suicide attempt'",
    r"\b(epidemic|skyrocket)": "safe messaging: no alarm",
    r"\b(correct|fix|restore|rebalance)\w*\b[^.]{0,40}\b(im)?balance": "overstatement: medicines ease symptoms",
    r"\bminimal risks?\b|\brisk[- ]free\b|\bno risks?\b|\bcompletely safe\b|\bperfectly safe\b": "overstatement: there are risks to watch",
    r"\bguarantee|\bwill cure\b|\bcures\b|\balways works?\b|\bworks for everyone\b|\bnever fails\b": "promise",
    r"\byou will (get|feel) (better|well)\b|\bwe promise\b|\bI promise\b|\bwill work for you\b": "promise",
    r"\bbest (results|outcomes?)\b|\bproven to\b": "overstatement: say what studies show, on average",
    r"\b\d+(\.\d+)?\s?(mg|milligrams?|mcg|ml)\b|\b(double|halve|skip|increase|lower) (your|the) dose\b": "dose advice",
    r"\byou (probably |likely |may |might )?have (depression|anxiety|bipolar|schizophrenia|ptsd|adhd|a disorder)\b": "diagnosis",
    r"\b(schizophrenics?|bipolars|addicts?|junkie|psychotics|the mentally ill|depressives|manic[- ]depressive)\b(?! disorder)": "not person-first",
    r"\b(mentally ill|insane|crazy|lunatic|psycho|abnormal|normal people)\b": "stigmatising word",
    r"\bsuffer(s|ing|ed)? (from|with)\b|\bvictims? of (mental|depression|anxiety)\b|\bafflicted\b": "not person-first: say 'lives with' or 'has'",
    r"\bnon-?complian(t|ce)\b|\bcomplian(t|ce)\b|\brefuses? to\b|\byour (own )?fault\b(?<!not your fault)|\byou failed\b": "blame",
    r"\bjust (calm down|relax|cheer up|snap out)\b|\byou must\b|\byou have to\b|\bdon'?t worry\b|\bat least you\b": "pressure or minimising",
    r"\balways here for you\b|\bI'?m here for you\b|\bour secret\b|\bkeep (it|this) secret\b|\bonly I\b": "dependency or secrecy",
    r"\bI (understand|know) (exactly )?how you feel\b": "claims a feeling: it is automated",
}
_ALLOWED = re.compile(r"\bnot (your|anyone's|their) (own )?fault\b", re.I)


def grade(text: str) -> float:
    """Return the Flesch-Kincaid grade of a text (textstat)."""
    return float(textstat.flesch_kincaid_grade(text))


def lint_wording(text: str) -> Iterator[str]:
    """Yield one sentence for every forbidden wording in a text."""
    cleaned = _ALLOWED.sub("", text)
    for pattern, reason in FORBIDDEN.items():
        if found := re.search(pattern, cleaned, re.I):
            yield f"'{found.group(0)}' may not stand in an answer ({reason})"


def lint_topic(topic: Topic, known_keys: set[str]) -> Iterator[str]:
    """Yield one sentence for every rule a topic breaks."""
    for name, text in zip(MAX_WORDS, topic.texts, strict=True):
        problems = (problem for form in fill_lines(text) for problem in _lint_text(name, form))
        yield from dict.fromkeys(problems)  # the same in every form is said once
    if not topic.sources:
        yield "sources are missing: name the seed and its section"
    for source in topic.sources:
        if source.seed not in SEEDS or not source.section:
            yield f"source '{source.seed}: {source.section}' is unknown: seed is one of {sorted(SEEDS)}, with a section"
    if not 2 <= len(topic.related) <= 4:
        yield f"related lists {len(topic.related)} topics; give two to four"
    for key in topic.related:
        if key not in known_keys or key == topic.key:
            yield f"related topic '{key}' does not exist"
    yield from _lint_examples(topic)


def fill_lines(text: str) -> Iterator[str]:
    """Yield a text with the sentences of clinic/lines.yml in their places, in each of their forms."""
    lines = {name: line for name, line in load_lines() if f"{{clinic_{name}_line}}" in text}
    for form in ("given", "none", "missing") if lines else ("given",):
        filled = text
        for name, line in lines.items():
            filled = filled.replace(f"{{clinic_{name}_line}}", getattr(line, form) or line.missing)
        yield filled


def _lint_text(name: str, text: str) -> Iterator[str]:
    if not text:
        yield f"{name} is empty"
        return
    words = len(text.split())
    if words > MAX_WORDS[name]:
        yield f"{name} has {words} words; at most {MAX_WORDS[name]}"
    if (found := grade(text)) > MAX_GRADE:
        yield f"{name} reads at grade {found:.1f}; at most {MAX_GRADE}: shorter sentences, shorter words"
    for problem in lint_wording(text):
        yield f"{name}: {problem}"


def lint_groups() -> list[str]:
    """Return every forbidden wording in the texts that are no topics, as `group: name: what is wrong`."""
    groups = (content for content in load_contents().values() if not is_topic(content.key))
    return [
        f"{group.key}: {name}: {problem}"
        for group in groups
        for name, text in (group.texts | group.parts).items()
        for problem in lint_wording(text)
    ]


def _lint_examples(topic: Topic) -> Iterator[str]:
    if len(topic.examples) < MIN_EXAMPLES:
        yield f"{len(topic.examples)} example questions; at least {MIN_EXAMPLES}"
    seen: set[str] = set()
    for example in topic.examples:
        plain = re.sub(r"\W+", " ", example.lower()).strip()
        if plain in seen:
            yield f"the example '{example}' stands twice"
        seen.add(plain)
        if re.search(r"[\[\]{}]|^/", example):
            yield f"the example '{example}' holds [ ] {{ }} or a leading /, which Rasa reads as markup"


def lint(folder: Path = FAQ_DIR, known_keys: set[str] | None = None) -> list[str]:
    """Return every problem of a folder of topics, as `file: what is wrong`; an empty list is a pass."""
    paths = sorted(folder.glob("*.yml"))
    known = known_keys or {path.stem for path in paths}
    problems: list[str] = []
    first_grades: list[float] = []
    owner: dict[str, str] = {}
    for path in paths:
        try:
            topic = read_topic(path)
        except CatalogueError as error:
            problems.append(str(error))
            continue
        problems += [f"{path.name}: {problem}" for problem in lint_topic(topic, known)]
        first_grades += [grade(text) for text in topic.texts if text]
        for example in topic.examples:
            if (other := owner.setdefault(example.lower(), topic.key)) != topic.key:
                problems.append(f"{path.name}: the example '{example}' also stands in {other}.yml")
    if first_grades and median(first_grades) > MAX_MEDIAN_GRADE:
        problems.append(f"the median grade is {median(first_grades):.1f}; at most {MAX_MEDIAN_GRADE}")
    return problems
