"""Opening hours: open or not, when next, in words; across holidays, breaks and the days on which the clocks change."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.clinic.opening import DAYS, DAYS_AHEAD, Opening

NEW_YORK = ZoneInfo("America/New_York")
WEEK = dict.fromkeys(DAYS[:5], "09:00-17:00")
MONDAY = date(2026, 6, 1)


def opening(week: Any = None, timezone: str = "America/New_York", **holidays: str | None) -> Opening:
    days = {date.fromisoformat(day.replace("_", "-").lstrip("d")): name for day, name in holidays.items()}
    return Opening.model_validate({"timezone": timezone, "week": WEEK if week is None else week, "holidays": days})


def at(day: date, clock: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("days", "clock", "is_open"),
    [
        (0, "08:59:59", False),
        (0, "09:00", True),
        (0, "16:59:59", True),
        (0, "17:00", False),
        (4, "12:00", True),
        (5, "12:00", False),
        (6, "12:00", False),
    ],
)
def test_it_is_open_from_the_first_minute_to_the_last(days: int, clock: str, is_open: bool) -> None:
    assert opening().is_open(at(MONDAY + timedelta(days), clock)) == is_open


def test_a_moment_of_another_zone_is_the_same_moment() -> None:
    assert opening().is_open(datetime(2026, 6, 1, 13, 0, tzinfo=UTC))  # 9 am in New York
    assert not opening().is_open(datetime(2026, 6, 1, 12, 59, tzinfo=UTC))
    assert opening().is_open(datetime(2026, 12, 1, 14, 0, tzinfo=UTC))  # in winter an hour later
    assert not opening().is_open(datetime(2026, 12, 1, 13, 59, tzinfo=UTC))


@pytest.mark.parametrize("ask", [Opening.is_open, Opening.next_opening])
def test_a_moment_without_a_zone_is_refused(ask: Any) -> None:
    with pytest.raises(ValueError, match="a moment needs a time zone"):
        ask(opening(), datetime(2026, 6, 1, 12, 0))


def test_it_is_closed_on_a_holiday_with_a_name_or_without() -> None:
    closed = opening(d2026_06_01="Founders' Day", d2026_06_02=None)
    assert not closed.is_open(at(MONDAY, "12:00")) and not closed.is_open(at(MONDAY + timedelta(1), "12:00"))
    assert closed.next_opening(at(MONDAY, "08:00")) == at(MONDAY + timedelta(2), "09:00")


def test_between_two_spans_of_a_day_it_is_closed_and_opens_again_that_day() -> None:
    split = opening({"monday": ["13:00-17:00", "09:00-12:00"]})
    assert not split.is_open(at(MONDAY, "12:30"))
    assert split.next_opening(at(MONDAY, "12:30")) == at(MONDAY, "13:00")
    assert split.next_opening(at(MONDAY, "13:00")) == at(MONDAY + timedelta(7), "09:00")


def test_the_next_opening_is_in_the_clinics_own_zone() -> None:
    found = opening().next_opening(datetime(2026, 6, 6, 3, 0, tzinfo=UTC))
    assert found == at(date(2026, 6, 8), "09:00") and str(found.tzinfo) == "America/New_York"


@pytest.mark.parametrize(
    ("days", "clock", "words"),
    [
        (0, "08:00", "today at 9 am"),
        (0, "18:00", "tomorrow at 9 am"),
        (4, "18:00", "on Monday at 9 am"),
    ],
)
def test_the_next_opening_is_said_in_words(days: int, clock: str, words: str) -> None:
    assert opening().next_in_words(at(MONDAY + timedelta(days), clock)) == words


def test_a_far_opening_is_said_with_its_date_and_none_as_later() -> None:
    monday = opening({"monday": "09:00-17:00"}, d2026_06_08=None)
    assert monday.next_in_words(at(MONDAY, "18:00")) == "on Monday, 15 June at 9 am"
    closed = opening({"monday": "09:00-17:00"}, d2026_06_08=None, d2026_06_15=None)
    assert closed.next_in_words(at(MONDAY, "18:00")) == "later"


def test_nothing_within_two_weeks_is_no_opening() -> None:
    once = {f"d2026_06_{day:02}": None for day in range(1, 16)}
    assert opening(**once).next_opening(at(MONDAY, "00:00")) is None
    assert opening(**once).next_opening(at(MONDAY + timedelta(1, hours=9), "10:00")) == at(date(2026, 6, 16), "09:00")


def test_open_day_and_night_means_every_minute() -> None:
    always = opening(dict.fromkeys(DAYS, "00:00-24:00"))
    assert always.is_open(at(MONDAY, "00:00")) and always.is_open(at(MONDAY, "23:59:59"))


def test_when_the_clocks_go_forward_the_hours_stay_those_of_the_wall_clock() -> None:
    spring = date(2026, 3, 8)  # 2 am becomes 3 am
    sunday = opening({"sunday": "01:00-04:00"})
    assert sunday.is_open(datetime(2026, 3, 8, 6, 0, tzinfo=UTC)) and sunday.is_open(datetime(2026, 3, 8, 7, 59, tzinfo=UTC))
    assert not sunday.is_open(datetime(2026, 3, 8, 8, 0, tzinfo=UTC))
    assert opening({"sunday": "09:00-17:00"}).next_opening(at(spring, "00:00")) == datetime(2026, 3, 8, 13, 0, tzinfo=UTC)


def test_an_opening_in_the_hour_that_is_left_out_comes_when_that_hour_would_have_been_over() -> None:
    found = opening({"sunday": "02:30-05:00"}).next_opening(at(date(2026, 3, 8), "00:00"))
    assert found == datetime(2026, 3, 8, 7, 30, tzinfo=UTC) and found.hour == 3


def test_when_the_clocks_go_back_the_doubled_hour_is_open_twice() -> None:
    sunday = opening({"sunday": "01:00-02:00"})
    first, second = datetime(2026, 11, 1, 5, 30, tzinfo=UTC), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert sunday.is_open(first) and sunday.is_open(second) and not sunday.is_open(second + timedelta(minutes=30))


@pytest.mark.parametrize(
    ("week", "words"),
    [
        (WEEK, "Monday to Friday, 9 am to 5 pm"),
        (dict.fromkeys(DAYS, "08:30-20:00"), "every day, 8:30 am to 8 pm"),
        (dict.fromkeys(DAYS, "00:00-24:00"), "every day, day and night"),
        ({"monday": ["13:00-16:30", "09:00-12:00"]}, "Monday, 9 am to noon and 1 pm to 4:30 pm"),
        ({**WEEK, "friday": "09:00-12:00"}, "Monday to Thursday, 9 am to 5 pm; Friday, 9 am to noon"),
        ({"wednesday": "10:00-14:00", "monday": "10:00-14:00"}, "Monday and Wednesday, 10 am to 2 pm"),
        (
            {"monday": "10:00-24:00", "tuesday": "10:00-24:00", "saturday": "10:00-24:00"},
            "Monday, Tuesday and Saturday, 10 am to midnight",
        ),
        ({**WEEK, "thursday": None, "sunday": "09:00-17:00"}, "Monday to Wednesday, Friday and Sunday, 9 am to 5 pm"),
        ({"sunday": "00:00-06:00"}, "Sunday, midnight to 6 am"),
    ],
)
def test_the_week_is_said_in_words(week: dict[str, Any], words: str) -> None:
    assert opening(week).in_words() == words


@pytest.mark.parametrize(
    ("changed", "place", "reason"),
    [
        ({"timezone": "Mars/Olympus"}, ("timezone",), "as the IANA names it"),
        ({"timezone": "/etc/passwd"}, ("timezone",), "as the IANA names it"),
        ({"timezone": ""}, ("timezone",), "as the IANA names it"),
        ({"week": {}}, ("week",), "no day has hours"),
        ({"week": {"monday": []}}, ("week",), "no day has hours"),
        ({"week": {"monday": "9-5"}}, ("week", "monday"), "write hours as"),
        ({"week": {"monday": 9}}, ("week", "monday"), "write hours as"),
        ({"week": {"monday": "09:00-25:00"}}, ("week", "monday"), "write hours as"),
        ({"week": {"monday": "22:00-06:00"}}, ("week", "monday"), "end after they start"),
        ({"week": {"monday": "09:00-09:00"}}, ("week", "monday"), "end after they start"),
        ({"week": {"monday": ["09:00-13:00", "12:00-17:00"]}}, ("week", "monday"), "overlap"),
        ({"week": {"mon": "09:00-17:00"}}, ("week", "mon", "[key]"), "monday"),
        ({"holidays": {"Christmas": None}}, ("holidays", "Christmas", "[key]"), "date"),
        ({"lunch": "12:00"}, ("lunch",), "not permitted"),
    ],
)
def test_wrong_hours_are_refused_with_place_and_reason(changed: dict[str, Any], place: tuple[str, ...], reason: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Opening.model_validate({"timezone": "UTC", "week": WEEK} | changed)
    (error,) = raised.value.errors()
    assert error["loc"] == place and reason in error["msg"]


hours = st.tuples(st.integers(0, 1438), st.integers(1, 1439)).filter(lambda span: span[0] < span[1])
spans = hours.map(lambda span: "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in span))
weeks = st.dictionaries(st.sampled_from(DAYS), spans, min_size=1)
zones = st.sampled_from(["America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"])
moments = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))


@settings(deadline=None)
@given(weeks, zones, moments)
def test_at_its_next_opening_it_is_open_and_that_is_the_first_chance(week: dict[str, str], zone: str, moment: datetime) -> None:
    clinic = opening(week, zone)
    found = clinic.next_opening(moment)
    assert found is None or (clinic.is_open(found) and moment < found <= moment + timedelta(DAYS_AHEAD))
    if not clinic.is_open(moment) and found:
        between = [moment + (found - moment) * part / 20 for part in range(20)]
        assert not any(map(clinic.is_open, between)) or _changes(zone, moment, found)


def _changes(zone: str, start: datetime, end: datetime) -> bool:
    """Tell whether the clocks change in between: the day they do, a span may begin in an hour that is left out or doubled."""
    days = range((end - start).days + 2)
    return len({(start + timedelta(day)).astimezone(ZoneInfo(zone)).utcoffset() for day in days}) > 1
