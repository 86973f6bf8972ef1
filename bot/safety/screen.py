"""The safety screen: raw text -> Risk. Pure, deterministic, needs nothing to be up.

It runs as step 3 of every turn, before anything else can fail, and again inside the engine's pipeline. Two readers look at every
clause: the lexicon, whose explicit patterns are never outvoted, and a linear model, which finds what no pattern foresaw. Without
a model the lexicon reads alone.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bot.safety import lexicon
from bot.safety.model import Encode, RiskModel
from bot.safety.text import clauses, normalise, plain_words, windows

NONE, CONCERN, CRISIS = "none", "concern", "crisis"
LEVELS = (NONE, CONCERN, CRISIS)

# The model's probabilities from which it speaks up. Chosen on tests/safety/held_out, see docs/safety-case.md.
CRISIS_AT, CONCERN_AT = 0.55, 0.38
MIN_WORDS = 3  # a clause shorter than this says nothing by itself


@dataclass(frozen=True)
class Risk:
    """What the screen found: level none, concern or crisis; category; and the words that made it say so."""

    level: str = NONE
    category: str | None = None
    evidence: str | None = None
    is_explicit: bool = False  # a concern only because a frame (denial, past ...) took an explicit pattern back


class _Found(NamedTuple):
    """What the lexicon found in a clause; `settled` when a frame (denial, idiom, past ...) explained a match."""

    risk: Risk
    settled: bool


_CRISIS = lexicon.compiled(lexicon.CRISIS)
_CONCERN = lexicon.compiled(lexicon.CONCERN)
_IDIOM = lexicon.compiled_list(lexicon.IDIOM)
_INFORMATION = lexicon.compiled_list(lexicon.INFORMATION)
_DENIAL = lexicon.compiled_list(lexicon.DENIAL)
_PAST, _STILL, _UNWANTED, _QUOTED = lexicon.compiled_list((lexicon.PAST, lexicon.STILL, lexicon.UNWANTED, lexicon.QUOTED))
_LAUGHTER, _NO_JOKE, _MEANT = lexicon.compiled_list((lexicon.LAUGHTER, lexicon.NO_JOKE, lexicon.MEANT))
(_FIRST_PERSON,) = lexicon.compiled_list((lexicon.FIRST_PERSON,))
_DECLARED, _NAMED = lexicon.compiled_list((lexicon.DECLARED, lexicon.NAMED))
_SUBJECT, _OWN, _MEANT_BY_WRITER = lexicon.compiled_list((lexicon.SUBJECT, lexicon.OWN, lexicon.MEANT_BY_WRITER))
(_UNDENIED,) = lexicon.compiled_list((lexicon.UNDENIED,))


class Screen:
    """Reads texts for risk with the lexicon and, when there is one, the model and its sentence encoder."""

    def __init__(self, model: RiskModel | None = None, encode: Encode | None = None) -> None:
        """Keep the model and the encoder (texts -> vectors, shape (texts, 384)); both or neither."""
        self._model, self._encode = model, encode

    def read(self, text: str) -> Risk:
        """Return the highest risk that any clause of a text shows."""
        normalised = _taken_seriously(normalise(text))
        found = {part: _read_clause(part) for part in clauses(normalised)}
        worst = max((each.risk for each in found.values()), key=_rank, default=Risk())
        if worst.level == CRISIS or self._model is None or self._encode is None:
            return worst
        return max(worst, self._read_with_model(self._model, self._encode, normalised, found), key=_rank)

    @staticmethod
    def _read_with_model(model: RiskModel, encode: Encode, normalised: str, found: dict[str, _Found]) -> Risk:
        """Return the model's risk over the windows and clauses; what a frame explained can be a concern at most."""
        is_settled = any(each.settled for each in found.values())
        units = dict.fromkeys(windows(normalised), is_settled)
        if list(found) != [normalised]:
            units.update({part: each.settled for part, each in found.items() if len(part.split()) >= MIN_WORDS})
        if not units:
            return Risk()
        rows = model.probabilities(list(units), encode)
        risks = (_judge(model.labels, row, unit, units[unit]) for unit, row in zip(units, rows, strict=True))
        return max(risks, key=_rank)


