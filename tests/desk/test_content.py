"""The content's pages: where each text stands, signing it off, and the questions that no text answers."""

import re
from collections.abc import Callable

import pytest

from bot.staff.members import Role
from bot.topics import service
from bot.topics.contents import load_contents
from bot.topics.service import keep_question, review_states
from tests.desk.conftest import Desk
from tests.desk.counted import rate
from tests.desk.waiting import audited, page

SignIn = Callable[..., Desk]
CLINICIAN = {"name": "Dr. A. Example", "role": "psychiatrist", "days": "365", "confirm": "yes"}


@pytest.fixture
def lead(sign_in_as: SignIn) -> Desk:
    return sign_in_as(Role.LEAD)


def sign(desk: Desk, key: str = "cbt", **changed: str) -> tuple[int, str]:
    """Sign a content off as its page does, and return the status and what the page says."""
    source = desk.get(f"/desk/content/{key}").text
    (text_hash,) = re.findall(r'name="hash" value="(\w+)"', source)
    answer = desk.post(f"/desk/content/{key}/sign-off", CLINICIAN | {"hash": text_hash} | changed)
    return answer.status_code, answer.text


def state(key: str = "cbt") -> str:
    return review_states([key])[key].state


def test_every_topic_and_group_is_listed_with_its_state_and_grade(lead: Desk) -> None:
    text = page(lead, "/desk/content")
    assert f"{len(load_contents())} contents" in text
    for content in load_contents().values():
        assert f"{content.title} " in text
    assert re.search(r"Cognitive behavioral therapy \(CBT\) Awaiting review \d\.\d fewer than 5 ratings", text)


def test_the_list_can_be_narrowed_by_state_and_words(lead: Desk) -> None:
    assert sign(lead)[0] == 303
    text = page(lead, "/desk/content?state=approved")
    assert (
        "1 content " in text and "Cognitive behavioral therapy (CBT) Approved" in text and "Dr. A. Example, psychiatrist" in text
    )
    assert "No content fits." in page(lead, "/desk/content?state=expired")
    assert "No content fits." in page(lead, "/desk/content?q=cognitive+submarine")
    assert "Cognitive behavioral therapy (CBT)" in page(lead, "/desk/content?state=approved&q=COGNITIVE")


def test_a_topics_page_shows_all_its_words_its_sources_and_where_they_are_edited(lead: Desk) -> None:
    rate("cbt", 9, 1)
    text = page(lead, "/desk/content/cbt")
    for said in load_contents()["cbt"].texts.values():
        assert said in text
    assert "data/nlu/faq/cbt.yml" in text and "Integrating Psychopharmacology with Psychotherapy" in text
    assert "Said it helped 90%" in text


def test_a_groups_page_shows_its_words_with_the_clinics_facts(lead: Desk) -> None:
    text = page(lead, "/desk/content/crisis")
    assert "clinic/crisis/messages.yml" in text and "{lifeline}" not in text and "988" in text
    assert lead.get("/desk/content/nothing").status_code == 404


def test_a_sign_off_names_the_clinician_and_is_written_down_with_who_recorded_it(lead: Desk) -> None:
    assert sign(lead)[0] == 303
    assert state() == "approved"
    ((action, who, detail),) = audited("content:cbt")
    assert (action, who) == ("content.signed_off", "Dana")
    assert detail.startswith("approved by Dr. A. Example, psychiatrist, until 20")
    text = page(lead, "/desk/content/cbt?done=signed")
    assert "The sign-off is recorded." in text and "Dr. A. Example, psychiatrist, on 20" in text


@pytest.mark.parametrize(("changed", "sentence"), [
    ({"confirm": ""}, "Confirm that the clinician has read all of it."),
    ({"name": " "}, "Write who signs, in at most 120 letters"),
    ({"role": "x" * 121}, "Write who signs, in at most 120 letters"),
    ({"name": "<b>A</b>"}, "Write who signs, in at most 120 letters"),
    ({"days": "0"}, "An approval holds for 1 to"),
    ({"days": "x"}, "An approval holds for 1 to"),
    ({"hash": "0" * 64}, "It has changed since it was read"),
])  # fmt: skip
def test_a_sign_off_with_a_fault_is_not_recorded_and_says_why(lead: Desk, changed: dict[str, str], sentence: str) -> None:
    status, text = sign(lead, **changed)
    assert status == 422 and sentence in text and "<b>A</b>" not in text
    assert state() == "awaiting" and audited("content:cbt") == []
    assert 'value="psychiatrist"' in text or "role" in changed  # what was typed stays


def test_agents_read_the_content_but_sign_nothing(sign_in_as: SignIn) -> None:
    agent = sign_in_as(Role.AGENT)
    assert "Sign off" not in page(agent, "/desk/content/cbt")
    assert 'href="/desk/content/questions"' not in agent.get("/desk/content").text
    assert agent.post("/desk/content/cbt/sign-off", CLINICIAN).status_code == 403


def ask_some() -> None:
    for text, nearest in (
        ("does yoga help", "cbt"), ("is yoga any good", "cbt"), ("can I <b>bring</b> my dog", "")
    ):  # fmt: skip
        keep_question(text, [nearest] if nearest else [])


def test_questions_are_shown_in_groups_and_reading_them_is_written_down(lead: Desk) -> None:
    ask_some()
    assert "Questions without an answer: 3" in page(lead, "/desk/content")
    assert audited("questions:unanswered") == []
    text = page(lead, "/desk/content/questions")
    assert "3 questions wait." in text and "No topic is near 1" in text
    assert "Near “Cognitive behavioral therapy (CBT)”: “yoga” 2" in text
    assert "<b>bring</b>" not in lead.get("/desk/content/questions").text
    assert ("questions.viewed", "Dana", "3 shown") in audited("questions:unanswered")


def test_chosen_questions_are_marked_as_handled_or_deleted_and_that_is_written_down(lead: Desk) -> None:
    ask_some()
    dog, second, first = (question.id for question in service.unanswered())
    assert lead.post("/desk/content/questions", {"id": str(dog), "do": "delete"}).status_code == 303
    assert audited(f"question:{dog}") == [("question.deleted", "Dana", "")]
    both = {"shown": f"{first},{second}", "do": "handled all"}
    assert lead.post("/desk/content/questions", both).headers["location"].endswith("done=handled")
    assert service.unanswered() == [] and "None waits." in page(lead, "/desk/content/questions?done=handled")
    assert audited(f"question:{first}") == [("question.handled", "Dana", "")]
    assert not any("yoga" in detail for _, _, detail in audited("questions:unanswered"))


@pytest.mark.parametrize("fields", [{"do": "handled"}, {"do": "burn", "id": "1"}, {"do": "delete", "id": "x,²,-1"}, {"id": "1"}])
def test_a_choice_that_makes_no_sense_changes_nothing(lead: Desk, fields: dict[str, str]) -> None:
    ask_some()
    assert lead.post("/desk/content/questions", fields).status_code == 400
    assert service.count_unanswered() == 3
