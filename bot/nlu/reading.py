"""What a message is read as: one route, one topic, and what else it asks. Pure; knows nothing of Rasa.

The whole message and each of its clauses were ranked by the joint classifier. Clinical beats everything else, an unsure
reading is offered as a question, and a second clause that clearly asks something else is answered too.
"""

from dataclasses import asdict, dataclass, field
from typing import Any, Dict, List, Mapping, Sequence, Tuple

FAQ, CLINICAL, OUT_OF_SCOPE = "faq/", "clinical/", "out_of_scope"
NO_ANSWER, CLARIFY = "no_answer", "clarify"

# intents and topics with a route of their own; every other topic is an answer, every other intent small talk
ROUTES = {
    "faq/about_assistant": "about",
    "faq/privacy": "privacy",
    "faq/clinic_contact": "contact",
    "help": "about",
    "handoff": "handoff",
    "call_back": "handoff",
    "provider_search": "provider_search",
    "emotional_support": "emotional_support",
    "erase": "erase",
    OUT_OF_SCOPE: NO_ANSWER,
}
TOPIC_OF_INTENT = {"help": "about_assistant", "provider_search": "find_provider"}
MAX_CANDIDATES = 3

Ranking = Mapping[str, float]


@dataclass(frozen=True)
class Thresholds:
    """Where a reading turns from one route to another; probabilities."""

    clinical: float = 0.2  # the message's clinical kinds together: low, as a wrong answer here costs most
    clinical_clause: float = 0.5  # those of one clause
    answer: float = 0.4  # the best label is taken
    margin: float = 0.1  # ... when it leads the second by this much
    clarify: float = 0.25  # the topics together: below, there is no approved answer
    candidate: float = 0.03  # a topic worth offering
    runner_up: float = 0.1  # a topic worth offering beside an answer
    second: float = 0.75  # another clause's topic is answered too


@dataclass(frozen=True)
class Reading:
    """One reading of a message. `label` is the intent or topic it rests on; `also` and `candidates` are topic keys."""

    route: str
    label: str
    confidence: float
    key: str | None = None
    kind: str | None = None
    also: List[str] = field(default_factory=list)
    candidates: List[str] = field(default_factory=list)

    def as_dict(self) -> Dict[str, Any]:
        """Return the reading as plain data, for the tracker."""
        return asdict(self)


def read(rankings: Sequence[Ranking], limits: Thresholds = Thresholds()) -> Reading:
    """Combine the rankings of a message (first) and of its clauses (rest) into one reading."""
    whole, clauses = rankings[0], list(rankings[1:])
    if clinical := _clinical(whole, clauses, limits):
        return clinical
    mixed = _mix(whole, clauses)
    ordered = sorted(mixed.items(), key=lambda item: -item[1])
    (_, confidence), (_, second) = ordered[0], ordered[1]
    if confidence >= limits.answer and confidence - second >= limits.margin:
        return _decided(ordered, clauses, limits)
    return _undecided(ordered, limits)


def _clinical(whole: Ranking, clauses: Sequence[Ranking], limits: Thresholds) -> Reading | None:
    for ranking, limit in [(whole, limits.clinical), *((clause, limits.clinical_clause) for clause in clauses)]:
        kinds = {label: value for label, value in ranking.items() if label.startswith(CLINICAL)}
        if kinds and sum(kinds.values()) >= limit:
            label = max(kinds, key=lambda kind: kinds[kind])
            return Reading("clinical", label, sum(kinds.values()), kind=label[len(CLINICAL) :])
    return None


def _mix(whole: Ranking, clauses: Sequence[Ranking]) -> Ranking:
    """Let the clause that is surest of a topic weigh as much as the whole: a question at the end of a story."""
    if not clauses:
        return whole
    clearest = max(clauses, key=lambda clause: max((p for label, p in clause.items() if label.startswith(FAQ)), default=0))
    return {label: (value + clearest[label]) / 2 for label, value in whole.items()}


def _decided(ordered: Sequence[Tuple[str, float]], clauses: Sequence[Ranking], limits: Thresholds) -> Reading:
    label, confidence = ordered[0]
    key = _key(label)
    route = ROUTES.get(label, "answer" if label.startswith(FAQ) else "smalltalk")
    also = _second_topics(key, clauses, limits) if key else []
    runners_up = [other for other in _topics(ordered[1:], limits.runner_up) if other not in (key, *also)]
    return Reading(route, label, confidence, key=key, also=also, candidates=runners_up)


def _second_topics(key: str, clauses: Sequence[Ranking], limits: Thresholds) -> List[str]:
    """Return the topics other clauses ask for; none unless a clause also asks for the first one."""
    found: List[str] = []
    for clause in clauses:
        label, confidence = max(clause.items(), key=lambda item: item[1])
        if label.startswith(FAQ) and confidence >= limits.second and _key(label) not in found:
            found.append(str(_key(label)))
    return [other for other in found if other != key][:1] if key in found else []


def _undecided(ordered: Sequence[Tuple[str, float]], limits: Thresholds) -> Reading:
    label, confidence = ordered[0]
    topics = sum(value for name, value in ordered if name.startswith(FAQ))
    candidates = _topics(ordered, limits.candidate)
    if topics >= limits.clarify and candidates and label != OUT_OF_SCOPE:
        return Reading(CLARIFY, label, confidence, candidates=candidates)
    if not label.startswith((FAQ, CLINICAL)) and label != OUT_OF_SCOPE and confidence >= limits.answer:
        return _decided(ordered, [], limits)
    return Reading(NO_ANSWER, label, confidence, candidates=candidates)


def _topics(ordered: Sequence[Tuple[str, float]], least: float) -> List[str]:
    """Return the keys of the topics that are at least so likely, best first, at most three."""
    return [name[len(FAQ) :] for name, value in ordered if name.startswith(FAQ) and value >= least][:MAX_CANDIDATES]


def _key(label: str) -> str | None:
    return label[len(FAQ) :] if label.startswith(FAQ) else TOPIC_OF_INTENT.get(label)
