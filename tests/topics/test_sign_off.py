"""Sign-offs as they are recorded: with name, role, date and hash; who reads them back sees edits and expiry."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.db import transaction
from bot.topics.contents import load_contents
from bot.topics.models import SignOff
from bot.topics.review import APPROVED, AWAITING, CHANGED, EXPIRED
from bot.topics.service import SignOffError, review_states, sign_off

pytestmark = pytest.mark.usefixtures("database")
WHO = {"name": "A. Example", "role": "Psychiatrist"}


def test_nothing_is_approved_before_somebody_signs() -> None:
    assert {review.state for review in review_states().values()} == {AWAITING}


def test_a_sign_off_is_recorded_with_name_role_date_and_hash_for_a_year() -> None:
    review = sign_off("cbt", text_hash=load_contents()["cbt"].text_hash, **WHO)
    assert review_states(["cbt"]) == {"cbt": review} and review.state == APPROVED
    with transaction() as session:
        (row,) = session.scalars(select(SignOff))
    assert (row.content, row.name, row.role) == ("cbt", "A. Example", "Psychiatrist")
    assert row.text_hash == load_contents()["cbt"].text_hash
    assert row.expires_at - row.signed_at == timedelta(days=365)


def test_an_edited_text_is_unreviewed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    cbt = load_contents()["cbt"]
    sign_off("cbt", text_hash=cbt.text_hash, **WHO)
    edited = replace(cbt, texts=cbt.texts | {"simple": "Something else."})
    monkeypatch.setitem(load_contents(), "cbt", edited)
    assert review_states(["cbt"])["cbt"].state == CHANGED
    monkeypatch.setitem(load_contents(), "cbt", cbt)
    assert review_states(["cbt"])["cbt"].state == APPROVED


def test_an_approval_ends() -> None:
    sign_off("cbt", text_hash=load_contents()["cbt"].text_hash, days=1, **WHO)
    with transaction() as session:
        session.execute(update(SignOff).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert review_states(["cbt"])["cbt"].state == EXPIRED


def test_a_group_is_signed_like_a_topic() -> None:
    sign_off("crisis", text_hash=load_contents()["crisis"].text_hash, **WHO)
    assert [key for key, review in review_states().items() if review.is_approved] == ["crisis"]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"content": "naps"}, "content: there is no topic or group 'naps'"),
        ({"text_hash": "0" * 64}, "text: it has changed since it was read"),
        ({"name": " "}, "name: write who signs"),
        ({"role": ""}, "role: write who signs"),
        ({"name": "{clinic_phone}"}, "name: write who signs"),
        ({"role": "a\nb"}, "role: write who signs"),
        ({"name": "x" * 121}, "name: write who signs"),
        ({"days": 0}, "days: an approval holds for 1 to"),
        ({"days": 2000}, "days: an approval holds for 1 to"),
    ],
)
def test_what_cannot_be_signed_is_refused_with_the_reason(changed: dict[str, object], reason: str) -> None:
    given = {"content": "cbt", "text_hash": load_contents()["cbt"].text_hash, **WHO} | changed
    with pytest.raises(SignOffError, match=f"^{reason}"):
        sign_off(**given)  # type: ignore[arg-type]
    assert not any(review.is_approved for review in review_states().values())
