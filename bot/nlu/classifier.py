"""The joint intent-and-topic classifier as a step of the pipeline."""

from typing import Any, Dict, List, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.clauses import CLAUSES
from bot.nlu.encoder import CLAUSE_VECTORS, SentenceEncoder
from bot.nlu.entities import VOCABULARY
from bot.nlu.linear import Example, JointModel

RANKINGS = "rankings"  # message attribute: {label: probability} of the message, then of each clause
_FILE = "joint_model.skops"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class JointClassifier(GraphComponent, IntentClassifier):
    """Gives every intent and every `faq/<key>` or `clinical/<kind>` one calibrated probability."""

    @classmethod
    def required_components(cls) -> List[Type]:
        """Name what it needs: the sentence vectors. Vocabulary terms and clauses are used when present."""
        return [SentenceEncoder]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the default config: the sentence vector's weight, the SVM's C, and how many labels to report."""
        return {"dense_weight": 1.0, "cost": 0.3, "ranking_length": 3}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "JointClassifier":
        """Create an untrained classifier."""
        return cls(config, model_storage, resource, JointModel(config["dense_weight"], config["cost"]))

    def __init__(self, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, model: JointModel) -> None:
        """Keep the model and where to persist it."""
        self._config, self._model_storage, self._resource, self._model = config, model_storage, resource, model

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples of every intent and topic, and persist the model."""
        messages = [message for message in training_data.intent_examples if message.get(TEXT)]
        labels = [message.get(INTENT_RESPONSE_KEY) or message.get(INTENT) for message in messages]
        self._model.fit([_example(message) for message in messages], labels)
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder / _FILE)
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "JointClassifier":
        """Load the persisted model."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, JointModel.load(folder / _FILE))

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the examples as they are: the policies read intents, not predictions."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Set intent and ranking of each message, and the full rankings of the message and its clauses."""
        examples = [[_example(message), *_clause_examples(message)] for message in messages]
        probabilities = self._model.probabilities([example for group in examples for example in group])
        start = 0
        for message, group in zip(messages, examples):
            rows = probabilities[start : start + len(group)]
            start += len(group)
            self._set(message, rows)
        return messages

    def _set(self, message: Message, rows: np.ndarray) -> None:
        labels = self._model.labels
        best = np.argsort(-rows[0])[: self._config["ranking_length"]]
        ranking = [{"name": str(labels[index]), "confidence": float(rows[0][index])} for index in best]
        message.set("intent", ranking[0], add_to_output=True)
        message.set("intent_ranking", ranking, add_to_output=True)
        message.set(RANKINGS, [dict(zip(labels.tolist(), row.tolist())) for row in rows])


def _vector(message: Message) -> np.ndarray:
    _, sentence = message.get_dense_features(TEXT)
    return sentence.features[0]


def _example(message: Message) -> Example:
    words = [word for term in message.get(VOCABULARY, []) for word in term.words]
    return Example(message.get(TEXT) or "", _vector(message), words)


def _clause_examples(message: Message) -> List[Example]:
    """Return the clauses as examples; a clause has those of the message's terms that stand in it."""
    examples = []
    for (start, end), vector in zip(message.get(CLAUSES, []), message.get(CLAUSE_VECTORS, [])):
        terms = [term for term in message.get(VOCABULARY, []) if start <= term.start and term.end <= end]
        examples.append(Example(message.get(TEXT)[start:end], vector, [word for term in terms for word in term.words]))
    return examples
