"""When the clinic is open: the week's hours, the holidays and the time zone. Pure: every question says about which moment."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, field_validator

Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DAYS: tuple[Day, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS_AHEAD = 14  # how far next_opening looks
_MIDNIGHT, _NOON = 24 * 60, 12 * 60
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d) ?- ?(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")

Span = tuple[int, int]  # from and until, in minutes since midnight by the wall clock


def _read_spans(value: Any) -> tuple[Span, ...]:
    """Return the spans of one day, in order; nothing stands for a closed day."""
    texts = value if isinstance(value, list) else [] if value is None else [value]
    spans = sorted(_read_span(text) for text in texts)
    if any(later[0] < earlier[1] for earlier, later in zip(spans, spans[1:], strict=False)):
        raise ValueError("two spans of the day overlap")
    return tuple(spans)


def _read_span(text: Any) -> Span:
    found = _SPAN.fullmatch(str(text).strip())
    if not found:
        raise ValueError('write hours as "09:00-17:00", by the 24-hour clock')
    hour, minute, end_hour, end_minute = found.groups()
    start, end = int(hour) * 60 + int(minute), int(end_hour) * 60 + int(end_minute) if end_hour else _MIDNIGHT
    if start >= end:
        raise ValueError("the hours of a day end after they start, at 24:00 at the latest")
    return start, end


def _check_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise ValueError("write the time zone as the IANA names it, such as Europe/London or America/New_York") from None
    return name


class Opening(BaseModel):
    """A clinic's hours: a day without spans is closed, and so is a holiday."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    timezone: Annotated[str, AfterValidator(_check_zone)]
    week: dict[Day, Annotated[tuple[Span, ...], BeforeValidator(_read_spans)]]
    holidays: dict[date, str | None] = {}

    @field_validator("week")
    @classmethod
    def _is_open_sometimes(cls, week: dict[Day, tuple[Span, ...]]) -> dict[Day, tuple[Span, ...]]:
        if not any(week.values()):
            raise ValueError('no day has hours: give at least one, such as monday: "09:00-17:00"')
        return week

    def is_open(self, at: datetime) -> bool:
        """Tell whether the clinic is open at a moment, which must have a time zone."""
        local = self._local(at)
        minute = local.hour * 60 + local.minute
        return any(start <= minute < end for start, end in self._spans(local.date()))

    def next_opening(self, at: datetime) -> datetime | None:
        """Return when the clinic opens next after a moment, in its own time zone; None when not within DAYS_AHEAD days."""
        return next((start for start in self._starts(self._local(at).date()) if at < start <= at + timedelta(DAYS_AHEAD)), None)

    def next_in_words(self, at: datetime) -> str:
        """Return when the clinic opens next, such as `on Monday at 9 am`; `later`, when not within DAYS_AHEAD days."""
        opening = self.next_opening(at)
        if opening is None:
            return "later"
        days = (opening.date() - self._local(at).date()).days
        day = (
            "today" if days == 0 else "tomorrow" if days == 1 else f"on {opening:%A}" if days < 7 else f"on {opening:%A, %-d %B}"
        )
        return f"{day} at {_name_minute(opening.hour * 60 + opening.minute)}"

    def in_words(self) -> str:
        """Return the week's hours in words, such as `Monday to Friday, 9 am to 5 pm`."""
        days_by_spans: dict[tuple[Span, ...], list[int]] = {}
        for number, day in enumerate(DAYS):
            if spans := self.week.get(day):
                days_by_spans.setdefault(spans, []).append(number)
        return "; ".join(f"{_name_days(days)}, {_name_spans(spans)}" for spans, days in days_by_spans.items())

    def _local(self, at: datetime) -> datetime:
        if at.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return at.astimezone(ZoneInfo(self.timezone))

    def _spans(self, day: date) -> tuple[Span, ...]:
        return () if day in self.holidays else self.week.get(DAYS[day.weekday()], ())

    def _starts(self, first: date) -> Iterator[datetime]:
        """Yield the openings from a day on; by way of UTC, since a wall clock's hour may not exist on the day it changes."""
        zone = ZoneInfo(self.timezone)
        for day in (first + timedelta(ahead) for ahead in range(DAYS_AHEAD + 2)):
            for start, _ in self._spans(day):
                opening = datetime.combine(day, time(*divmod(start, 60)), zone).astimezone(UTC).astimezone(zone)
                if self.is_open(opening):
                    yield opening


def _name_days(days: list[int]) -> str:
    if len(days) == len(DAYS):
        return "every day"
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    names = [DAYS[day].capitalize() for day in range(len(DAYS))]
    parts: list[str] = []
    for run in runs:
        parts += [f"{names[run[0]]} to {names[run[-1]]}"] if len(run) > 2 else [names[day] for day in run]
    return _join(parts)


def _name_spans(spans: tuple[Span, ...]) -> str:
    if spans == ((0, _MIDNIGHT),):
        return "day and night"
    return _join([f"{_name_minute(start)} to {_name_minute(end)}" for start, end in spans])


def _name_minute(minute: int) -> str:
    if minute % _MIDNIGHT == 0:
        return "midnight"
    if minute == _NOON:
        return "noon"
    hour, rest = divmod(minute, 60)
    return f"{(hour - 1) % 12 + 1}{f':{rest:02}' if rest else ''} {'am' if hour < 12 else 'pm'}"


def _join(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
