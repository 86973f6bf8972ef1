"""How the figures say times, rates and ratings in words; from five of them on."""

from collections.abc import Sequence

from bot.figures.suppression import FEWEST, Cell
from bot.handoff.reports import HandOff, percentile

MINUTE, HOUR = 60, 3600
_WITHIN = {"Within 1 minute": MINUTE, "Within 5 minutes": 5 * MINUTE, "Within 15 minutes": 15 * MINUTE, "Within an hour": HOUR}
_LONGER, _NOBODY = "Longer", "Nobody, or not yet"
WAITS = (*_WITHIN, _LONGER, _NOBODY)


def wait_of(one: HandOff) -> str:
    """Return how soon a person came, as one of WAITS."""
    if one.to_person is None:
        return _NOBODY
    return next((name for name, seconds in _WITHIN.items() if one.to_person <= seconds), _LONGER)


def count(cell: Cell) -> str:
    """Return a count, or the words in its place, as the pages show it."""
    return f"{cell:,}" if isinstance(cell, int) else cell


def waits_of(found: Sequence[HandOff]) -> list[float]:
    """Return how long those waited to whom a person came."""
    return [one.to_person for one in found if one.to_person is not None]


def helpful_rate(helped: int = 0, did_not: int = 0) -> str:
    """Return the share of ratings that said an answer helped, from five ratings on."""
    return f"{helped / (helped + did_not):.0%}" if helped + did_not >= FEWEST else f"fewer than {FEWEST} ratings"


def times(seconds: Sequence[float]) -> str:
    """Return median and 90th percentile in words, from five on."""
    if len(seconds) < FEWEST:
        return f"fewer than {FEWEST} times"
    return f"median {duration(percentile(seconds, 0.5))}, 90% within {duration(percentile(seconds, 0.9))}"


def mean(ratings: Sequence[int]) -> str:
    """Return the mean of ratings from 1 to 5, from five on."""
    return f"{sum(ratings) / len(ratings):.1f} of 5" if len(ratings) >= FEWEST else f"fewer than {FEWEST} ratings"


def duration(seconds: float) -> str:
    """Return a duration in words, such as `4 min`."""
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    return f"{round(whole / MINUTE)} min" if whole < HOUR else f"{whole // HOUR} h {whole % HOUR // MINUTE} min"
