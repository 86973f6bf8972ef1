"""The turns of a conversation that are not answers: greeting, yes and no, helped or not, support, a person, deletion, crisis."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.replies import STARTERS, button, declined, for_desk, leave_form, person_button, say, topic_buttons, utter
from actions.unsure import MISSES_BEFORE_A_PERSON
from bot.safety.protocol import crisis_texts
from bot.safety.screen import CRISIS, Risk
from bot.topics import service as topics


class ActionGreet(Action):
    """Says what the assistant is and is not, once; later only hello."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_greet"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Greet with starter topics."""
        met = tracker.get_slot("greeted")
        utter(dispatcher, "utter_greet_again" if met else "utter_greet", topic_buttons(STARTERS))
        return [SlotSet("greeted", True)]


class ActionAffirm(Action):
    """Takes a yes as the answer to the last question: this helped, that topic, or a person."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_affirm"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Follow the question that was open."""
        question, offered = tracker.get_slot("question"), tracker.get_slot("offered") or []
        if question == "helpful":
            return ActionHelpful().run(dispatcher, tracker, domain)
        if question == "person":
            return ActionHandoff().run(dispatcher, tracker, domain)
        if question == "topic" and len(offered) > 1:
            utter(dispatcher, "utter_clarify", topic_buttons(offered))
            return []
        utter(dispatcher, "utter_affirm", topic_buttons(offered or STARTERS))
        return []


class ActionDeny(Action):
    """Takes a no as the answer to the last question."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_deny"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Follow the question that was open."""
        question = declined(tracker) or tracker.get_slot("question")
        if question == "helpful":
            return ActionNotHelpful().run(dispatcher, tracker, domain)
        if question == "topic":
            utter(dispatcher, "utter_not_helpful", [*topic_buttons(STARTERS), person_button()])
            return [SlotSet("question", "person")]
        utter(dispatcher, "utter_deny", topic_buttons(STARTERS))
        return [SlotSet("question", None)]


class ActionHelpful(Action):
    """Thanks for the word that an answer helped, and counts it."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_helpful"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Count it."""
        topics.record_feedback(tracker.get_slot("topic"), helpful=True)
        utter(dispatcher, "utter_helpful")
        return [SlotSet("misses", 0), SlotSet("question", None)]


class ActionNotHelpful(Action):
    """Counts an answer that did not help; after two in a row, offers a person first."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_not_helpful"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Count it and offer other ways."""
        topics.record_feedback(tracker.get_slot("topic"), helpful=False)
        misses = (tracker.get_slot("misses") or 0) + 1
        if misses >= MISSES_BEFORE_A_PERSON:
            utter(dispatcher, "utter_not_helpful_person", **for_desk(tracker, "unanswered"))
        else:
            utter(dispatcher, "utter_not_helpful", [*topic_buttons(STARTERS), person_button()])
        return [SlotSet("misses", misses), SlotSet("question", "person")]


class ActionEmotionalSupport(Action):
    """Answers a hard moment with kindness, and points to people."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_emotional_support"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Offer a person."""
        utter(dispatcher, "utter_emotional_support", [person_button()], route="emotional_support")
        return [SlotSet("question", "person")]


class ActionHandoff(Action):
    """Asks the app for a person; the app says who can come, and when."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_handoff"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Ask for one."""
        utter(dispatcher, "utter_handoff", route="handoff", **for_desk(tracker, "asked"))
        return [SlotSet("misses", 0), SlotSet("question", None), *leave_form(tracker)]


class ActionErase(Action):
    """Asks whether the whole chat should be deleted; the app deletes it when the button is pressed."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_erase"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Ask."""
        buttons = [{"title": "Delete this chat", "payload": "app:erase"}, button("Keep it", "deny", field="erase")]
        utter(dispatcher, "utter_erase", buttons, route="erase")
        return [SlotSet("question", None), *leave_form(tracker)]


class ActionCrisis(Action):
    """Says the first crisis messages where Rasa is used without the app; in the app they went out before Rasa was asked."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_crisis"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Say the messages of the category that the screen found."""
        category = (tracker.latest_message.get("risk") or {}).get("category")
        for text in crisis_texts(Risk(CRISIS, category)):
            say(dispatcher, text, route="crisis")
        return []
