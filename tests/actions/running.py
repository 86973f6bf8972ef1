"""Runs an action with Rasa's own tracker and dispatcher, and reads what it kept."""

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from sqlalchemy import select

from bot.db import transaction
from bot.nlu.reading import Reading
from bot.topics.catalogue import load_catalogue
from bot.topics.models import Feedback, UnansweredQuestion

PERSON = {"title": "Talk to a person", "payload": "/handoff"}
CBT = load_catalogue()["cbt"]
Said = list[dict[str, Any]]


def read(**fields: Any) -> dict[str, Any]:
    return Reading(**{"route": "answer", "label": "faq/cbt", "confidence": 0.9} | fields).as_dict()


def do(
    action: type[Action],
    reading: dict[str, Any] | None = None,
    text: str = "a question",
    button: str | None = None,
    sender: str = "patient",
    risk: dict[str, Any] | None = None,
    **slots: Any,
) -> tuple[Said, dict[str, Any]]:
    """Run an action; return what it said and the slots it set. `button` is the topic of a button that was pressed."""
    entities = [{"entity": "topic", "value": button}] if button else []
    latest = {"text": text, "entities": entities, "intent": {}} | ({"reading": reading} if reading else {})
    latest |= {"risk": risk} if risk else {}
    tracker = Tracker(sender, slots, latest, [], False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    happened = action().run(dispatcher, tracker, {})
    assert all(event["event"] == "slot" for event in happened)
    return dispatcher.messages, {event["name"]: event["value"] for event in happened}


def names(said: Said) -> list[str]:
    return [message["response"] for message in said]


def payloads(message: dict[str, Any]) -> list[str]:
    return [button["payload"] for button in message["buttons"]]


def titles(keys: Sequence[str]) -> list[str]:
    return [load_catalogue()[key].title for key in keys]


def counted() -> list[tuple[str, bool]]:
    with transaction() as session:
        return [(row.topic, row.helpful) for row in session.scalars(select(Feedback))]


def kept() -> list[tuple[str, str]]:
    with transaction() as session:
        return [(row.text, row.nearest) for row in session.scalars(select(UnansweredQuestion))]


def execute(
    name: str,
    intent: str = "",
    text: str = "",
    fields: dict[str, str] | None = None,
    sender: str = "patient",
    is_back: bool = False,
    **slots: Any,
) -> tuple[Said, dict[str, Any]]:
    """Run an action through the SDK's executor, as the engine calls it; return what it said and the slots it set.

    `fields` are the entities of the message; with `is_back` the form had given the message away and is asked again.
    """
    form = name.removeprefix("validate_")
    events = [{"event": "action_execution_rejected", "name": form}] if is_back else []
    latest = {
        "text": text or f"/{intent}",
        "intent": {"name": intent},
        "entities": [{"entity": entity, "value": value} for entity, value in (fields or {}).items()],
    }
    tracker = {"sender_id": sender, "slots": slots, "latest_message": latest, "events": events, "active_loop": {"name": form}}
    call = {
        "next_action": name,
        "sender_id": sender,
        "tracker": tracker | {"latest_action_name": form, "paused": False},
        "domain": {},
    }
    result = asyncio.run(_executor().run(call))
    assert result is not None
    return result.responses, {event["name"]: event["value"] for event in result.events if event["event"] == "slot"}


@lru_cache(maxsize=1)
def _executor() -> ActionExecutor:
    executor = ActionExecutor()
    executor.register_package("actions")
    return executor
