"""The whole pipeline inside Rasa: a tiny project is trained once, loaded, and asked."""

import asyncio
from typing import Any

import pytest
from rasa.core.agent import Agent


def parse(agent: Agent, text: str) -> dict[str, Any]:
    """Return what Rasa's server would answer to /model/parse."""
    return asyncio.run(agent.parse_message(text))


@pytest.mark.parametrize(
    ("text", "intent", "route", "key"),
    [
        ("hello, good morning", "greet", "smalltalk", None),
        ("how much will a session cost me", "faq", "answer", "cost"),
        ("what do they do in CBT", "faq", "answer", "cbt"),
        ("who scored in the football match", "out_of_scope", "no_answer", None),
    ],
)
def test_a_message_gets_its_intent_and_reading(tiny_agent: Agent, text: str, intent: str, route: str, key: str | None) -> None:
    parsed = parse(tiny_agent, text)
    assert parsed["intent"]["name"] == intent
    assert (parsed["reading"]["route"], parsed["reading"]["key"]) == (route, key)
    assert parsed["risk"] == {"level": "none", "category": None}


def test_a_clinical_question_names_its_kind(tiny_agent: Agent) -> None:
    parsed = parse(tiny_agent, "should I double my sertraline to 100 mg")
    assert parsed["intent"]["name"] == "clinical"
    assert parsed["reading"]["kind"] == "dose"


def test_a_clinical_clause_settles_a_message_that_also_asks_a_topic(tiny_agent: Agent) -> None:
    parsed = parse(tiny_agent, "What is CBT about? And can I double my zoloft tonight?")
    assert parsed["intent"]["name"] == "clinical"


def test_a_message_that_asks_two_things_is_read_as_both_topics(tiny_agent: Agent) -> None:
    reading = parse(tiny_agent, "What is CBT and how much does it cost for a session?")["reading"]
    assert {reading["key"], *reading["also"], *reading["candidates"]} - {None} == {"cbt", "cost"}


def test_entities_come_with_role_and_synonym(tiny_agent: Agent) -> None:
    parsed = parse(tiny_agent, "does Zoloft or cognitive therapy help with depression in Chicago")
    found = [(entity["entity"], entity["value"], entity.get("role")) for entity in parsed["entities"]]
    assert found == [
        ("medication", "Zoloft", "ssri"),
        ("therapy", "cbt", None),
        ("condition", "depression", None),
        ("place", "Chicago", None),
    ]


def test_the_ranking_is_sorted_and_names_topics(tiny_agent: Agent) -> None:
    ranking = parse(tiny_agent, "how much will a session cost me")["intent_ranking"]
    confidences = [entry["confidence"] for entry in ranking]
    assert ranking[0]["name"] == "faq/cost"
    assert confidences == sorted(confidences, reverse=True)


def test_a_button_chooses_a_topic(tiny_agent: Agent) -> None:
    parsed = parse(tiny_agent, '/choose_topic{"topic": "cbt"}')
    assert parsed["intent"] == {"name": "choose_topic", "confidence": 1.0}
    assert [(entity["entity"], entity["value"]) for entity in parsed["entities"]] == [("topic", "cbt")]
    assert "reading" not in parsed


def test_a_button_without_entity_is_its_intent(tiny_agent: Agent) -> None:
    assert parse(tiny_agent, "/greet")["intent"] == {"name": "greet", "confidence": 1.0}


def test_a_crisis_beats_every_reading(tiny_agent: Agent) -> None:
    parsed = parse(tiny_agent, "What does CBT cost? I want to kill myself.")
    assert parsed["intent"] == {"name": "crisis", "confidence": 1.0}
    assert parsed["risk"] == {"level": "crisis", "category": "suicide"}


def test_a_concern_is_noted_and_leaves_the_intent(tiny_agent: Agent) -> None:
    parsed = parse(tiny_agent, "how much is a session, I feel hopeless")
    assert parsed["risk"]["level"] == "concern"
    assert parsed["intent"]["name"] != "crisis"


def test_an_empty_message_has_no_answer(tiny_agent: Agent) -> None:
    assert parse(tiny_agent, "  ")["intent"]["name"] == "no_answer"