def _judge(labels: list[str], row: np.ndarray, unit: str, is_settled: bool) -> Risk:
    by_level: dict[str, list[tuple[float, str]]] = {CRISIS: [], CONCERN: []}
    for label, probability in zip(labels, row, strict=True):
        level, _, category = label.partition("/")
        if level in by_level:
            by_level[level].append((float(probability), category))
    crisis = sum(probability for probability, _ in by_level[CRISIS])
    if crisis >= CRISIS_AT and not is_settled:
        return Risk(CRISIS, max(by_level[CRISIS])[1], unit)
    if crisis + sum(probability for probability, _ in by_level[CONCERN]) >= CONCERN_AT:
        return Risk(CONCERN, max(by_level[CRISIS] + by_level[CONCERN])[1], unit)
    return Risk()


def _read_clause(clause: str) -> _Found:
    """Return what the lexicon says of a clause, with idioms and denials taken out before danger is looked for."""
    if insisted := _UNDENIED.search(clause):
        return _Found(Risk(CRISIS, "suicide", insisted.group(0)), False)
    literal, words = _without(_IDIOM, clause), plain_words(clause)
    without_idiom = _without((_LAUGHTER,), plain_words(literal))  # nothing of the sort parts the words of a pattern
    explicit = _first(_CRISIS, without_idiom)
    if explicit is None:
        possible = _first(_CONCERN, without_idiom)
        return _Found(_concern(*possible, words) if possible else Risk(), literal != clause)
    remaining = _first(_CRISIS, _without(_DENIAL, without_idiom))
    if remaining is None or _is_laughed_off(clause, remaining[1]) or _is_framed(words, remaining[1]):
        return _Found(_concern(*explicit, words), True)
    return _Found(Risk(CRISIS, *remaining), False)


def _taken_seriously(text: str) -> str:
    """Return the text, without its laughter where it says that it is no joke."""
    return _LAUGHTER.sub(" ", text) if _NO_JOKE.search(plain_words(text)) else text


def _concern(category: str, matched: str, clause: str) -> Risk:
    """Return a concern; of information, where the clause asks or speaks about the subject."""
    is_information = category != "medical_emergency" and _is_information(clause, matched)
    return Risk(CONCERN, "information" if is_information else category, matched)


def _is_laughed_off(clause: str, matched: str) -> bool:
    return bool(_LAUGHTER.search(clause) and not _MEANT.search(matched))


def _is_framed(clause: str, matched: str) -> bool:
    """Tell whether a match is over, a subject of information, an unwanted thought or a quotation, and not declared as well."""
    if _DECLARED.search(_NAMED.sub(" ", clause)):
        return False
    is_over = _PAST.search(clause) and not _STILL.search(clause)
    return bool(is_over or _is_information(clause, matched) or _UNWANTED.search(clause) or _QUOTED.search(clause))


def _is_information(clause: str, matched: str) -> bool:
    """Tell whether a match is what the clause asks about, or its subject, rather than the writer's state."""
    is_asked = not _FIRST_PERSON.search(clause) and any(pattern.search(clause) for pattern in _INFORMATION)
    return bool(is_asked or (_SUBJECT.search(clause) and not _OWN.search(clause) and not _MEANT_BY_WRITER.search(matched)))


def _without(patterns: tuple["re.Pattern[str]", ...], clause: str) -> str:
    for pattern in patterns:
        clause = pattern.sub(" ", clause)
    return clause


def _rank(risk: Risk) -> int:
    return LEVELS.index(risk.level)


def _first(table: dict[str, tuple["re.Pattern[str]", ...]], clause: str) -> tuple[str, str] | None:
    for category, patterns in table.items():
        for pattern in patterns:
            if found := pattern.search(clause):
                return category, found.group(0)
    return None


_lexicon_alone = Screen()


def screen(text: str) -> Risk:
    """Return the risk the lexicon alone finds in a text."""
    return _lexicon_alone.read(text)
