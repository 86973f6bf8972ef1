"""What the forms share. They read slots and services, never the domain: it is not sent (bot.nlu.action_calls)."""

import re
from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.replies import declined, intent_of

UNFIT = ("no_answer", "clarify", "out_of_scope")  # what a text that should answer the form, and does not, is read as
TRIES_BEFORE_AN_EXAMPLE = 2
_STOP = re.compile(
    r"\W*(?:(?:please|ok|okay|let'?s|let us|can (?:we|you|i)|i(?:'d like| want| would like)? to|i(?:'ll| will)) )*"
    r"(?:stop|cancel|quit|exit|end|leave|never ?mind|forget)"
    r"(?: (?:it|this|that|here|now|asking|looking|searching|the|my|search|form|questions?|call ?back|request|please|thanks))*\W*",
    re.IGNORECASE,
)


class Form(FormValidationAction, ABC):
    """A form whose `required_slots` are what is still missing, and whose `get_validation_events` read the message."""

    @abstractmethod
    def name(self) -> str:
        """Return the name of the action that validates the form."""

    def domain_slots(self, domain: dict[str, Any]) -> list[str]:
        """Return none: the form says itself what is missing."""
        return []

    async def get_extraction_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Return none: the message is read once, by `get_validation_events`."""
        return []


def text_of(tracker: Tracker) -> str:
    """Return the words of the last message; empty for a button."""
    text = tracker.latest_message.get("text") or ""
    return "" if text.startswith("/") else text


def says_no(tracker: Tracker) -> bool:
    """Tell whether the last message is a no to the form itself, and not the button of another question."""
    return intent_of(tracker) == "deny" and declined(tracker) is None


def wants_to_stop(tracker: Tracker) -> bool:
    """Tell whether the last message ends what a form has begun: goodbye, or a bare word such as stop."""
    return intent_of(tracker) == "goodbye" or bool(_STOP.fullmatch(text_of(tracker)))


def is_back(tracker: Tracker) -> bool:
    """Tell whether a rule has answered this message, and the form is asked again."""
    return any(event.get("event") == "action_execution_rejected" for event in tracker.events)
