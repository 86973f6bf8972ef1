"""Sessions: who may open one, how long it lasts, and what ends it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import func, select, update

from bot.conversations.models import now
from bot.db import transaction
from bot.staff import service, sessions
from bot.staff.audit import trail
from bot.staff.invitations import Wish, join, open_link, reset
from bot.staff.members import Role
from bot.staff.models import StaffSession
from bot.staff.sessions import IDLE, LONGEST, Refused, find_session, sign_in, sign_in_by_provider, sign_out
from tests.staff.conftest import PASSWORD, code_of, forget_code, make_account, token_of

pytestmark = pytest.mark.usefixtures("database")
DANA = "dana@clinic.example"


def seen_ago(ago: timedelta, column: str = "seen_at") -> None:
    with transaction() as session:
        session.execute(update(StaffSession).values({column: now() - ago}))


def is_live(token: str, is_person: bool = False) -> bool:
    return find_session(token, is_person) is not None


def count_sessions() -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(StaffSession)) or 0


def test_email_password_and_code_open_a_session() -> None:
    _, secret = make_account(email=DANA)
    token = sign_in(f" {DANA.upper()} ", PASSWORD, f"{code_of(secret)[:3]} {code_of(secret)[3:]}")
    signed_in = find_session(token, is_person=False)
    assert signed_in is not None and signed_in.member.email == DANA and 800 < signed_in.seconds_left <= 900
    assert signed_in.csrf_token not in (token, signed_in.id) and token not in signed_in.id


@pytest.mark.parametrize(("email", "password", "steps"), [
    ("other@clinic.example", PASSWORD, 0), ("", "", 0), (DANA, "four words of nonsens", 0), (DANA, "", 0), (DANA, PASSWORD, 5),
    (DANA, PASSWORD, -2), (DANA, "x" * 100_000, 0),
])  # fmt: skip
def test_anything_wrong_is_refused_with_the_same_sentence(email: str, password: str, steps: int) -> None:
    _, secret = make_account(email=DANA)
    with pytest.raises(Refused, match="^Email, password or code is wrong"):
        sign_in(email, password, code_of(secret, steps))
    assert trail()[0].action == "session.refused" and "x" * 9 not in trail()[0].detail


def test_an_unknown_email_costs_a_password_hash_as_a_known_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    make_account(email=DANA)
    checked: list[str | None] = []

    def count(password: str, password_hash: str | None) -> bool:
        checked.append(password_hash)
        return matches(password, password_hash)

    matches = sessions.matches
    monkeypatch.setattr(sessions, "matches", count)
    for email in (DANA, "nobody@clinic.example"):
        with pytest.raises(Refused):
            sign_in(email, "wrong", "123456")
    assert len(checked) == 2 and checked[0] is not None and checked[1] is None


def test_a_code_counts_once() -> None:
    _, secret = make_account(email=DANA)
    code = code_of(secret)
    assert sign_in(DANA, PASSWORD, code)
    with pytest.raises(Refused):
        sign_in(DANA, PASSWORD, code)
    assert sign_in(DANA, PASSWORD, code_of(secret, 1))  # the next one, from a clock that is ahead


def test_a_code_counts_once_when_many_ask_at_the_same_moment() -> None:
    _, secret = make_account(email=DANA)
    code = code_of(secret)

    def attempt(_: int) -> bool:
        try:
            return bool(sign_in(DANA, PASSWORD, code))
        except Refused:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(8))) == 1


@pytest.fixture
def during_a_sign_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Give a function that says what happens while the next sign-in hashes its password, after it has read the account."""
    matches = sessions.matches

    def say(happens: Callable[[], object]) -> None:
        def meanwhile(password: str, password_hash: str | None) -> bool:
            happens()
            return matches(password, password_hash)

        monkeypatch.setattr(sessions, "matches", meanwhile)

    return say


@pytest.mark.parametrize("verb", [reset, service.deactivate])
def test_a_sign_in_during_which_the_account_ends_leaves_no_session(
    during_a_sign_in: Callable[..., None], verb: Callable[[None, str], object]
) -> None:
    _, secret = make_account(email=DANA)
    during_a_sign_in(lambda: verb(None, DANA))
    with pytest.raises(Refused):
        sign_in(DANA, PASSWORD, code_of(secret))
    assert count_sessions() == 0 and trail()[0].action == "session.refused"


