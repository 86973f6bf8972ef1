"""A search for a provider through app, engine and actions, on the example directory."""

import pytest

from bot.clinic.facts import load_clinic
from bot.providers import service as providers
from bot.providers.files import read_file
from bot.settings import ROOT
from bot.topics.catalogue import load_catalogue
from bot.topics.responses import load_responses


def said(name):
    (text,) = load_responses()[name]
    return load_clinic().fill(text)


def cards(replies):
    return [reply["text"] for reply in replies if reply["text"].startswith("Name: ")]


@pytest.fixture
def directory(processes, settings, configure):
    """The example directory, loaded into the processes' database."""
    configure(database_url=settings.database_url)
    providers.replace_all(read_file((ROOT / "clinic" / "providers.csv").read_bytes()).listings)
    yield
    providers.replace_all([])


def test_one_message_a_question_in_the_middle_a_change_and_more(chat, directory):
    first = chat("find a therapist near Sampletown who takes Example Health and does evenings")
    assert [reply["text"] for reply in first] == [said("utter_search"), said("utter_ask_search_needs")]
    answer, again = chat("what does a psychiatric nurse practitioner do?")
    assert answer["topic"] == load_catalogue()["pmhnp"].title and again["text"] == said("utter_ask_search_needs")
    assert chat("grief")[-1]["text"] == said("utter_ask_search_language")
    results = chat(choice="Show me who you have")
    assert results[0]["text"].startswith(
        "I looked for: near Sampletown; help with grief; therapy; takes Example Health; evenings."
    )
    assert cards(results)[0].startswith("Name: Cora Placeholder") and len(cards(results)) <= 3
    assert results[-1]["text"] == said("utter_search_checklist")
    changed = chat("actually in Testford")
    assert "near Testford" in changed[0]["text"] and cards(changed)
    assert chat("how long does therapy take?")[-1]["topic"] == load_catalogue()["how_long_therapy"].title


def test_every_question_can_be_skipped_and_the_search_stopped(chat, directory):
    chat("how do I find a provider who does both?")
    assert chat(choice="Search the list of providers")[-1]["text"] == said("utter_ask_search_place")
    assert chat(choice="Skip")[-1]["text"] == said("utter_ask_search_needs")
    assert chat("stop")[-1]["text"] == said("utter_search_stopped")
    assert chat("what is CBT?")[-1]["topic"] == load_catalogue()["cbt"].title


def test_without_a_directory_the_topic_and_a_person_are_offered(chat):
    none, topic = chat("find me a therapist in Denver")
    assert none["text"] == said("utter_search_no_directory")
    assert topic["topic"] == load_catalogue()["find_provider"].title and "Talk to a person" in topic["choices"]
