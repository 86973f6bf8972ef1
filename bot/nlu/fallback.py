"""Clause reading and fallback as the step that settles a message's intent."""

from dataclasses import fields
from typing import Any, Dict, List, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu import action_calls, graph_runs
from bot.nlu.classifier import RANKINGS, JointClassifier
from bot.nlu.reading import CLARIFY, CLINICAL, FAQ, NO_ANSWER, OUT_OF_SCOPE, Reading, Thresholds, read

action_calls.install()
graph_runs.install()

RESPONSE_SELECTOR = "response_selector"
READING = "reading"  # message attribute, part of the parse result


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ReadingFallback(GraphComponent, IntentClassifier):
    """Reads message and clauses together and sets the intent the dialogue acts on."""

    @classmethod
    def required_components(cls) -> List[Type]:
        """Name what it needs: the joint classifier's rankings."""
        return [JointClassifier]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the default config: the thresholds of bot.nlu.reading."""
        return {limit.name: limit.default for limit in fields(Thresholds)}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "ReadingFallback":
        """Create the component with its thresholds."""
        return cls(Thresholds(**{limit.name: config[limit.name] for limit in fields(Thresholds)}))

    def __init__(self, limits: Thresholds) -> None:
        """Keep the thresholds."""
        self._limits = limits

    def process(self, messages: List[Message]) -> List[Message]:
        """Set the reading and the intent of each message that the classifier ranked."""
        for message in messages:
            is_empty = not (message.get(TEXT) or "").strip()  # the ranking of nothing would be a guess
            reading = Reading(NO_ANSWER, NO_ANSWER, 0.0) if is_empty else read(message.get(RANKINGS), self._limits)
            message.set("intent", {"name": _intent(reading), "confidence": reading.confidence}, add_to_output=True)
            message.set(READING, reading.as_dict(), add_to_output=True)
            if "/" in reading.label and reading.route not in (CLARIFY, NO_ANSWER):
                message.set(RESPONSE_SELECTOR, _selected(reading), add_to_output=True)
        return messages


def _intent(reading: Reading) -> str:
    """Return the intent the rules act on: an unsure reading's route, or the label's first part."""
    if reading.route in (CLARIFY, NO_ANSWER) and reading.label != OUT_OF_SCOPE:
        return reading.route
    return reading.label.split("/")[0]


def _selected(reading: Reading) -> Dict[str, Any]:
    """Return the reading in the shape of Rasa's response selector, which `rasa test` and stories look at."""
    response = {"intent_response_key": reading.label, "confidence": reading.confidence, "responses": []}
    return {
        "all_retrieval_intents": [FAQ.rstrip("/"), CLINICAL.rstrip("/")],
        reading.label.split("/")[0]: {"response": {**response, "utter_action": f"utter_{reading.label}"}, "ranking": []},
    }
