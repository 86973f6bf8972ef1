"""What the actions server is sent, and that its answers are still validated."""

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.nlu import action_calls


def remote_action():
    action_calls.install()
    return RemoteAction("action_answer", None)


def test_a_good_answer_passes():
    answer = {"events": [{"event": "slot", "name": "topic", "value": "cbt", "timestamp": None}], "responses": [{"text": "hello"}]}
    assert remote_action()._validate_action_result(answer)


@pytest.mark.parametrize("answer", [{"events": "none"}, {"responses": ["hello"]}, {"events": [{"name": "topic"}]}, []])
def test_an_answer_of_another_shape_is_refused(answer):
    with pytest.raises(ValidationError):
        remote_action()._validate_action_result(answer)


def test_an_action_gets_the_slots_the_latest_message_and_the_events_of_this_turn():
    domain = Domain.from_yaml("slots:\n  topic:\n    type: text\n    mappings:\n    - type: custom\n")
    tracker = DialogueStateTracker("one", domain.slots)
    for event in (UserUttered("first"), BotUttered("answer"), SlotSet("topic", "cbt"), UserUttered("second"), BotUttered("wait")):
        tracker.update(event)
    call = remote_action()._action_call_format(tracker, domain)
    assert call["next_action"] == "action_answer" and call["sender_id"] == "one" and call["domain"] == {}
    assert call["tracker"]["slots"]["topic"] == "cbt"
    assert call["tracker"]["latest_message"]["text"] == "second"
    assert [event["text"] for event in call["tracker"]["events"]] == ["second", "wait"]
