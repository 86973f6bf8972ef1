"""The safety screen: raw text -> Risk. Pure, deterministic, needs nothing to be up.

It runs as step 3 of every turn, before anything else can fail, and again inside the engine's pipeline.
"""

import re
import unicodedata
from dataclasses import dataclass

from bot.safety import lexicon

NONE, CONCERN, CRISIS = "none", "concern", "crisis"


@dataclass(frozen=True)
class Risk:
    """What the screen found: level none, concern or crisis; category; and the words that made it say so."""

    level: str = NONE
    category: str | None = None
    evidence: str | None = None


_CRISIS = lexicon.compiled(lexicon.CRISIS)
_CONCERN = lexicon.compiled(lexicon.CONCERN)
_IDIOM = lexicon.compiled_list(lexicon.IDIOM)
_INFORMATION = lexicon.compiled_list(lexicon.INFORMATION)
_DENIAL = lexicon.compiled_list(lexicon.DENIAL)
_FIRST_PERSON = re.compile(r"\b(?:i|im|i'm|my|me|myself)\b")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"'})
_CLAUSE_END = re.compile(r"(?<=[.!?;])\s+|\s+(?=but\b)|,\s+(?=but\b|and i\b)")


def normalise(text: str) -> str:
    """Return the text in one width, case and kind of quote, with single spaces and nothing invisible."""
    visible = "".join(character for character in text if unicodedata.category(character) != "Cf")
    folded = unicodedata.normalize("NFKC", visible).translate(_QUOTES).casefold()
    return re.sub(r"\s+", " ", re.sub(r"\s*\n\s*\n\s*", ". ", folded)).strip()


def screen(text: str) -> Risk:
    """Return the highest risk any clause of a text shows."""
    clauses = _CLAUSE_END.split(normalise(text))
    return max((_screen_clause(clause) for clause in clauses), key=_rank, default=Risk())


def _rank(risk: Risk) -> int:
    return (NONE, CONCERN, CRISIS).index(risk.level)


def _screen_clause(clause: str) -> Risk:
    for idiom in _IDIOM:
        clause = idiom.sub(" ", clause)
    explicit = _first(_CRISIS, clause)
    if explicit is None:
        possible = _first(_CONCERN, clause)
        return Risk(CONCERN, *possible) if possible else Risk()
    is_denied = any(pattern.search(clause) for pattern in _DENIAL)
    is_asked = not _FIRST_PERSON.search(clause) and any(pattern.search(clause) for pattern in _INFORMATION)
    if is_denied or is_asked:
        return Risk(CONCERN, *explicit)
    return Risk(CRISIS, *explicit)


def _first(table: dict[str, tuple[re.Pattern[str], ...]], clause: str) -> tuple[str, str] | None:
    for category, patterns in table.items():
        for pattern in patterns:
            if found := pattern.search(clause):
                return category, found.group(0)
    return None