@pytest.mark.parametrize("verb", [reset, service.deactivate])
def test_a_sign_in_that_waits_for_the_account_to_end_leaves_no_session(
    during_a_sign_in: Callable[..., None], verb: Callable[[None, str], object]
) -> None:
    _, secret = make_account(email=DANA)
    has_read = Event()
    during_a_sign_in(has_read.set)
    with ThreadPoolExecutor(1) as pool, transaction():
        verb(None, DANA)  # written, and not committed before the sign-in has read the account as it was
        attempt = pool.submit(sign_in, DANA, PASSWORD, code_of(secret))
        assert has_read.wait(10)
    with pytest.raises(Refused):
        attempt.result()
    assert count_sessions() == 0


def test_the_old_password_opens_nothing_when_the_new_one_comes_during_the_sign_in(during_a_sign_in: Callable[..., None]) -> None:
    _, secret = make_account(email=DANA)

    def renew() -> None:
        token = token_of(reset(None, DANA))
        offer = open_link(token)
        assert offer is not None and join(token, Wish("another four words", code_of(offer.code_secret)))
        forget_code(DANA)

    during_a_sign_in(renew)
    with pytest.raises(Refused):
        sign_in(DANA, PASSWORD, code_of(secret))
    assert count_sessions() == 1  # of who joined


def test_a_session_ends_after_fifteen_minutes_without_a_person() -> None:
    token, _ = make_account()
    seen_ago(IDLE - timedelta(seconds=30))
    assert is_live(token)  # looking does not keep it alive
    found = find_session(token, is_person=False)
    assert found is not None and found.seconds_left <= 30
    seen_ago(IDLE)
    assert not is_live(token) and not is_live(token, is_person=True)


def test_what_a_person_does_keeps_a_session_alive() -> None:
    token, _ = make_account()
    seen_ago(IDLE - timedelta(seconds=30))
    found = find_session(token, is_person=True)
    assert found is not None and found.seconds_left > 800


def test_a_session_ends_after_twelve_hours_whatever_is_done() -> None:
    token, _ = make_account()
    seen_ago(LONGEST - timedelta(minutes=5), "created_at")
    found = find_session(token, is_person=True)
    assert found is not None and found.seconds_left <= 300
    seen_ago(LONGEST, "created_at")
    assert not is_live(token, is_person=True)


def test_sign_out_ends_this_session_only() -> None:
    first, secret = make_account(email=DANA)
    second = sign_in(DANA, PASSWORD, code_of(secret))
    found = find_session(second, is_person=False)
    assert found is not None
    sign_out(found)
    assert is_live(first) and not is_live(second)
    assert trail()[0].action == "session.closed"


def test_sessions_that_ended_leave_no_rows() -> None:
    _, secret = make_account(email=DANA)
    seen_ago(IDLE + timedelta(seconds=1))
    sign_in(DANA, PASSWORD, code_of(secret))
    assert count_sessions() == 1


def test_a_closed_account_is_out_at_once_and_cannot_come_back() -> None:
    make_account(Role.ADMIN)
    token, secret = make_account(email=DANA)
    service.deactivate(None, DANA)
    assert not is_live(token)
    with pytest.raises(Refused):
        sign_in(DANA, PASSWORD, code_of(secret))
    with pytest.raises(Refused):
        sign_in_by_provider(DANA, "subject-1")


def test_a_new_role_holds_from_the_next_request() -> None:
    token, _ = make_account(email=DANA)
    service.change_role(None, DANA, Role.LEAD)
    found = find_session(token, is_person=False)
    assert found is not None and found.member.role == Role.LEAD


def test_the_last_admin_stays() -> None:
    token, _ = make_account(Role.ADMIN, DANA)
    for change in (lambda: service.deactivate(None, DANA), lambda: service.change_role(None, DANA, Role.LEAD)):
        with pytest.raises(service.Invalid, match="One admin has to stay"):
            change()
    found = find_session(token, is_person=False)
    assert found is not None and found.member.role == Role.ADMIN
    make_account(Role.ADMIN, "second@clinic.example")
    service.deactivate(None, DANA)
    assert not is_live(token)


def test_an_account_is_bound_to_the_first_identity_that_enters_with_its_email() -> None:
    make_account(email=DANA)
    assert is_live(sign_in_by_provider(DANA, "subject-1")) and is_live(sign_in_by_provider(DANA, "subject-1"))
    with pytest.raises(Refused):
        sign_in_by_provider(DANA, "subject-2")
    with pytest.raises(Refused):
        sign_in_by_provider("nobody@clinic.example", "subject-3")
