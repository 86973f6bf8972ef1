"""One repair of Rasa 3.6: how the answer of the actions server is validated.

`RemoteAction` hands its schema to `jsonschema.validate`, which first validates the schema itself against the JSON Schema
standard, on every action: 40 ms, more than the reading of the message. The schema never changes, so it is compiled once here;
the answer is validated against it as before.
"""

from typing import Any, Dict

from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction

_SCHEMA = RemoteAction.action_response_format_spec()
_VALIDATOR = validator_for(_SCHEMA)(_SCHEMA)


def validate_answer(self: RemoteAction, result: Dict[str, Any]) -> bool:
    """Tell that an answer of the actions server has the agreed shape; raises jsonschema's ValidationError if not."""
    error = best_match(_VALIDATOR.iter_errors(result))
    if error is not None:
        raise error
    return True


def install() -> None:
    """Let Rasa validate with the compiled schema."""
    RemoteAction._validate_action_result = validate_answer
