"""A ticket's page: reading, speaking, notes, tags, giving, returning, closing, export; and the row of each in the audit trail."""

import re
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.conversations import service as conversations
from bot.handoff import canned, queue, rounds
from bot.handoff.models import Ticket
from bot.staff import invitations
from bot.staff.members import Role
from tests.desk.conftest import Desk
from tests.desk.waiting import SECRET, audited, do, page, reply, said, wait, write
from tests.handoff.acting import find, mode

SignIn = Callable[..., Desk]


def changes(desk: Desk, waiting: Ticket) -> str:
    """Return the address at which a page that was just opened asks for what is new."""
    form = desk.get(f"/desk/tickets/{waiting.id}").text
    has = dict(re.findall(r'<input type="hidden" name="(after|panel|facts|card|speak|record)" value="(\w+)">', form))
    assert len(has) == 6
    return f"/desk/tickets/{waiting.id}/changes?" + "&".join(f"{name}={value}" for name, value in has.items())


def test_the_page_shows_the_conversation_and_why_a_person_is_wanted(sign_in_as: SignIn) -> None:
    desk = sign_in_as()
    waiting = wait("clinical", kind="missed_dose", last_topic="ssris", confidence=0.83, evidence="a double dose")
    text = page(desk, f"/desk/tickets/{waiting.id}")
    assert SECRET in text
    for fact in ("Asked a clinical question", "missed dose", "83%", "Website", "English", "“a double dose”"):
        assert fact in text
    assert audited(f"ticket:{waiting.id}") == [("conversation.viewed", "Dana", "messages 1 to 2")]


def test_what_a_patient_wrote_is_text_and_never_markup(sign_in_as: SignIn) -> None:
    desk, waiting = sign_in_as(), wait(evidence="<b>bold</b>")
    write(waiting, "<img src=x onerror=alert(1)>")
    answer = desk.get(f"/desk/tickets/{waiting.id}").text
    assert "&lt;img src=x" in answer and "<img" not in answer and "<b>" not in answer


def test_changes_bring_only_what_is_new_and_what_was_read_is_written_down(sign_in_as: SignIn) -> None:
    desk, waiting = sign_in_as(), wait()
    address = changes(desk, waiting)
    assert desk.get(address).status_code == 204
    write(waiting, "something new")
    answer = desk.get(address)
    assert "something new" in answer.text and SECRET not in answer.text and "hx-swap-oob" in answer.text
    assert 'id="panel"' not in answer.text  # it looks the same
    do(desk, waiting, "take")
    answer = desk.get(address).text
    assert 'id="panel"' in answer and "You have this chat." in answer
    details = [detail for action, _, detail in audited(f"ticket:{waiting.id}") if action == "conversation.viewed"]
    assert details == ["messages 1 to 2", "messages 3 to 3", "messages 3 to 4"]


def test_who_asks_for_changes_without_opening_the_page_is_written_down_too(sign_in_as: SignIn) -> None:
    desk, waiting = sign_in_as(), wait(evidence="a double dose")
    for _ in range(2):
        assert "a double dose" in desk.get(f"/desk/tickets/{waiting.id}/changes?after=999999").text
    assert audited(f"ticket:{waiting.id}") == [("conversation.viewed", "Dana", "no messages")]


@pytest.mark.parametrize("after", ["", "-1", "x", "1" * 12])
def test_changes_after_nothing_known_are_refused(sign_in_as: SignIn, after: str) -> None:
    answer = sign_in_as().get(f"/desk/tickets/{wait().id}/changes?after={after}")
    assert answer.status_code == 400


def test_of_two_who_take_at_once_one_wins_and_the_other_reads_who(sign_in_as: SignIn) -> None:
    for number in range(5):
        dana = sign_in_as(email=f"dana{number}@clinic.example")
        bo = sign_in_as(Role.LEAD, email=f"bo{number}@clinic.example", name="Bo")
        waiting = wait()
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda desk: do(desk, waiting, "take"), (dana, bo)))  # noqa: B023
        winner = find(waiting.id).staff_name
        assert sorted(answer.status_code for answer in answers) == [204, 409]
        assert [answer.text for answer in answers if answer.status_code == 409] == [f"{winner} has this chat."]
        assert len([text for text in said(waiting, "assistant") if "has joined this chat" in text]) == 1


def test_taking_twice_by_a_double_click_is_taking_once(sign_in_as: SignIn) -> None:
    desk, waiting = sign_in_as(), wait()
    assert [do(desk, waiting, "take").status_code for _ in range(2)] == [204, 204]
    assert [action for action, *_ in audited(f"ticket:{waiting.id}")] == ["conversation.taken"]


