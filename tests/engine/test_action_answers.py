"""Answers of the actions server are still validated, against the schema compiled once."""

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction

from bot.nlu import action_answers


def remote_action():
    action_answers.install()
    return RemoteAction("action_answer", None)


def test_a_good_answer_passes():
    answer = {"events": [{"event": "slot", "name": "topic", "value": "cbt", "timestamp": None}], "responses": [{"text": "hello"}]}
    assert remote_action()._validate_action_result(answer)


@pytest.mark.parametrize("answer", [{"events": "none"}, {"responses": ["hello"]}, {"events": [{"event": "slot"}]}, []])
def test_an_answer_of_another_shape_is_refused(answer):
    with pytest.raises(ValidationError):
        remote_action()._validate_action_result(answer)
