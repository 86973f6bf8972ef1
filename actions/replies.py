"""What several actions share: the reading of the last message, buttons, and utterances with the clinic's facts."""

import json
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import REQUESTED_SLOT

from bot.clinic.facts import load_clinic
from bot.topics.catalogue import STARTERS as STARTERS
from bot.topics.catalogue import Topic, load_catalogue

MAX_RELATED = 3

Button = dict[str, str]


def reading(tracker: Tracker) -> dict[str, Any]:
    """Return how the last message was read (bot.nlu.reading.Reading as data); empty for a button."""
    return tracker.latest_message.get("reading") or {}


def intent_of(tracker: Tracker) -> str:
    """Return the intent of the last message."""
    return (tracker.latest_message.get("intent") or {}).get("name") or ""


def declined(tracker: Tracker) -> str | None:
    """Return the question to which the button just pressed says no, however late; None for a plain no."""
    return next(tracker.get_latest_entity_values("field"), None) if intent_of(tracker) == "deny" else None


def leave_form(tracker: Tracker) -> list[EventType]:
    """Return what ends the form that is open, if one is: the patient wants something that it would only stand in the way of."""
    return [ActiveLoop(None), SlotSet(REQUESTED_SLOT)] if tracker.active_loop_name else []


def topic_asked(tracker: Tracker) -> str | None:
    """Return the key of the topic the last message asks for, by words or by button."""
    chosen = next(tracker.get_latest_entity_values("topic"), None)
    key = chosen or reading(tracker).get("key") or _selected(tracker)
    return key if key in load_catalogue() else None


def _selected(tracker: Tracker) -> str | None:
    """Return the topic that Rasa's own response selector chose, where the project is run with Rasa's default pipeline."""
    selected = (tracker.latest_message.get("response_selector") or {}).get("faq") or {}
    key = (selected.get("response") or {}).get("intent_response_key") or ""
    return str(key).removeprefix("faq/") or None


def utter(dispatcher: CollectingDispatcher, name: str, buttons: list[Button] | None = None, **custom: Any) -> None:
    """Say an approved response by its name, with the clinic's facts; `custom` tells the app what kind of reply it is."""
    dispatcher.utter_message(response=name, buttons=buttons, json_message=custom or None, **load_clinic().facts)


def say(dispatcher: CollectingDispatcher, text: str, buttons: list[Button] | None = None, **custom: Any) -> None:
    """Say an approved text of the catalogue, with the clinic's facts."""
    dispatcher.utter_message(text=load_clinic().fill(text), buttons=buttons, json_message=custom or None)


def button(title: str, intent: str, **entities: str) -> Button:
    """Return a button that acts like the intent."""
    return {"title": title, "payload": f"/{intent}{json.dumps(entities) if entities else ''}"}


def topic_button(key: str) -> Button:
    """Return a button that asks for a topic."""
    return button(load_catalogue()[key].title, "choose_topic", topic=key)


def topic_buttons(keys: list[str] | tuple[str, ...]) -> list[Button]:
    """Return buttons for the topics that exist."""
    return [topic_button(key) for key in keys if key in load_catalogue()]


def person_button() -> Button:
    """Return the button that asks for a person."""
    return button("Talk to a person", "handoff")


def for_desk(tracker: Tracker, reason: str) -> dict[str, Any]:
    """Return what makes the app ask for a person, with what the desk needs: reason, last topic, how the message was read."""
    read = reading(tracker)
    return {
        "handoff": reason,
        "last_topic": tracker.get_slot("topic"),
        "kind": read.get("kind"),
        "confidence": read.get("confidence"),
    }


def answer_buttons(topic: Topic) -> list[Button]:
    """Return what a patient may want after an answer: more, simpler, source, related topics, and whether it helped."""
    return [
        button("Tell me more", "more"),
        button("Say it simpler", "simpler"),
        button("Where is this from?", "source"),
        *topic_buttons(topic.related[:MAX_RELATED]),
        button("This helped", "helpful"),
        button("This did not help", "not_helpful"),
    ]
