"""The audit trail: rows are added and found, and the database itself refuses to change or remove one."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from bot.db import get_engine, transaction
from bot.staff.audit import audit, trail
from tests.staff.conftest import make_account

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize(
    "change",
    ["UPDATE audit_entries SET account_name = 'nobody'", "DELETE FROM audit_entries", "DELETE FROM audit_entries WHERE id = 1"],
)
def test_the_database_refuses_to_change_or_remove_a_row(change: str) -> None:
    audit(None, "conversation.viewed", "conversation:1")
    with pytest.raises(DatabaseError, match="append-only"), get_engine().begin() as connection:
        connection.execute(text(change))
    assert [row.action for row in trail()] == ["conversation.viewed"]


def test_a_row_stands_or_falls_with_what_it_tells() -> None:
    def fail() -> None:
        with transaction():
            audit(None, "conversation.replied", "conversation:1")
            raise RuntimeError("the reply could not be stored")

    with pytest.raises(RuntimeError):
        fail()
    assert trail() == []


def test_rows_are_found_by_action_person_and_subject_and_come_page_by_page() -> None:
    make_account(name="Dana%")
    for number in range(7):
        audit(None, "conversation.viewed", f"conversation:{number}")
    assert len(trail(action="conversation.")) == 7 and trail(action="onversation") == []
    assert {row.action for row in trail(name="dana")} == {"account.joined", "session.opened"}
    assert trail(name="%") == [] and len(trail(name="Dana%")) == 2
    assert [row.subject for row in trail(subject="conversation:3")] == ["conversation:3"]
    first = trail(count=3)
    second = trail(before=first[-1].id, count=3)
    assert [row.subject[-1] for row in first + second] == list("654321")


def test_what_is_too_long_is_cut_not_lost(configure: Callable[..., None]) -> None:
    audit(None, "directory.imported", "s" * 500, "d" * 500)
    assert (len(trail()[0].subject), len(trail()[0].detail)) == (80, 255)
