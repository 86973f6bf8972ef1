"""When no topic is sure: offer the nearest ones, or say there is no approved answer and keep the question."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.replies import STARTERS, button, for_desk, person_button, reading, topic_buttons, utter
from bot.conversations.service import is_in_memory
from bot.topics import service as topics

MISSES_BEFORE_A_PERSON = 2


class ActionClarify(Action):
    """Asks which of at most three topics was meant."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_clarify"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Offer the candidates."""
        keys = reading(tracker).get("candidates", [])
        none = button("None of these", "deny", field="topic")
        utter(dispatcher, "utter_clarify", [*topic_buttons(keys), none], route="clarify")
        return [SlotSet("offered", keys), SlotSet("question", "topic")]


class ActionNoAnswer(Action):
    """Says there is no approved answer, keeps a question about care for the clinic, and offers a person."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_no_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Keep the question and say so."""
        read = reading(tracker)
        misses = (tracker.get_slot("misses") or 0) + 1
        nearest = read.get("candidates", [])
        buttons = [*topic_buttons(nearest or STARTERS), person_button()]
        if read.get("label") == "out_of_scope":
            utter(dispatcher, "utter_out_of_scope", buttons, route="no_answer")
        elif is_in_memory(tracker.sender_id):  # the patient chose a chat that is not kept
            utter(dispatcher, "utter_no_answer_not_kept", buttons, route="no_answer")
        else:
            topics.keep_question(tracker.latest_message.get("text") or "", nearest)
            utter(dispatcher, "utter_no_answer", buttons, route="no_answer")
        if misses >= MISSES_BEFORE_A_PERSON:
            utter(dispatcher, "utter_not_helpful_person", **for_desk(tracker, "unanswered"))
        return [SlotSet("misses", misses), SlotSet("question", "person")]
