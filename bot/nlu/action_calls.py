"""Two repairs of how Rasa 3.6 calls the actions server; together they cost more than the reading of the message.

What is sent. Rasa sends every event of the conversation and, to this actions server, the whole domain (140 kB). Our actions
read the slots, the latest message and what this turn brought, so that is what they get. The domain is sent empty: the newer
rasa-sdk takes a missing one for a mistake.

What comes back. `jsonschema.validate` first validates the schema itself against the JSON Schema standard, on every action
(40 ms), and the schema tries each event against twenty alternatives. Here the shape is checked against a schema compiled
once; what is inside an event is checked by Rasa where it reads the events.
"""

from typing import Any, Dict, List

import rasa
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

_SCHEMA = {
    "type": "object",
    "properties": {
        "events": {"type": "array", "items": {"type": "object", "required": ["event"]}},
        "responses": {"type": "array", "items": {"type": "object"}},
    },
}
_VALIDATOR = Draft202012Validator(_SCHEMA)


def call_format(self: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> Dict[str, Any]:
    """Return the request for an action: the tracker's state with the events of this turn, and an empty domain."""
    state = tracker.current_state(EventVerbosity.NONE) | {"events": _events_of_turn(tracker)}
    call = {"next_action": self._name, "sender_id": tracker.sender_id, "version": rasa.__version__}
    return call | {"tracker": state, "domain": {}}


def _events_of_turn(tracker: DialogueStateTracker) -> List[Dict[str, Any]]:
    """Return the events from the latest message on."""
    found: List[Dict[str, Any]] = []
    for event in reversed(tracker.events):
        found.insert(0, event.as_dict())
        if isinstance(event, UserUttered):
            break
    return found


def validate_answer(self: RemoteAction, result: Dict[str, Any]) -> bool:
    """Tell that an answer of the actions server has the agreed shape; raises jsonschema's ValidationError if not."""
    error = best_match(_VALIDATOR.iter_errors(result))
    if error is not None:
        raise error
    return True


def install() -> None:
    """Let Rasa call the actions server this way."""
    RemoteAction._action_call_format = call_format
    RemoteAction._validate_action_result = validate_answer
