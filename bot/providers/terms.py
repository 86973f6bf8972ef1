"""Names that mean the same in different words: "Aetna" and "Aetna PPO", "eating disorder" and "Eating disorders". Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.providers.compare import words

Mask = NDArray[np.bool_]


def match(listed: Iterable[str], wished: str) -> str | None:
    """Return the first listed name that matches a wished one: all words of the shorter are words of the longer."""
    wished_stems = _stems(wished)
    return next((name for name in listed if _is_match(_stems(name), wished_stems)), None)


class Terms:
    """The names of one field in every row, to find the rows that match a wish at once."""

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        """Take each row's names."""
        self._count = len(rows)
        found = defaultdict(list)
        for number, names in enumerate(rows):
            for stems in {_stems(name) for name in names}:
                found[stems].append(number)
        self._rows = {stems: np.array(numbers) for stems, numbers in found.items()}
        self.is_listed: Mask = np.array([bool(names) for names in rows], dtype=bool)

    def rows(self, wished: str) -> Mask:
        """Return which rows have a name that matches."""
        mask = np.zeros(self._count, dtype=bool)
        wished_stems = _stems(wished)
        for stems, numbers in self._rows.items():
            if _is_match(stems, wished_stems):
                mask[numbers] = True
        return mask


def _stems(name: str) -> frozenset[str]:
    return frozenset(word.removesuffix("s") if len(word) > 3 else word for word in words(name))


def _is_match(listed: frozenset[str], wished: frozenset[str]) -> bool:
    return bool(listed and wished) and (listed <= wished or wished <= listed)
