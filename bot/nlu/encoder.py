"""The sentence encoder as a step of the pipeline: dense features for the message and its clauses."""

import os
from pathlib import Path
from typing import Any, Dict, List, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.minilm import Encoder
from bot.nlu import vectors
from bot.nlu.clauses import CLAUSES
from bot.nlu.encoder_files import copy_files

CLAUSE_VECTORS = "clause_vectors"  # message attribute: shape (clauses, 384)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceEncoder(GraphComponent):
    """Adds the sentence vector of all-MiniLM-L6-v2; its files travel in the model archive."""

    @classmethod
    def required_components(cls) -> List[Type]:
        """Name what it needs: nothing. Clauses are encoded when a splitter noted them."""
        return []

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceEncoder":
        """Put the encoder's checked files into the model and load them."""
        with model_storage.write_to(resource) as folder:
            copy_files(folder)
            return cls(resource, folder, execution_context.node_name)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "SentenceEncoder":
        """Load the encoder from the model archive."""
        with model_storage.read_from(resource) as folder:
            return cls(resource, folder, execution_context.node_name)

    def __init__(self, resource: Resource, folder: Path, name: str) -> None:
        """Load the encoder from a folder."""
        self._resource, self._name, self._encoder = resource, name, Encoder(folder)

    def train(self, training_data: TrainingData) -> Resource:
        """Nothing is learned; the files are already in the model."""
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the vectors to the examples; those computed meanwhile are taken, the others computed here."""
        messages = [message for message in training_data.training_examples if message.get(TEXT)]
        known = vectors.settled()
        missing = [text for text in dict.fromkeys(message.get(TEXT) for message in messages) if text not in known]
        known.update(zip(missing, self._encoder.encode(missing, threads=os.cpu_count() or 1)))
        for message in messages:
            self._add(message, known[message.get(TEXT)])
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the vectors of the messages and of their clauses."""
        texts = [message.get(TEXT) or "" for message in messages]
        clauses = [message.get(CLAUSES, []) for message in messages]
        for message, encoded in zip(messages, self._encoder.encode_parts(texts, clauses)):
            self._add(message, encoded[0])
            message.set(CLAUSE_VECTORS, encoded[1:])
        return messages

    def _add(self, message: Message, vector: np.ndarray) -> None:
        message.add_features(Features(vector[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._name))
