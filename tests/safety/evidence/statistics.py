"""A share of a sample with its 95 % interval, and whether it meets a mark."""

from dataclasses import dataclass
from math import sqrt

Z = 1.959963984540054  # the normal quantile of 0.975


def wilson(count: int, of: int) -> tuple[float, float]:
    """Return the Wilson score interval (95 %) of a share of `count` in `of`.

    (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n), with p = count / n. Source: E. B. Wilson (1927), "Probable inference, the
    law of succession, and statistical inference", Journal of the American Statistical Association 22, 209-212. Unlike the
    textbook interval it keeps its width where a small sample shows no error at all: 30 of 30 is 0.886 to 1, not 1 to 1.
    """
    if not of:
        return 0.0, 1.0
    share, square = count / of, Z * Z / of
    centre, half = share + square / 2, Z * sqrt(share * (1 - share) / of + square / (4 * of))
    return max(0.0, (centre - half) / (1 + square)), min(1.0, (centre + half) / (1 + square))


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    count: int
    of: int

    @property
    def value(self) -> float:
        """The share, 0 to 1; 0 of an empty sample."""
        return self.count / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The Wilson interval."""
        return wilson(self.count, self.of)

    def as_dict(self) -> dict[str, float | int]:
        """Return the share as plain data, in per cent."""
        low, high = self.interval
        shown = {"percent": self.value, "low": low, "high": high}
        return {"count": self.count, "of": self.of} | {name: round(100 * number, 2) for name, number in shown.items()}

    def __str__(self) -> str:
        """Write it as 98.6 % (96.0 to 99.5), 212 of 215."""
        low, high = (100 * end for end in self.interval)
        return f"{100 * self.value:.1f} % ({low:.1f} to {high:.1f}), {self.count} of {self.of}"


@dataclass(frozen=True)
class Mark:
    """A number to reach, in per cent: a floor that has to hold and a goal; `at_most` for what should be rare."""

    floor: float
    goal: float
    at_most: bool = False

    def meets(self, share: Share, goal: bool = False) -> bool:
        """Tell whether a share meets the floor, or the goal; its value counts, the interval says how sure that is."""
        mark, found = (self.goal if goal else self.floor), 100 * share.value
        return found <= mark if self.at_most else found >= mark
