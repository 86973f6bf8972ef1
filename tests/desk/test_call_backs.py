"""Call-backs: the list, who read it, what became of each; and canned replies, which the linter reads."""

from collections.abc import Callable

import pytest

from bot.conversations.models import now
from bot.db import transaction
from bot.handoff import call_backs, canned
from bot.handoff.models import CallBack
from bot.staff.audit import trail
from bot.staff.members import Role
from tests.desk.conftest import Desk
from tests.desk.waiting import PHONE, ask_for_call, audited, page

SignIn = Callable[..., Desk]


def test_the_list_shows_whom_to_call_and_each_view_is_written_down_without_the_contact(sign_in_as: SignIn) -> None:
    desk, number = sign_in_as(), ask_for_call()
    text = page(desk, "/desk/call-backs")
    assert "Jo" in text and PHONE in text and "mornings" in text
    assert audited(f"call-back:{number}") == [("call_back.viewed", "Dana", "")]
    assert PHONE not in str(trail())


def test_one_that_is_done_leaves_the_list_and_its_name_and_contact_are_deleted(sign_in_as: SignIn) -> None:
    desk, number = sign_in_as(), ask_for_call()
    assert desk.post(f"/desk/call-backs/{number}/done", {"outcome": "anything"}).status_code == 400
    assert desk.post(f"/desk/call-backs/{number}/done", {"outcome": "reached"}).status_code == 303
    assert "Nobody waits for a call." in page(desk, "/desk/call-backs")
    with transaction() as session:
        row = session.get_one(CallBack, number)
    assert (row.details, row.outcome, row.staff_name) == ({}, "reached", "Dana") and row.done_at and row.done_at <= now()
    assert audited(f"call-back:{number}") == [("call_back.done", "Dana", "reached")]
    answer = desk.post(f"/desk/call-backs/{number}/done", {"outcome": "reached"})
    assert answer.status_code == 409 and "Somebody else has done this one already." in answer.text


def test_a_page_that_is_open_hears_that_the_list_has_changed_without_a_name(sign_in_as: SignIn) -> None:
    desk, number = sign_in_as(), ask_for_call()
    assert desk.get(f"/desk/call-backs/news?ids={number}").status_code == 204
    ask_for_call("Kim")
    answer = desk.get(f"/desk/call-backs/news?ids={number}")
    assert "The list has changed." in answer.text and "Kim" not in answer.text
    assert [found.details["name"] for found in call_backs.requested()] == ["Jo", "Kim"]


def test_a_lead_adds_changes_and_removes_canned_replies(sign_in_as: SignIn) -> None:
    lead = sign_in_as(Role.LEAD)
    assert lead.post("/desk/canned-replies", {"title": " Hello ", "text": "Hello, how can I help?"}).status_code == 303
    (kept,) = canned.replies()
    assert "Hello, how can I help?" in page(lead, "/desk/canned-replies")
    assert "Hello, how can I help?" in page(lead, f"/desk/canned-replies/{kept.id}")
    lead.post(f"/desk/canned-replies/{kept.id}", {"title": "Hello", "text": "Hello there."})
    assert [(reply.title, reply.text) for reply in canned.replies()] == [("Hello", "Hello there.")]
    lead.post(f"/desk/canned-replies/{kept.id}/remove")
    assert canned.replies() == []
    assert [action for action, *_ in audited(f"canned-reply:{kept.id}")] == ["canned_reply.saved"] * 2 + ["canned_reply.removed"]
    assert lead.get(f"/desk/canned-replies/{kept.id}").status_code == 404
    assert lead.post(f"/desk/canned-replies/{kept.id}", {"title": "Hello", "text": "Again."}).status_code == 404


@pytest.mark.parametrize(
    ("title", "said", "fault"),
    [
        ("", "Hello.", "Write a short title: 1 to 80 characters."),
        ("Long", "word " * 151, "Write 1 to 150 words; this has 151."),
        ("Empty", " ", "Write 1 to 150 words; this has 0."),
        ("Promise", "You will feel better soon.", "may not stand in an answer (promise)"),
        ("Taken", "Hello.", "Another reply has this title."),
    ],
)
def test_a_canned_reply_at_fault_is_shown_again_with_the_reason(sign_in_as: SignIn, title: str, said: str, fault: str) -> None:
    lead = sign_in_as(Role.LEAD)
    canned.save(None, "Taken", "Here already.")
    answer = lead.post("/desk/canned-replies", {"title": title, "text": said})
    assert answer.status_code == 422 and fault in answer.text and said.strip() in answer.text
    assert [reply.title for reply in canned.replies()] == ["Taken"]
