"""What a patient's words ask of a provider: a text -> parts of a Wish, matched against the directory's own names. Pure.

`read_wish` reads a whole request, "someone near Leeds who does both and takes Aetna, evenings". `read_answer` reads a text as the
answer to one question, where a bare word is enough: "Leeds", "my sleep", "34".
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from bot.providers import phrases
from bot.providers.compare import words
from bot.providers.listing import AGE_GROUPS, BOTH, MEDICATION, THERAPY
from bot.providers.search import Vocabulary

ANY = "any"  # the value of a question that was skipped
MAX_ANSWER_WORDS = 6
MAX_NAME_WORDS = 5
GENERAL = "psychotherapy"  # names nothing in particular


def read_wish(text: str, names: Vocabulary, terms: Iterable[str] = ()) -> dict[str, Any]:
    """Return the parts of a wish that a text holds, by Wish's field names; `terms`: the conditions and therapies found in it."""
    insurer = ANY if phrases.UNINSURED.search(text) else _find_name(text, (*names.insurers, *phrases.INSURERS))
    needs = [term for term in terms if term != GENERAL] or [_find_name(text, names.specialities) or ""]
    parts = {
        "place": _find_place(text, names),
        "telehealth": bool(phrases.TELEHEALTH.search(text)),
        "needs": tuple(dict.fromkeys(need for need in needs if need)),
        "offers": _read_offers(text),
        "insurer": insurer,
        "language": _find_name(text, (*names.languages, *phrases.LANGUAGES)),
        "age_group": _read_age(text),
        "evenings": bool(phrases.EVENINGS.search(text)),
    }
    found = {field: part for field, part in parts.items() if part}
    if not found and (other := phrases.INSTEAD.fullmatch(text)) and other[1].lower() not in phrases.NO_PLACES:
        return {"place": other[1]}  # "York instead"
    return found


def read_answer(field: str, text: str, names: Vocabulary, terms: Iterable[str] = ()) -> dict[str, Any]:
    """Return what a text gives when `field` was asked for: what a request gives, or a bare word for the field, or a skip."""
    if phrases.SKIP.fullmatch(text):
        return {field: ANY}
    found = read_wish(text, names, terms)
    bare = phrases.LEADS_IN.sub("", text).strip(" .,!")
    length = len(words(bare))
    if field in found or (field == "place" and "telehealth" in found) or not 0 < length <= MAX_ANSWER_WORDS:
        return found
    if field == "age_group" and (years := re.search(r"\b\d{1,2}\b", bare)):
        return found | {field: _age_group(int(years[0]))}
    if found or bare.lower() in phrases.NO_PLACES:
        return found
    if field == "needs":
        return {field: (bare.lower(),)}
    return {field: bare} if field in ("place", "insurer", "language") and length <= MAX_NAME_WORDS else {}


def _read_offers(text: str) -> str | None:
    for offers, only in phrases.ONLY.items():
        if only.search(text):
            return offers
    said = {THERAPY: phrases.THERAPY_WORDS, MEDICATION: phrases.MEDICATION_WORDS}
    named = [offers for offers, pattern in said.items() if pattern.search(text)]
    if len(named) == 2 or phrases.BOTH_WORDS.search(text):
        return BOTH
    return named[0] if named else None


def _read_age(text: str) -> str | None:
    if years := phrases.YEARS.search(text):
        return _age_group(int(years[1] or years[2]))
    return next((group for group, pattern in phrases.AGES.items() if pattern.search(text)), None)


def _age_group(years: int) -> str:
    limits = zip(AGE_GROUPS, (13, 18, 65), strict=False)
    return next((group for group, limit in limits if years < limit), AGE_GROUPS[-1])


def _find_place(text: str, names: Vocabulary) -> str | None:
    """Return a postcode, a town of the directory, or what stands like a place after a word such as near."""
    if code := phrases.POSTCODE.search(text):
        return code[0]
    towns = _by_words(names.places)
    after = [match.end() for match in phrases.NEAR.finditer(text)]
    for start in (*after, 0):
        if name := towns.get(_longest(text[start:], towns)):
            return name
    for start in after:
        if (place := phrases.CAPITALS.match(text, start)) and not _is_other_name(place[1], names):
            return place[1].rstrip(".,")
    place = phrases.SURELY_NEAR.search(text) or phrases.AREA.search(text)
    return place[1] if place and place[1].lower() not in phrases.NO_PLACES else None


def _is_other_name(text: str, names: Vocabulary) -> bool:
    """Tell whether a capitalised text is a language, an insurer or a day, and no place."""
    others = (*names.languages, *phrases.LANGUAGES, *names.insurers, *phrases.INSURERS)
    return words(text)[0] in phrases.NO_PLACES or _find_name(text, others) is not None


def _find_name(text: str, names: tuple[str, ...]) -> str | None:
    """Return the longest of these names that stands anywhere in a text, in any case, singular or plural."""
    known, parts = _by_words(names), _singular(words(text))
    for length in range(min(max(map(len, known), default=0), len(parts)), 0, -1):
        for at in range(len(parts) - length + 1):
            if name := known.get(parts[at : at + length]):
                return name
    return None


def _longest(text: str, known: Mapping[tuple[str, ...], str]) -> tuple[str, ...]:
    """Return the longest known run of words at the beginning of a text; empty when there is none."""
    parts = _singular(words(text)[:MAX_NAME_WORDS])
    return next((parts[:length] for length in range(len(parts), 0, -1) if parts[:length] in known), ())


@lru_cache(maxsize=8)
def _by_words(names: tuple[str, ...]) -> dict[tuple[str, ...], str]:
    """Return names by their words; "Springfield, IL" also by what stands before its comma."""
    known: dict[tuple[str, ...], str] = {}
    for name in names:
        for part in (name, name.partition(",")[0]):
            known.setdefault(_singular(words(part)), name)
    known.pop((), None)
    return known


def _singular(parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.removesuffix("s") if len(part) > 3 else part for part in parts)
