"""The engine's dialogue state: in memory, bounded, slots kept."""

import asyncio

import pytest
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.nlu.trackers import MAX_CONVERSATIONS, MAX_EVENTS, MAX_IDLE, RecentTrackerStore

DOMAIN = Domain.from_yaml(
    'version: "3.1"\nintents: [greet]\nslots:\n  topic:\n    type: text\n    mappings:\n    - type: custom\n'
)


def run(coroutine):
    return asyncio.run(coroutine)


def test_a_conversation_is_found_again():
    store = RecentTrackerStore(DOMAIN)
    tracker = run(store.get_or_create_tracker("one"))
    tracker.update(SlotSet("topic", "cbt"))
    run(store.save(tracker))
    assert run(store.get_or_create_tracker("one")).get_slot("topic") == "cbt"
    assert run(store.retrieve("another")) is None


def test_a_slot_outlives_the_events_that_are_forgotten():
    store = FailSafeTrackerStore(RecentTrackerStore(DOMAIN))  # as Rasa wraps it
    tracker = run(store.get_or_create_tracker("one"))
    tracker.update(SlotSet("topic", "cbt"))
    for number in range(3 * MAX_EVENTS):
        tracker.update(UserUttered(f"message {number}"))
    run(store.save(tracker))
    kept = run(store.retrieve("one"))
    assert len(kept.events) == MAX_EVENTS + 1
    assert kept.get_slot("topic") == "cbt"


def test_a_form_and_its_slots_are_found_by_replaying_what_is_kept():
    store = RecentTrackerStore(DOMAIN)
    tracker = run(store.get_or_create_tracker("one"))
    for event in (ActiveLoop("a_form"), SlotSet("topic", "cbt"), SlotSet("topic", "dbt")):
        tracker.update(event)
    for number in range(3 * MAX_EVENTS):
        tracker.update(UserUttered(f"message {number}"))
        run(store.save(tracker))
    replayed = DialogueStateTracker.from_events("one", tracker.events, DOMAIN.slots)
    assert (replayed.active_loop_name, replayed.get_slot("topic")) == ("a_form", "dbt")
    assert len(tracker.events) == MAX_EVENTS + 2


def test_the_conversation_idle_longest_is_forgotten_first():
    store = RecentTrackerStore(DOMAIN)
    for number in range(MAX_CONVERSATIONS):
        run(store.save(store.init_tracker(str(number))))
    run(store.save(run(store.retrieve("0"))))
    run(store.save(store.init_tracker("new")))
    keys = set(run(store.keys()))
    assert len(keys) == MAX_CONVERSATIONS
    assert "0" in keys and "new" in keys and "1" not in keys


def test_a_conversation_can_be_deleted():
    store = RecentTrackerStore(DOMAIN)
    run(store.save(store.init_tracker("one")))
    run(store.delete("one"))
    assert run(store.retrieve("one")) is None


def test_a_conversation_idle_for_a_day_is_forgotten_by_the_next_that_is_kept():
    store = RecentTrackerStore(DOMAIN)
    for name in ("old", "recent"):
        tracker = run(store.get_or_create_tracker(name))
        tracker.update(UserUttered("hello"))
        run(store.save(tracker))
    run(store.retrieve("old")).events[-1].timestamp -= MAX_IDLE + 1
    run(store.save(store.init_tracker("new")))
    assert run(store.keys()) == ["recent", "new"]


def test_rasas_restart_leaves_nothing_of_a_dialogue_and_says_nothing(tiny_agent: Agent, monkeypatch: pytest.MonkeyPatch):
    store = RecentTrackerStore(tiny_agent.domain)
    monkeypatch.setattr(tiny_agent.processor, "tracker_store", store)

    def said(text: str, sender: str = "one") -> list[str]:
        message = UserMessage(text, CollectingOutputChannel(), sender)
        return [reply["text"] for reply in run(tiny_agent.handle_message(message))]

    assert said("hello") == said("hello", "another") == ["Hello."]
    assert said("/restart") == []
    assert run(store.keys()) == ["another"]
    assert said("/restart") == [] and run(store.keys()) == ["another"]
    assert said("hello") == ["Hello."]
    assert [event.text for event in run(store.retrieve("one")).events if isinstance(event, UserUttered)] == ["hello"]
