"""Where there is no answer: which topic was meant, a question that is kept, a question for a clinician."""

import pytest

from actions import clinical, unsure
from actions.replies import STARTERS
from bot.conversations.memory import PREFIX
from tests.actions.running import CBT, PERSON, do, kept, names, read, titles


def test_unsure_asks_which_topic_was_meant() -> None:
    (message,), slots = do(unsure.ActionClarify, read(route="clarify", candidates=["cbt", "dbt"]))
    assert (message["response"], message["custom"]) == ("utter_clarify", {"route": "clarify"})
    assert [button["title"] for button in message["buttons"]] == [*titles(["cbt", "dbt"]), "None of these"]
    assert message["buttons"][-1]["payload"] == '/deny{"field": "topic"}'
    assert slots == {"offered": ["cbt", "dbt"], "question": "topic"}


def test_a_question_without_an_answer_is_kept_and_a_person_offered(database: object) -> None:
    (message,), slots = do(unsure.ActionNoAnswer, read(route="no_answer", candidates=["cbt"]), text="does chess help")
    assert (message["response"], message["custom"]) == ("utter_no_answer", {"route": "no_answer"})
    assert message["buttons"][-1] == PERSON and message["buttons"][0]["title"] == CBT.title
    assert kept() == [("does chess help", "cbt")] and slots == {"misses": 1, "question": "person"}


def test_a_chat_that_is_not_kept_keeps_no_question_either(database: object) -> None:
    (message,), _ = do(unsure.ActionNoAnswer, read(route="no_answer"), text="does chess help", sender=f"{PREFIX}abc")
    assert message["response"] == "utter_no_answer_not_kept" and kept() == []


def test_a_question_about_something_else_is_not_kept(database: object) -> None:
    (message,), _ = do(unsure.ActionNoAnswer, read(route="no_answer", label="out_of_scope"), text="who won the cup")
    assert message["response"] == "utter_out_of_scope" and kept() == []
    assert [button["title"] for button in message["buttons"][:-1]] == titles(STARTERS)


def test_the_second_miss_in_a_row_offers_a_person_in_words(database: object) -> None:
    said, slots = do(unsure.ActionNoAnswer, read(route="no_answer"), misses=1.0)
    assert names(said) == ["utter_no_answer", "utter_not_helpful_person"] and slots["misses"] == 2


@pytest.mark.parametrize("kind", ["dose", "withdrawal", "pregnancy_breastfeeding"])
def test_a_clinical_question_is_not_answered_but_explained_by_its_kind(kind: str) -> None:
    said, slots = do(clinical.ActionClinical, read(route="clinical", label=f"clinical/{kind}", kind=kind))
    assert names(said) == [f"utter_clinical/{kind}", "utter_clinical_next"]
    assert [message["custom"]["route"] for message in said] == ["clinical", "clinical"] and said[0]["custom"]["kind"] == kind
    assert said[1]["buttons"] == [PERSON] and slots == {"question": "person"}


def test_a_clinical_question_of_no_kind_still_goes_to_a_person() -> None:
    said, _ = do(clinical.ActionClinical)
    assert names(said) == ["utter_clinical_next"] and said[0]["buttons"] == [PERSON]
