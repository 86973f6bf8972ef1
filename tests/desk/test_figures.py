"""The page of the figures: what it counts, what it leaves out, its files, and that no text is in it."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date

import pytest

from bot.desk.periods import CHOICES, Period
from bot.figures import service as figures
from bot.handoff.models import Ticket
from bot.staff.members import Role
from tests.desk.conftest import Desk
from tests.desk.counted import a_month, count, rate, wish
from tests.desk.waiting import audited, page
from tests.handoff.acting import change
from tests.web.conftest import post, start

SignIn = Callable[..., Desk]


def read(desk: Desk, table: str, days: int = 30) -> list[list[str]]:
    """Return a table's rows as its file has them."""
    answer = desk.get(f"/desk/figures/export?table={table}&days={days}")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.text)))[1:]


@pytest.fixture
def desk(sign_in_as: SignIn) -> Desk:
    return sign_in_as(Role.AUDITOR)


def test_a_clinic_where_nothing_happened_has_a_page_too(desk: Desk) -> None:
    text = page(desk, "/desk/figures")
    assert "Chats 0 Messages from patients 0 Answered from approved texts no messages" in text and "Nothing was counted" in text


def test_the_most_asked_for_figures_stand_first(desk: Desk) -> None:
    a_month()
    text = page(desk, "/desk/figures")
    assert "Said that an answer helped 75%" in text
    assert "Time until a person came median 7 min, 90% within 1 h 23 min" in text
    assert "Wishes for a person 60" in text


def test_messages_are_counted_by_the_way_they_were_answered(desk: Desk) -> None:
    for route, number in {"answer": 60, "no_answer": 7, "withheld": 5, "crisis": 8, "support": 20}.items():
        count(figures.ROUTE, route, number)
    rows = dict(row for row in read(desk, "answers"))
    assert rows["Answered from approved texts"] == "60" and rows["No approved answer"] == "12"
    assert rows["Shown help in a crisis"] == "8" and rows["Something else, such as a greeting"] == "20"
    assert "Answered from approved texts 60% of the messages" in page(desk, "/desk/figures")


def test_a_small_count_is_shown_nowhere_and_cannot_be_worked_out(desk: Desk) -> None:
    for route, number in {"answer": 60, "clinical": 9, "crisis": 3}.items():
        count(figures.ROUTE, route, number)
    rows = dict(row for row in read(desk, "answers"))
    assert rows["Shown help in a crisis"] == "fewer than 5"
    assert rows["Passed on: a question for a clinician"] == "not shown"
    source = desk.get("/desk/figures").text
    (bars,) = re.findall(r'id="answers-caption".*?</table>', source, re.S)
    assert re.findall(r'<rect class="drawn" width="([\d.]+)%"', bars) == ["100.0"] + ["0.0"] * 9


def test_a_channel_with_few_chats_hides_another_one(desk: Desk) -> None:
    for channel, number in (("web", 50), ("telegram", 2), ("slack", 6)):
        count(figures.STARTED, "", number, channel=channel)
    assert [row[:2] for row in read(desk, "channels")] == [
        ["Slack", "not shown"],
        ["Telegram", "fewer than 5"],
        ["Website", "50"],
    ]


def test_the_helpful_rate_of_a_topic_begins_with_five_ratings(desk: Desk) -> None:
    for topic, helped, did_not in (("cbt", 3, 1), ("cost", 4, 1)):
        count(figures.TOPIC, topic, 10)
        rate(topic, helped, did_not)
    rates = {row[0]: row[2] for row in read(desk, "topics")}
    assert set(rates.values()) == {"fewer than 5 ratings", "80%"}


def test_wishes_for_a_person_by_reason_time_and_end(desk: Desk) -> None:
    for seconds in (10, 30, 50, 55, 58, 4000, 5000, 6000, 7000, 8000):
        wish("asked", seconds)
    for _ in range(6):
        wish("clinical")
    assert read(desk, "reasons")[1:3] == [["Asked for a person", "10"], ["Asked a clinical question", "6"]]
    waits = dict(row for row in read(desk, "waits"))
    assert (waits["Within 1 minute"], waits["Longer"], waits["Nobody, or not yet"]) == ("5", "5", "6")
    assert read(desk, "outcomes") == [["Patient stopped waiting", "6"], ["Question answered", "10"]]
    assert "median 58 s, 90% within 1 h 56 min" in page(desk, "/desk/figures")


