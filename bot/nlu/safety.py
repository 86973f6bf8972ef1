"""The safety screen inside Rasa, so that `rasa shell` and `rasa test` meet it too."""

from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.safety.screen import CRISIS, screen


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SafetyScreen(GraphComponent, IntentClassifier):
    """Sets the intent `crisis` where the screen finds one, whatever the classifier read."""

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SafetyScreen":
        """Create the component; it has no state."""
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Screen each message's text."""
        for message in messages:
            risk = screen(message.get(TEXT) or "")
            message.set("risk", {"level": risk.level, "category": risk.category}, add_to_output=True)
            if risk.level == CRISIS:
                message.set("intent", {"name": "crisis", "confidence": 1.0}, add_to_output=True)
        return messages
