"""Questions about somebody's own care: not answered; says why, and offers a person."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.replies import for_desk, person_button, reading, utter


class ActionClinical(Action):
    """Says why the message needs a clinician, by its kind."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_clinical"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Say why, and how to reach a person."""
        kind = reading(tracker).get("kind")
        if kind:
            utter(dispatcher, f"utter_clinical/{kind}", route="clinical", kind=kind)
        utter(dispatcher, "utter_clinical_next", [person_button()], route="clinical", **for_desk(tracker, "clinical"))
        return [SlotSet("question", "person")]
