"""The geometry of the plots, in percent of width and height: templates draw it, and a table beside it has the numbers. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.figures.suppression import Cell

FULL = 100.0


@dataclass(frozen=True)
class Part:
    """A part of a stacked bar: where it begins and how wide it is."""

    x: float
    width: float


def largest(cells: Sequence[Cell]) -> int:
    """Return the largest count that is shown; at least 1, to divide by."""
    return max([1, *_counts(cells)])


def lengths(cells: Sequence[Cell]) -> list[float]:
    """Return the length of a bar for each count, the largest being full; what is not shown has none."""
    most = largest(cells)
    return [round(FULL * cell / most, 2) if isinstance(cell, int) else 0.0 for cell in cells]


def stack(cells: Sequence[Cell]) -> list[Part]:
    """Return the parts of one bar, in order; what is not shown has no width."""
    whole, x, parts = max(1, sum(_counts(cells))), 0.0, []
    for cell in cells:
        width = FULL * cell / whole if isinstance(cell, int) else 0.0
        parts.append(Part(round(x, 2), round(width, 2)))
        x += width
    return parts


def line(cells: Sequence[Cell], most: int) -> str:
    """Return the path of a line over evenly spaced points; it has a gap where a count is not shown."""
    points = _points(cells, most)
    return "".join(f"{'L' if before else 'M'}{point}" for before, point in zip([None, *points], points, strict=False) if point)


def dots(cells: Sequence[Cell], most: int) -> str:
    """Return the path of a dot at each point that is shown: a line of no length, which a round cap makes visible."""
    return "".join(f"M{point}h0" for point in _points(cells, most) if point)


def _points(cells: Sequence[Cell], most: int) -> list[str | None]:
    """Return each point as `x y`; None where a count is not shown."""
    step = FULL / max(1, len(cells) - 1)
    return [
        f"{place * step:.2f} {FULL - FULL * cell / max(1, most):.2f}" if isinstance(cell, int) else None
        for place, cell in enumerate(cells)
    ]


def _counts(cells: Sequence[Cell]) -> list[int]:
    return [cell for cell in cells if isinstance(cell, int)]
