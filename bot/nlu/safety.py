"""The safety screen inside Rasa: trained with the assistant, so that `rasa shell` and `rasa test` meet it too."""

import hashlib
from pathlib import Path
from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import beside
from bot.nlu.encoder_files import copy_files
from bot.safety.loading import MODEL_FILE, load_screen
from bot.safety.screen import CRISIS, Risk, Screen

RISK = "risk"  # message attribute, part of the parse result
_DATA = "data"


def as_dict(risk: Risk) -> Dict[str, Any]:
    """Return a risk as plain data, for the tracker: never the words that it was found in."""
    return {"level": risk.level, "category": risk.category}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SafetyScreen(GraphComponent, IntentClassifier):
    """Sets the intent `crisis` where the screen finds one, whatever the classifier read."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the default config: the folder of the examples."""
        return {_DATA: "data/nlu"}

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """Return a hash of the examples, which Rasa does not read itself: other examples, another model."""
        digest = hashlib.sha256()
        for path in sorted(Path(config[_DATA]).rglob("*.yml")):
            digest.update(path.read_bytes())
        return digest.hexdigest()

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SafetyScreen":
        """Create a screen that reads with the lexicon until it is trained."""
        return cls(Path(config[_DATA]), model_storage, resource, Screen())

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "SafetyScreen":
        """Load the trained screen."""
        with model_storage.read_from(resource) as folder:
            return cls(Path(config[_DATA]), model_storage, resource, load_screen(folder))

    def __init__(self, data: Path, model_storage: ModelStorage, resource: Resource, screen: Screen) -> None:
        """Keep the screen, the folder of its examples and where to persist it."""
        self._data, self._model_storage, self._resource, self._screen = data, model_storage, resource, screen

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the screen's model and persist it with the encoder's files, all that the app needs to screen by itself."""
        model = beside.risk_model(self._data)
        with self._model_storage.write_to(self._resource) as folder:
            copy_files(folder)
            model.save(folder / MODEL_FILE)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the examples as they are."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Screen each message's text."""
        for message in messages:
            risk = self._screen.read(message.get(TEXT) or "")
            message.set(RISK, as_dict(risk), add_to_output=True)
            if risk.level == CRISIS:
                message.set("intent", {"name": "crisis", "confidence": 1.0}, add_to_output=True)
        return messages
