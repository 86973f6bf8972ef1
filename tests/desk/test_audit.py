"""The page of the audit trail."""

import re
from collections.abc import Callable

import pytest

from bot.staff.audit import audit
from bot.staff.members import Role
from tests.desk.conftest import Desk


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR])
def test_admins_and_auditors_read_who_did_what(sign_in_as: Callable[..., Desk], role: Role) -> None:
    nurse = sign_in_as(Role.AGENT, name="Bo")
    audit(nurse.member, "conversation.viewed", "conversation:1", "from the queue")
    desk = sign_in_as(role)
    page = desk.get("/desk/audit?subject=conversation:1").text
    (row,) = re.findall(r"<tr><td>.*?</tr>", page)
    assert re.findall(r"<td>([^<]*)</td>", row) == ["Bo", "conversation.viewed", "conversation:1", "from the queue"]
    assert "No rows fit." in desk.get("/desk/audit?name=Nobody").text


def test_the_trail_comes_in_pages_and_the_question_stays(sign_in_as: Callable[..., Desk]) -> None:
    for number in range(60):
        audit(None, "conversation.viewed", f"conversation:{number}")
    desk = sign_in_as(Role.AUDITOR)
    page = desk.get("/desk/audit?action=conversation.viewed").text
    (older,) = re.findall(r'href="(\?before=[^"]+)"', page)
    rest = desk.get("/desk/audit" + older.replace("&amp;", "&")).text
    subjects = re.findall(r"<td>conversation:(\d+)</td>", page + rest)
    assert subjects == [str(number) for number in range(59, -1, -1)] and "?before=" not in rest


def test_a_question_that_makes_no_sense_is_answered_with_a_page(sign_in_as: Callable[..., Desk]) -> None:
    desk = sign_in_as(Role.AUDITOR)
    for question in ("before=x", f"before={'9' * 30}", "before=%D9%A3", "name=%00", "action=%25", f"name={'x' * 5000}"):
        assert desk.get(f"/desk/audit?{question}").status_code == 200, question
