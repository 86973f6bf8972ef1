"""Answers: by which name they are said, with which buttons, and what is remembered."""

import pytest
from rasa_sdk import Action

from actions import answers
from actions.replies import MAX_RELATED, STARTERS
from bot.clinic.facts import load_clinic
from bot.providers import service as providers
from bot.providers.listing import Listing
from bot.topics.contents import load_contents
from bot.topics.service import sign_off
from tests.actions.running import CBT, do, names, payloads, read, titles


def test_an_answer_is_said_by_its_name_and_told_to_the_app() -> None:
    (message,), slots = do(answers.ActionAnswer, read(key="cbt"))
    assert (message["response"], message["custom"]) == ("utter_faq/cbt", {"topic": "cbt"})
    assert message["clinic_phone"] == load_clinic().phone
    assert payloads(message)[:3] == ["/more", "/simpler", "/source"] and payloads(message)[-2:] == ["/helpful", "/not_helpful"]
    assert [button["title"] for button in message["buttons"]][3:-2] == titles(CBT.related[:MAX_RELATED])
    assert slots == {"topic": "cbt", "question": "helpful", "misses": 0}


def test_a_button_chooses_the_topic_whatever_was_read() -> None:
    said, slots = do(answers.ActionAnswer, read(key="cbt"), button="dbt")
    assert names(said) == ["utter_faq/dbt"] and slots["topic"] == "dbt"


def test_a_second_question_is_answered_too_and_only_the_last_has_buttons() -> None:
    said, slots = do(answers.ActionAnswer, read(key="cbt", also=["ssri"]))
    assert names(said) == ["utter_faq/cbt", "utter_two_questions", "utter_faq/ssri"]
    assert not said[0]["buttons"] and not said[1]["buttons"] and said[2]["buttons"]
    assert [said[0]["custom"], said[2]["custom"]] == [{"topic": "cbt"}, {"topic": "ssri"}] and slots["topic"] == "ssri"


def test_the_runners_up_are_offered_before_everything_else() -> None:
    (message,), _ = do(answers.ActionAnswer, read(key="cbt", candidates=["dbt", "no_such_topic"]))
    assert payloads(message)[:2] == ['/choose_topic{"topic": "dbt"}', "/more"]


def test_no_topic_is_offered_twice() -> None:
    (message,), _ = do(answers.ActionAnswer, read(key="cbt", candidates=[CBT.related[0]]))
    assert len(payloads(message)) == len(set(payloads(message)))


@pytest.mark.parametrize("action", [answers.ActionAnswer, answers.ActionMore, answers.ActionSimpler, answers.ActionSource])
@pytest.mark.parametrize("topic", [None, "no_such_topic"])
def test_without_a_topic_the_starters_are_offered(action: type[Action], topic: str | None) -> None:
    (message,), _ = do(action, read(key=topic))
    assert message["response"] == "utter_no_topic_yet"
    assert [button["title"] for button in message["buttons"]] == titles(STARTERS)


def test_more_and_simpler_say_the_other_texts_of_the_last_topic() -> None:
    (more,), _ = do(answers.ActionMore, topic="cbt")
    (simple,), slots = do(answers.ActionSimpler, topic="cbt")
    assert (more["text"], simple["text"]) == (load_clinic().fill(CBT.more), load_clinic().fill(CBT.simple))
    assert more["custom"] == simple["custom"] == {"topic": "cbt"} and slots == {"question": "helpful"}
    assert "/more" not in payloads(more) and "/simpler" not in payloads(simple)


@pytest.mark.parametrize("action", [answers.ActionMore, answers.ActionSimpler])
def test_where_there_was_no_answer_nobody_is_asked_whether_it_helped(action: type[Action]) -> None:
    assert do(action)[1].get("question") != "helpful"


def test_the_source_is_named_with_its_review(database: object) -> None:
    said, _ = do(answers.ActionSource, topic="cbt")
    assert names(said) == ["utter_source", "utter_not_reviewed"]
    assert all(source.section in said[0]["sources"] for source in CBT.sources)
    review = sign_off("cbt", "A. Example", "Nurse", load_contents()["cbt"].text_hash)
    said, _ = do(answers.ActionSource, topic="cbt")
    assert names(said) == ["utter_source", "utter_reviewed"] and said[1]["reviewer"] == review.reviewer


def test_the_topic_on_finding_a_provider_offers_the_search_where_there_is_a_directory(database: object) -> None:
    (message,), _ = do(answers.ActionAnswer, read(key="find_provider"))
    assert "Search the list of providers" not in [button["title"] for button in message["buttons"]]
    providers.save(Listing("EX-1", "Alma Example", "both"))
    (message,), _ = do(answers.ActionAnswer, read(key="find_provider"))
    assert message["buttons"][0]["payload"] == '/provider_search{"field": "new", "value": "search"}'
