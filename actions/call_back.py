"""The call-back form: name, contact, time, consent. What is given stays in the app; the engine knows only that it was given."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.forms import TRIES_BEFORE_AN_EXAMPLE, UNFIT, Form, says_no, text_of, wants_to_stop
from actions.replies import button, for_desk, intent_of, utter
from bot.clinic.facts import load_clinic
from bot.handoff import call_backs

SLOTS = {field: f"call_back_{field}" for field in call_backs.FIELDS}
CONSENT, TRIES = "call_back_consent", "call_back_tries"
STARTS = ("call_back", "give")


class ValidateCallBackForm(Form):
    """Keeps the form in step with what the app has taken for the request, wherever the engine remembers it to stand."""

    def name(self) -> str:
        """Return the action's name."""
        return "validate_call_back_form"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[str]:
        """Return what is still to be asked: the fields that the request lacks, then the consent; after a no, nothing more."""
        fields = [] if tracker.get_slot(CONSENT) is False else call_backs.missing(tracker.sender_id)
        return [*(SLOTS[field] for field in fields), CONSENT]

    async def get_validation_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Return the slots that the message settles; without any, a rule answers it and the form asks again."""
        intent, missing = intent_of(tracker), call_backs.missing(tracker.sender_id)
        if says_no(tracker) or wants_to_stop(tracker) or not load_clinic().hand_off.call_back:
            return [SlotSet(CONSENT, False)]
        if intent in STARTS:
            if intent == "call_back":
                utter(dispatcher, "utter_call_back")
            is_agreed = not missing and "consent" in tracker.get_latest_entity_values("field")
            given = [SlotSet(slot, field not in missing or None) for field, slot in SLOTS.items()]
            return [*given, SlotSet(CONSENT, is_agreed or None), SlotSet(TRIES, 0)]
        if intent == "affirm" and not missing:
            return [SlotSet(CONSENT, True)]
        if intent == "affirm" or (intent in UNFIT and "?" not in text_of(tracker)):
            return _count_try(dispatcher, tracker, missing)
        return []


def _count_try(dispatcher: CollectingDispatcher, tracker: Tracker, missing: list[str]) -> list[EventType]:
    """Count a text that is no answer to what was asked, and explain with an example when it was not the first."""
    tries = (tracker.get_slot(TRIES) or 0) + 1
    if tries >= TRIES_BEFORE_AN_EXAMPLE:
        utter(dispatcher, f"utter_call_back_example_{[*missing, 'consent'][0]}")
    return [SlotSet(TRIES, tries)]


class ActionCallBack(Action):
    """Hands the request in when the patient agreed, else deletes what was given for it; says what happens next."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_call_back"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Hand in or delete."""
        if not load_clinic().hand_off.call_back:
            utter(dispatcher, "utter_call_back_not_offered", route="handoff", **for_desk(tracker, "asked"))
        elif not tracker.get_slot(CONSENT):
            call_backs.drop(tracker.sender_id)
            utter(dispatcher, "utter_call_back_stopped", route="handoff")
        elif call_backs.submit(tracker.sender_id):
            utter(dispatcher, "utter_call_back_done", route="handoff")
        else:  # what was given is gone: the draft was too old, or deleted
            utter(dispatcher, "utter_call_back_lost", [button("Ask for a call back", "call_back")], route="handoff")
        return [SlotSet(slot) for slot in (*SLOTS.values(), CONSENT, TRIES)]
