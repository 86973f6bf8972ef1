"""Small counts are not shown, nor can they be computed from what is shown beside them. Pure.

A count from 1 to 4 could point at a person. It is replaced by words, and where the sum would give it away another count is left
out too, until each small one may have been at least two different numbers.
"""

from collections.abc import Sequence

FEWEST = 5  # the smallest count that is shown
FEW, HIDDEN = f"fewer than {FEWEST}", "not shown"

Cell = int | str  # a count, or the words in its place


def is_small(count: int) -> bool:
    """Tell whether a count may not be shown."""
    return 0 < count < FEWEST


def hide_small(count: int) -> Cell:
    """Return a count, or the words in its place."""
    return FEW if is_small(count) else count


def suppress(counts: Sequence[int], total: Cell | None = None) -> list[Cell]:
    """Return the parts of a sum as they may be shown beside it.

    `total` is how the sum is shown, if that is not by itself: the parts of a sum that was left out are left out too.
    """
    hidden = {place for place, count in enumerate(counts) if is_small(count)}
    while _gives_away(counts, hidden):
        shown = [place for place, count in enumerate(counts) if count and place not in hidden]
        if not shown:
            total = HIDDEN
            break
        hidden.add(min(shown, key=lambda place: counts[place]))
    if total == HIDDEN:
        return [HIDDEN] * len(counts)
    return [(FEW if is_small(count) else HIDDEN) if place in hidden else count for place, count in enumerate(counts)]


def _gives_away(counts: Sequence[int], hidden: set[int]) -> bool:
    """Tell whether a small count can only have been one number, given the sum and what is shown."""
    if is_small(sum(counts)):  # then the sum is not shown either
        return False
    missing = sum(counts[place] for place in hidden)
    # what was left out for another's sake was the smallest of the rest
    most = min((count for place, count in enumerate(counts) if count and place not in hidden), default=missing)
    bounds = [(1, FEWEST - 1) if is_small(counts[place]) else (FEWEST, most) for place in hidden]
    lowest, highest = sum(low for low, _ in bounds), sum(high for _, high in bounds)
    small = ((low, high) for low, high in bounds if high < FEWEST)
    return any(max(low, missing - highest + high) == min(high, missing - lowest + low) for low, high in small)
