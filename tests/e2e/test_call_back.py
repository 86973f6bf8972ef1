"""A call-back request through app, engine and actions: what is given for it stays in the app."""

import json

from bot.clinic.facts import load_clinic
from bot.topics.catalogue import load_catalogue
from bot.topics.responses import load_responses


def said(name):
    (text,) = load_responses()[name]
    return load_clinic().fill(text)


def test_a_request_is_asked_for_interrupted_and_handed_in(chat):
    assert chat("can someone call me back please")[-1]["text"] == said("utter_ask_call_back_name")
    assert chat("Sam")[-1]["text"] == said("utter_ask_call_back_contact")
    answer, again = chat("what is CBT?")
    assert answer["topic"] == load_catalogue()["cbt"].title and again["text"] == said("utter_ask_call_back_contact")
    assert chat("01632 960 201")[-1]["text"] == said("utter_ask_call_back_time")
    assert chat(choice="In the morning")[-1]["text"] == said("utter_ask_call_back_consent")
    (done,) = chat(choice="Yes, pass it on")
    assert done["text"] == said("utter_call_back_done")
    assert "Sam" not in json.dumps(chat.fetch(0)) and "960 201" not in json.dumps(chat.fetch(0))


def test_after_a_clinical_question_the_next_text_is_still_private(chat):
    chat("ring me please")
    replies = chat("should i stop taking my zoloft")
    assert replies[0]["route"] == "clinical" and replies[-1]["text"] == said("utter_ask_call_back_name")
    assert chat("Sam")[-1]["text"] == said("utter_ask_call_back_contact")
    assert "Sam" not in json.dumps(chat.fetch(0))


def test_no_ends_a_request_and_the_chat_goes_on(chat):
    chat("ring me please")
    chat("Sam")
    assert chat(choice="No call back")[-1]["text"] == said("utter_call_back_stopped")
    assert chat("what is CBT?")[-1]["topic"] == load_catalogue()["cbt"].title


def test_texts_that_do_not_fit_are_met_with_an_example(chat):
    chat("ring me please")
    chat("Sam")
    chat("the one in my file")
    example, asked = chat("the usual one I said")
    assert example["text"] == said("utter_call_back_example_contact") and asked["text"] == said("utter_ask_call_back_contact")


def test_none_of_these_is_no_answer_to_the_form(chat):
    chat("ring me please")
    chat("Sam")
    assert "None of these" in chat("therapy helps?")[0]["choices"]
    replies = chat(choice="None of these")
    assert [replies[0]["text"], replies[-1]["text"]] == [said("utter_not_helpful"), said("utter_ask_call_back_contact")]
    assert chat("01632 960 201")[-1]["text"] == said("utter_ask_call_back_time")


def test_a_question_beside_the_number_is_answered_and_the_form_goes_on(chat):
    chat("ring me please")
    chat("Sam")
    answer, again = chat("01632 960 201 and what does it cost?")
    assert answer["topic"] == load_catalogue()["cost"].title and again["text"] == said("utter_ask_call_back_time")
    assert chat(choice="In the morning")[-1]["text"] == said("utter_ask_call_back_consent")
    assert chat(choice="Yes, pass it on")[-1]["text"] == said("utter_call_back_done")
    assert "960 201" not in json.dumps(chat.fetch(0))