def test_a_reply_reaches_the_patient_with_name_and_title_and_the_same_form_only_once(sign_in_as: SignIn) -> None:
    desk, waiting, key = sign_in_as(), wait(), str(uuid.uuid4())
    for _ in range(2):
        assert reply(desk, waiting, "Hello, I am here.", key).status_code == 204
    assert said(waiting, "person") == ["Hello, I am here."]
    entry = conversations.history(str(waiting.conversation_id))[-1]
    assert (entry.about["name"], entry.about["title"]) == ("Dana", "nurse")
    assert find(waiting.id).staff_name == "Dana"  # the first reply takes a chat that waits
    assert "Hello" not in str(audited(f"ticket:{waiting.id}"))


def test_only_who_has_a_chat_may_speak_in_it_and_the_refusal_says_who_has_it(sign_in_as: SignIn) -> None:
    dana, bo, waiting = sign_in_as(), sign_in_as(Role.ADMIN, name="Bo"), wait()
    do(dana, waiting, "take")
    answer = reply(bo, waiting, "Let me in.")
    assert (answer.status_code, answer.text) == (409, "Dana has this chat.")
    assert said(waiting, "person") == []
    assert 'id="reply"' not in bo.get(f"/desk/tickets/{waiting.id}").text
    assert 'id="reply"' in dana.get(f"/desk/tickets/{waiting.id}").text
    for verb, fields in (("return", {}), ("close", {"outcome": "answered"})):
        assert do(bo, waiting, verb, **fields).status_code == 409
    assert find(waiting.id).state == "taken"


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001])
def test_an_empty_or_endless_reply_is_refused_with_a_sentence(sign_in_as: SignIn, text: str) -> None:
    answer = reply(sign_in_as(), wait(), text)
    assert (answer.status_code, answer.text) == (400, "Write a message of at most 4000 characters.")


def test_a_reply_without_its_forms_key_is_refused(sign_in_as: SignIn) -> None:
    assert reply(sign_in_as(), wait(), "Hello.", "client-01").status_code == 400


def test_notes_and_tags_are_for_the_team_and_no_row_repeats_them(sign_in_as: SignIn) -> None:
    dana, bo, waiting = sign_in_as(), sign_in_as(Role.LEAD, name="Bo"), wait()
    assert do(dana, waiting, "notes", note="Spoke with the ward.").status_code == 204
    assert do(dana, waiting, "tags", tag="Refill").status_code == 204
    text = page(bo, f"/desk/tickets/{waiting.id}")
    assert "Spoke with the ward." in text and "refill" in text
    assert "ward" not in " ".join(entry.text for entry in conversations.history(str(waiting.conversation_id)))
    do(bo, waiting, "untag", tag="refill")
    assert find(waiting.id).tags == []
    rows = audited(f"ticket:{waiting.id}")
    assert [(action, who) for action, who, _ in rows if "viewed" not in action] == [
        ("note.added", "Dana"),
        ("ticket.tagged", "Dana"),
        ("ticket.untagged", "Bo"),
    ]
    assert "ward" not in str(rows) and "refill" not in str(rows)
    assert do(dana, waiting, "notes", note=" ").status_code == 400
    assert do(dana, waiting, "tags", tag=" ").status_code == 400


def test_returning_gives_the_chat_to_the_assistant_and_asks_for_no_rating(sign_in_as: SignIn) -> None:
    desk, waiting = sign_in_as(), wait()
    do(desk, waiting, "take")
    assert do(desk, waiting, "return").status_code == 204
    assert mode(str(waiting.conversation_id)) == "bot"
    assert "Dana (nurse) has left the chat" in said(waiting, "assistant")[-1]
    assert find(waiting.id).outcome == "returned"
    assert "returned to the assistant" in page(desk, f"/desk/tickets/{waiting.id}")


def test_closing_needs_an_outcome_and_asks_the_patient_for_a_rating(sign_in_as: SignIn) -> None:
    desk, waiting = sign_in_as(), wait()
    do(desk, waiting, "take")
    assert do(desk, waiting, "close", outcome="").status_code == 400
    assert do(desk, waiting, "close", outcome="answered").status_code == 204
    assert "How was your chat" in said(waiting, "assistant")[-1]
    assert audited(f"ticket:{waiting.id}")[-1] == ("conversation.closed", "Dana", "answered")
    assert do(desk, waiting, "close", outcome="answered").status_code == 409


def test_a_ticket_that_waits_can_be_closed_without_taking_it(sign_in_as: SignIn) -> None:
    desk, waiting = sign_in_as(), wait()
    do(desk, waiting, "close", outcome="mistaken")
    assert (find(waiting.id).state, find(waiting.id).outcome) == ("closed", "mistaken")


