"""Answers: the topic asked for, more of it, its sources, and the same in simpler words."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.replies import STARTERS, Button, answer_buttons, button, reading, say, topic_asked, topic_buttons, utter
from bot.providers import service as providers
from bot.topics.catalogue import Topic, load_catalogue
from bot.topics.service import review_states
from bot.topics.sources import describe_sources


class ActionAnswer(Action):
    """Says the approved answer, and a second one when the message asked two things."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Answer the topic asked for."""
        catalogue = load_catalogue()
        keys = [topic_asked(tracker), *reading(tracker).get("also", [])]
        topics = [catalogue[key] for key in keys if key in catalogue]
        if not topics:
            utter(dispatcher, "utter_no_topic_yet", topic_buttons(STARTERS))
            return []
        for topic in topics[:-1]:
            utter(dispatcher, f"utter_faq/{topic.key}", topic=topic.key)
            utter(dispatcher, "utter_two_questions")
        last = topics[-1]
        buttons = [*_search_button(last), *answer_buttons(last)]
        runners_up = [offer for offer in topic_buttons(reading(tracker).get("candidates", [])) if offer not in buttons]
        utter(dispatcher, f"utter_faq/{last.key}", [*runners_up, *buttons], topic=last.key)
        return [SlotSet("topic", last.key), SlotSet("question", "helpful"), SlotSet("misses", 0)]


def _search_button(topic: Topic) -> list[Button]:
    """Return the button that starts the provider finder, beside the topic on finding one, where the clinic has a directory."""
    is_offered = topic.key == "find_provider" and providers.count()
    return [button("Search the list of providers", "provider_search", field="new", value="search")] if is_offered else []


def _last_topic(dispatcher: CollectingDispatcher, tracker: Tracker) -> Topic | None:
    """Return the topic answered last; if there is none, say so."""
    topic = load_catalogue().get(tracker.get_slot("topic") or "")
    if topic is None:
        utter(dispatcher, "utter_no_topic_yet", topic_buttons(STARTERS))
    return topic


class ActionMore(Action):
    """Says the longer text of the last topic."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_more"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Say more."""
        topic = _last_topic(dispatcher, tracker)
        if topic is None:
            return []
        say(dispatcher, topic.more, answer_buttons(topic)[1:], topic=topic.key)
        return [SlotSet("question", "helpful")]


class ActionSimpler(Action):
    """Says the simplest text of the last topic."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_simpler"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Say it simpler."""
        topic = _last_topic(dispatcher, tracker)
        if topic is None:
            return []
        buttons = [button("Tell me more", "more"), button("This helped", "helpful")]
        say(dispatcher, topic.simple, buttons, topic=topic.key)
        return [SlotSet("question", "helpful")]


class ActionSource(Action):
    """Names where the last answer comes from and who reviewed it."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_source"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Name the sources."""
        if topic := _last_topic(dispatcher, tracker):
            dispatcher.utter_message(response="utter_source", sources=describe_sources(topic.sources))
            reviewer = review_states([topic.key])[topic.key].reviewer
            review = "utter_reviewed" if reviewer else "utter_not_reviewed"
            dispatcher.utter_message(response=review, reviewer=reviewer, buttons=[button("Tell me more", "more")])
        return []
