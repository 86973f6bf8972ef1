"""Splits a text too long for one message where a reader would pause. Pure."""

import re

# the later a place stands here, the worse it is to split at
_PAUSES = [re.compile(pause) for pause in (r"\n\s*\n", r"\n", r"(?:(?<=[.!?…])|(?<=[.!?…][\"')\]]))\s+", r"\s+")]


def length(text: str) -> int:
    """Return how long platforms count a text: in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, limit: int) -> list[str]:
    """Return the text in parts of at most `limit` units: at paragraphs, else lines, sentences, words, and only then anywhere."""
    parts: list[str] = []
    rest = text.strip()
    while length(rest) > limit:
        end, start = _cut(rest, limit)
        parts.append(rest[:end].rstrip())
        rest = rest[start:].lstrip()
    return [*parts, rest] if rest or not parts else parts


def _cut(text: str, limit: int) -> tuple[int, int]:
    """Return where the first part ends and where the next one starts."""
    most = _fits(text, limit)
    for pause in _PAUSES:
        # a part may not be tiny: a pause in the first third is no place to split
        found = [match for match in pause.finditer(text, 0, most + 1) if most // 3 < match.start() <= most]
        if found:
            return found[-1].start(), found[-1].end()
    return most, most


def _fits(text: str, limit: int) -> int:
    """Return how many characters fit into so many units."""
    units = 0
    for index, character in enumerate(text):
        units += 2 if ord(character) > 0xFFFF else 1
        if units > limit:
            return index
    return len(text)