def test_a_lead_gives_a_chat_to_somebody_who_may_take_it(sign_in_as: SignIn) -> None:
    dana, lead = sign_in_as(), sign_in_as(Role.LEAD, name="Bo")
    auditor = sign_in_as(Role.AUDITOR, name="Ira")
    waiting = wait()
    assert do(lead, waiting, "give", to=str(lead.member.id)).status_code == 409  # nobody has it
    do(dana, waiting, "take")
    assert do(dana, waiting, "give", to=str(lead.member.id)).status_code == 403
    assert do(lead, waiting, "give", to=str(auditor.member.id)).status_code == 400
    reset = sign_in_as(email="eve@clinic.example", name="Eve").member
    invitations.reset(None, reset.email)  # cannot sign in before she has used her link
    assert do(lead, waiting, "give", to=str(reset.id)).status_code == 400
    assert "Bo (nurse)" in page(lead, f"/desk/tickets/{waiting.id}")
    assert do(lead, waiting, "give", to=str(lead.member.id)).status_code == 204
    assert find(waiting.id).staff_name == "Bo"
    assert "Bo (nurse)" in said(waiting, "assistant")[-1]
    assert reply(dana, waiting, "Wait.").text == "Bo has this chat."


def test_an_urgent_ticket_shows_the_evidence_and_the_card_for_trained_staff(sign_in_as: SignIn) -> None:
    desk, waiting = sign_in_as(), wait("crisis", category="suicide", evidence="end my life")
    text = page(desk, f"/desk/tickets/{waiting.id}")
    assert "Nobody has seen this yet." in text and "“end my life”" in text and "Kind of danger Suicide" in text
    assert "C-SSRS screener" in text and "neither scores nor stores" in text
    do(desk, waiting, "acknowledge")
    assert "Nobody has seen this yet." not in page(desk, f"/desk/tickets/{waiting.id}")
    assert ("ticket.acknowledged", "Dana", "") in audited(f"ticket:{waiting.id}")
    assert "C-SSRS" not in page(desk, f"/desk/tickets/{wait().id}")


def test_the_export_has_the_conversation_without_notes_and_is_written_down(sign_in_as: SignIn) -> None:
    desk, waiting = sign_in_as(), wait()
    do(desk, waiting, "notes", note="Only for us.")
    answer = desk.get(f"/desk/tickets/{waiting.id}/export")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["content-disposition"] == f'attachment; filename="ticket-{waiting.id}.txt"'
    assert f"Patient: {SECRET}" in answer.text and "Only for us." not in answer.text
    assert audited(f"ticket:{waiting.id}")[-1] == ("conversation.exported", "Dana", "messages 1 to 2")


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\u2028", "\x0b"])
def test_no_line_of_the_export_looks_as_if_somebody_else_had_said_it(sign_in_as: SignIn, end: str) -> None:
    desk, waiting = sign_in_as(), wait()
    write(waiting, f"Hello.{end}[2026-01-01 10:00:00 UTC] Dana (nurse): Take ten.")
    lines = desk.get(f"/desk/tickets/{waiting.id}/export").text.splitlines()
    assert [line for line in lines if "Take ten." in line] == ["    [2026-01-01 10:00:00 UTC] Dana (nurse): Take ten."]


def test_a_chat_that_the_patient_deleted_says_so_and_nothing_more_can_be_done(sign_in_as: SignIn) -> None:
    desk, waiting = sign_in_as(), wait(evidence=SECRET)
    do(desk, waiting, "notes", note="About them.")
    conversations.erase(str(waiting.conversation_id))
    rounds.wipe()
    text = page(desk, f"/desk/tickets/{waiting.id}")
    assert "The patient deleted this chat." in text and SECRET not in text and "About them." not in text
    assert reply(desk, waiting, "Hello?").text == "The patient has deleted this chat."
    assert do(desk, waiting, "notes", note="More.").status_code == 409
    assert queue.waiting() == []


def test_a_ticket_that_is_not_there_is_not_found(sign_in_as: SignIn) -> None:
    desk = sign_in_as()
    assert desk.get("/desk/tickets/99").status_code == 404
    for verb in ("take", "reply", "acknowledge", "notes"):
        answer = do(desk, Ticket(id=99), verb, text="x", key=str(uuid.uuid4()), note="x")
        assert answer.status_code in (404, 409) and answer.text == "There is no such ticket.", verb
    assert audited("ticket:99") == []


def test_canned_replies_are_offered_with_the_clinics_facts(sign_in_as: SignIn) -> None:
    canned.save(None, "Number", "You can call {clinic_phone}.")
    answer = sign_in_as().get(f"/desk/tickets/{wait().id}").text
    assert "01632 960 100" in answer and "{clinic_phone}" not in answer


def test_a_failed_row_of_the_trail_takes_the_reply_back(sign_in_as: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.desk import ticket_verbs

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(ticket_verbs, "audit", fail)
    waiting = wait()
    assert reply(sign_in_as(), waiting, "Hello.").status_code == 500
    assert said(waiting, "person") == [] and find(waiting.id).state == "waiting"