def test_few_times_and_ratings_are_not_summed_up(desk: Desk) -> None:
    for _ in range(4):
        wish("asked", 30, rating=5)
    text = page(desk, "/desk/figures")
    assert "Time until a person came fewer than 5 times" in text
    assert "Rating of chats with a person fewer than 5 ratings" in text
    wish("asked", 30, rating=3)
    text = page(desk, "/desk/figures")
    assert "median 30 s" in text and "Rating of chats with a person 4.6 of 5" in text


def test_crisis_referrals_of_a_year_are_exact_for_suicide_and_self_harm_alone(desk: Desk) -> None:
    count(figures.REFERRAL, "suicide", 2)
    count(figures.REFERRAL, "self_harm", 1)
    count(figures.REFERRAL, "abuse_or_danger", 4)
    year = figures.today().year
    assert read(desk, "referrals", 7) == [[str(year), "3", "fewer than 5", "0"], [str(year - 1), "0", "0", "0"]]


@pytest.mark.parametrize("days", CHOICES)
def test_a_period_falls_into_days_or_weeks_without_a_gap(days: int) -> None:
    period = Period(days, date(2026, 11, 22))
    parts = list(period.parts())
    assert parts[0][0] == period.since and parts[-1][1] == period.until
    assert (period.until - period.since).days == days - 1
    assert all((later[0] - earlier[1]).days == 1 for earlier, later in zip(parts, parts[1:], strict=False))
    assert sum((end - begin).days + 1 for begin, end in parts) == days
    assert all((end - begin).days + 1 in (1, 6, 7, 8) for begin, end in parts)


def test_a_period_begins_and_ends_at_midnight_by_the_clinics_clock() -> None:
    since, until = Period(30, date(2026, 3, 20)).moments  # the clocks went forward on 8 March
    assert (since.isoformat(), until.isoformat()) == ("2026-02-19T05:00:00+00:00", "2026-03-21T04:00:00+00:00")


def test_what_happened_before_the_period_is_not_in_it(desk: Desk) -> None:
    count(figures.STARTED, "", 40, days_ago=6)
    count(figures.STARTED, "", 40, days_ago=7)
    wish("asked", days_ago=8)
    assert "Chats 40 " in page(desk, "/desk/figures?days=7")
    assert "Wishes for a person 0" in page(desk, "/desk/figures?days=7")
    assert "Chats 80 " in page(desk, "/desk/figures?days=90")
    assert "30 days" in page(desk, "/desk/figures?days=x") and "Chats 80 " in page(desk, "/desk/figures?days=31")


def test_every_table_has_a_file_with_the_same_cells_and_taking_it_is_written_down(desk: Desk) -> None:
    a_month()
    source = desk.get("/desk/figures").text
    tables = re.findall(r"export\?table=(\w+)&amp;days=30", source)
    assert len(tables) == 9
    shown = page(desk, "/desk/figures")
    for table in tables:
        for row in read(desk, table):
            assert (
                " ".join(
                    f"{int(cell):,}" if cell.isdecimal() and len(cell) > 3 and table != "referrals" else cell for cell in row
                )
                in shown
            )
        assert [(action, who) for action, who, _ in audited(f"figures:{table}")] == [("figures.exported", "Dana")]
    assert desk.get("/desk/figures/export?table=tickets").status_code == 404


def test_a_file_is_downloaded_under_the_name_of_what_is_in_it(desk: Desk) -> None:
    answer = desk.get("/desk/figures/export?table=answers&days=7")
    assert re.fullmatch(r'attachment; filename="answers-[\d-]{10}-to-[\d-]{10}\.csv"', answer.headers["content-disposition"])
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


def test_nothing_that_a_patient_wrote_and_no_person_is_in_the_figures(desk: Desk) -> None:
    site = desk.site
    post(site, start(site), "my neighbour has elderflower tea")
    wish("crisis", 30)
    change(Ticket, 1, staff_name="Sam Unseen", tags=["a private tag"])
    source = desk.get("/desk/figures?days=7").text
    for secret in ("elderflower", "their words", "Sam Unseen", "private tag"):
        assert secret not in source
