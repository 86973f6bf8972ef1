"""The turns that are no answers: yes and no, helped or not, greeting, a person, deletion, crisis."""

import pytest
from rasa_sdk import Action

from actions import conversation
from bot.clinic.facts import load_clinic
from bot.safety.protocol import crisis_texts
from bot.safety.screen import CRISIS, Risk
from tests.actions.running import PERSON, counted, do, execute, kept, names, payloads, read


@pytest.mark.parametrize(
    ("action", "question", "expected"),
    [
        (conversation.ActionAffirm, "helpful", "utter_helpful"),
        (conversation.ActionAffirm, "person", "utter_handoff"),
        (conversation.ActionAffirm, "topic", "utter_clarify"),
        (conversation.ActionAffirm, None, "utter_affirm"),
        (conversation.ActionDeny, "helpful", "utter_not_helpful"),
        (conversation.ActionDeny, "topic", "utter_not_helpful"),
        (conversation.ActionDeny, "person", "utter_deny"),
        (conversation.ActionDeny, None, "utter_deny"),
    ],
)
def test_yes_and_no_answer_the_question_that_was_open(
    database: object, action: type[Action], question: str | None, expected: str
) -> None:
    said, _ = do(action, text="/deny", question=question, offered=["cbt", "dbt"], topic="cbt")
    assert names(said) == [expected]
    assert counted() == ([("cbt", action is conversation.ActionAffirm)] if question == "helpful" else [])


@pytest.mark.parametrize(("declined", "expected"), [("topic", "utter_not_helpful"), ("erase", "utter_deny")])
def test_the_no_of_a_button_is_to_its_own_question_however_late(database: object, declined: str, expected: str) -> None:
    said, _ = execute("action_deny", "deny", fields={"field": declined}, question="helpful", topic="cbt")
    assert names(said) == [expected] and counted() == []


def test_a_typed_no_is_not_kept_as_a_question(database: object) -> None:
    do(conversation.ActionDeny, read(route="smalltalk", label="deny"), text="no neither of them", question="topic")
    assert kept() == []


def test_helpful_counts_for_the_topic_and_forgets_the_misses(database: object) -> None:
    said, slots = do(conversation.ActionHelpful, topic="cbt", misses=1.0)
    assert names(said) == ["utter_helpful"] and slots == {"misses": 0, "question": None}
    assert counted() == [("cbt", True)]


@pytest.mark.parametrize(("misses", "expected"), [(0, "utter_not_helpful"), (1.0, "utter_not_helpful_person")])
def test_not_helpful_counts_and_the_second_time_asks_for_a_person(database: object, misses: float, expected: str) -> None:
    (message,), slots = do(conversation.ActionNotHelpful, topic="cbt", misses=misses)
    assert message["response"] == expected
    assert message["buttons"][-1:] == ([PERSON] if misses == 0 else [])
    assert message["custom"].get("handoff") == (None if misses == 0 else "unanswered")
    assert slots == {"misses": misses + 1, "question": "person"} and counted() == [("cbt", False)]


def test_the_greeting_says_who_it_is_once() -> None:
    (first,), slots = do(conversation.ActionGreet)
    assert first["response"] == "utter_greet" and slots == {"greeted": True}
    (again,), _ = do(conversation.ActionGreet, **slots)
    assert again["response"] == "utter_greet_again"


def test_support_and_handoff_point_to_a_person() -> None:
    (support,), slots = do(conversation.ActionEmotionalSupport)
    (handoff,), _ = do(conversation.ActionHandoff)
    assert support["buttons"] == [PERSON] and slots == {"question": "person"}
    assert (handoff["response"], handoff["emergency_number"]) == ("utter_handoff", load_clinic().pack.emergency_number)


def test_deleting_is_a_button_of_the_app_and_can_be_declined() -> None:
    (message,), _ = do(conversation.ActionErase)
    assert message["response"] == "utter_erase" and payloads(message) == ["app:erase", '/deny{"field": "erase"}']


@pytest.mark.parametrize("category", ["suicide", "abuse_or_danger", "medical_emergency"])
def test_the_crisis_texts_are_those_of_the_category_that_the_screen_found(category: str) -> None:
    said, _ = do(conversation.ActionCrisis, risk={"level": CRISIS, "category": category})
    assert tuple(message["text"] for message in said) == crisis_texts(Risk(CRISIS, category))
    assert {message["custom"]["route"] for message in said} == {"crisis"}


def test_a_crisis_without_a_category_gets_texts_too() -> None:
    said, _ = do(conversation.ActionCrisis)
    assert tuple(message["text"] for message in said) == crisis_texts()
