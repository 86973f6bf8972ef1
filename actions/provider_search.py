"""The provider finder: a form that asks only for what is missing, takes changes at any time, and shows who fits and why."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import REQUESTED_SLOT

from actions.forms import TRIES_BEFORE_AN_EXAMPLE, UNFIT, Form, is_back, says_no, text_of, wants_to_stop
from actions.provider_cards import describe_provider, describe_wish
from actions.provider_wish import PAGE, QUESTIONS, SLOTS, TRIES, is_question, read_message, wish_of
from actions.replies import button, intent_of, person_button, say, topic_buttons, utter
from bot.providers import service as providers

DONE = "search_done"  # asked for last, by showing the results; the form stays open for a change until it is set


class ValidateProviderSearchForm(Form):
    """Reads what a message says of the provider that is looked for."""

    def name(self) -> str:
        """Return the action's name."""
        return "validate_provider_search_form"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[str]:
        """Return the questions, then the results; after the end nothing more."""
        return [DONE] if tracker.get_slot(DONE) else [*(SLOTS[field] for field in QUESTIONS), DONE]

    async def get_validation_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Return the slots that the message settles; without any, a rule answers it and the form asks again."""
        asked = tracker.get_slot(REQUESTED_SLOT)
        if is_back(tracker):
            return [SlotSet(DONE, True)] if asked == DONE else []
        wants_no_more = wants_to_stop(tracker) or (asked == DONE and says_no(tracker))
        if wants_no_more or not providers.count():
            return [SlotSet(DONE, True)]
        field = next((field for field in QUESTIONS if SLOTS[field] == asked), None)
        if said := read_message(tracker, field, is_open=asked == DONE):
            events = [SlotSet(SLOTS.get(name, name), value) for name, value in ({PAGE: 0, TRIES: 0} | said).items()]
            tracker.add_slots(events)
            if asked not in (*SLOTS.values(), DONE) and any(tracker.get_slot(SLOTS[name]) is None for name in QUESTIONS):
                utter(dispatcher, "utter_search", route="provider_search")
            return events
        if field and intent_of(tracker) in UNFIT and not is_question(text_of(tracker)):
            tries = (tracker.get_slot(TRIES) or 0) + 1
            if tries >= TRIES_BEFORE_AN_EXAMPLE:
                utter(dispatcher, "utter_search_example", route="provider_search")
            return [SlotSet(TRIES, tries)]
        return []


class ActionAskSearchDone(Action):
    """Shows who fits, three at a time: what was looked for, what gave way, each provider, and what to ask them."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_ask_search_done"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Search and show."""
        wish, page = wish_of(tracker), int(tracker.get_slot(PAGE) or 0)
        found = providers.find(wish, offset=page)
        new_search = button("New search", "provider_search", field="new", value="search")
        if page == 0 and (summary := describe_wish(wish)):
            say(dispatcher, summary, route="provider_search")
        if not found.results:
            utter(dispatcher, "utter_search_nobody", [new_search, person_button()], route="provider_search")
            return []
        if not found.is_place_known:
            utter(dispatcher, "utter_search_place_unknown", route="provider_search")
        for relaxed in found.relaxed:
            utter(dispatcher, f"utter_search_relaxed_{relaxed}", route="provider_search")
        for result in found.results:
            say(dispatcher, describe_provider(result, found.unit), route="provider_search")
        shown = page + len(found.results)
        more = [button("Show more", "provider_search", field="page", value=str(shown))] if shown < found.total else []
        buttons = [*more, *topic_buttons(("questions_for_provider",)), person_button(), new_search]
        utter(dispatcher, "utter_search_checklist", buttons, route="provider_search")
        return []


class ActionProviderSearch(Action):
    """Ends the search: silently when a rule has answered something else, with a kind word when it was stopped."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_provider_search"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Say how it goes on; forget what was looked for when the search was stopped."""
        ended = [SlotSet(slot) for slot in (DONE, PAGE, TRIES)]
        if not providers.count():
            utter(dispatcher, "utter_search_no_directory", route="provider_search")
            utter(dispatcher, "utter_faq/find_provider", [person_button()], topic="find_provider")
            return [*ended, SlotSet("topic", "find_provider")]
        if is_back(tracker):
            return ended
        utter(dispatcher, "utter_search_stopped", route="provider_search")
        return [*ended, *(SlotSet(slot) for slot in SLOTS.values())]
