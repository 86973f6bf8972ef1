"""Whole conversations through app, engine and actions."""

import pytest

from bot.clinic.facts import load_clinic
from bot.safety.messages import message
from bot.safety.protocol import crisis_texts
from bot.topics.catalogue import load_catalogue

# the ten questions of the first source document, in other words
TEN_QUESTIONS = [
    ("is doing both suitable for every kind of mental illness, or only for some", "conditions_helped"),
    ("whose call is it whether somebody gets the two treatments together", "who_decides"),
    ("what does a psychiatric nurse practitioner actually do", "pmhnp"),
    ("could having tablets and counselling at once be dangerous in some way", "risks_of_combining"),
    ("would therapy help people keep taking their tablets", "adherence_help"),
    ("what are the signs that my treatment is doing its job", "is_it_working"),
    ("does it cost more to have the two together", "cost"),
    ("can talking therapy be enough with no pills at all", "therapy_without_medication"),
    ("i really don't feel comfortable about taking psychiatric medicine", "uncomfortable_with_medication"),
    ("where do i look for somebody who offers therapy and prescribing together", "find_provider"),
]


def titles(replies):
    return [reply["topic"] for reply in replies if "topic" in reply]


@pytest.mark.parametrize(("question", "key"), TEN_QUESTIONS)
def test_the_ten_questions_get_the_approved_answer(chat, question, key):
    topic = load_catalogue()[key]
    (reply,) = chat(question)
    assert reply["topic"] == topic.title
    assert reply["text"] == load_clinic().fill(topic.text)
    assert reply["reviewed_by"] is None
    assert "Integrating Psychopharmacology" in reply["sources"]


def test_the_greeting_says_what_it_is_and_is_not(chat):
    greeting = chat.messages[0]["text"]
    assert "automated" in greeting and "not for emergencies" in greeting
    assert len(chat.messages[0]["choices"]) == 4


def test_more_simpler_and_source_follow_an_answer(chat):
    topic = load_catalogue()["cbt"]
    chat("what is CBT?")
    assert chat("tell me more")[0]["text"] == topic.more
    assert chat("say it simpler")[0]["text"] == topic.simple
    assert "What is Psychotherapy" in chat("where does that come from?")[0]["text"]


def test_an_unfinished_question_is_understood_after_any_answer(chat):
    chat("what does a PMHNP do?")
    assert titles(chat("and for bipolar?")) == [load_catalogue()["bipolar_care"].title]
    assert titles(chat("what about the cost?")) == [load_catalogue()["cost"].title]


def test_two_questions_get_two_answers(chat):
    asked = {load_catalogue()[key].title for key in ("cbt", "cost")}
    assert set(titles(chat("What is CBT? And how much does treatment cost?"))) == asked


def test_a_button_answers_its_topic(chat):
    title = load_catalogue()["cost"].title
    assert titles(chat(choice=title)) == [title]


def test_a_yes_after_an_answer_is_thanked_and_a_no_gets_other_ways(chat):
    chat("what is dbt")
    assert "Talk to a person" in chat("no")[0]["choices"]
    chat("what is dbt")
    (thanks,) = chat("yes")
    assert thanks["choices"] == []


@pytest.mark.parametrize(
    "text", ["should i stop taking my zoloft", "how many mg of seroquel can i take", "do i have bipolar disorder?"]
)
def test_a_clinical_question_is_not_answered_and_goes_to_a_person(chat, text):
    *refusal, passed_on = chat(text)
    assert {reply["route"] for reply in refusal} == {"clinical"} and passed_on["route"] == "handoff"
    assert not titles(refusal)
    assert passed_on["choices"] == ["Ask for a call back", "Stop waiting"], "nobody is at the desk"


def test_urgent_wording_names_urgent_care(chat):
    replies = chat("i quit effexor cold turkey and now i have brain zaps and i am shaking")
    assert replies[-1]["text"] == message("concern/medical_emergency")
    assert not titles(replies)


def test_another_subject_gets_no_answer(chat):
    (reply,) = chat("who won the football last night")
    assert reply["route"] == "no_answer"
    assert not titles([reply])


def test_a_person_can_be_asked_for_in_one_turn(chat):
    heard, passed_on = chat("let me talk to a real human please")
    assert heard["route"] == passed_on["route"] == "handoff"
    assert passed_on["choices"] == ["Ask for a call back", "Stop waiting"], "nobody is at the desk"


def test_a_crisis_gets_the_crisis_texts_first(chat):
    replies = chat("i want to kill myself")
    assert tuple(reply["text"] for reply in replies) == crisis_texts()
    (now, _) = chat(choice="Yes")
    assert now["text"] == message("suicide/now") and load_clinic().pack.emergency_number in now["text"]


def test_a_veiled_crisis_is_found_by_the_trained_model(chat):
    replies = chat("gave my cat to the neighbour and wrote the letters. by sunday nobody has to worry about me")
    assert {reply["route"] for reply in replies} == {"crisis"}


def test_a_typed_command_is_only_text(chat):
    replies = chat('/choose_topic{"topic": "cost"}')
    assert all(reply["route"] != "unavailable" for reply in replies)
    assert chat("/restart")
    assert chat("what is cbt")[0]["topic"] == load_catalogue()["cbt"].title


def test_typed_deletion_is_confirmed_by_a_button(chat):
    chat("delete my chat please")
    offer = chat.messages[-1]
    body = {
        "client_id": "delete-1",
        "choice": {"message": offer["seq"], "index": offer["choices"].index("Delete this chat")},
    }
    assert chat.client.post("/api/messages", json=body, headers=chat.headers).json()["erased"]
    assert chat.client.get("/api/messages", headers=chat.headers).status_code == 401
