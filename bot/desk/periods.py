"""The spans of days that the figures are shown for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.clinic.facts import load_clinic
from bot.figures import service as figures

CHOICES = (7, 30, 90, 365)
DEFAULT = 30
WEEK = 7
MOST_DAYS_SINGLY = 30


@dataclass(frozen=True)
class Period:
    """So many days up to a last one, by the clinic's clock."""

    days: int
    until: date

    @property
    def since(self) -> date:
        """The first day."""
        return self.until - timedelta(days=self.days - 1)

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The moment it begins, and the moment after it ends, in UTC."""
        zone = ZoneInfo(load_clinic().opening.timezone)
        begin, end = (datetime.combine(day, time(), zone) for day in (self.since, self.until + timedelta(days=1)))
        return begin.astimezone(UTC), end.astimezone(UTC)

    @property
    def is_in_weeks(self) -> bool:
        """Whether it is shown by the week, so that few counts are small."""
        return self.days > MOST_DAYS_SINGLY

    def parts(self) -> Iterator[tuple[date, date]]:
        """Yield its days, or weeks, as (first day, last day); the first week is the one that may be longer or shorter."""
        step = WEEK if self.is_in_weeks else 1
        first = self.days - step * (round(self.days / step) - 1)
        begin = self.since
        while begin <= self.until:
            end = begin + timedelta(days=(first if begin == self.since else step) - 1)
            yield begin, end
            begin = end + timedelta(days=1)

    def sum_parts(self, by_day: Mapping[date, int]) -> list[int]:
        """Return the sums of daily counts over its parts."""
        return [sum(count for day, count in by_day.items() if begin <= day <= end) for begin, end in self.parts()]


def read_period(days: str) -> Period:
    """Return the period that was chosen, up to today; the default one when the choice makes no sense."""
    chosen = next((choice for choice in CHOICES if str(choice) == days), DEFAULT)
    return Period(chosen, figures.today())
