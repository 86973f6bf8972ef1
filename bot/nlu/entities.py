"""Entities: medication, medication_class, condition, therapy from the vocabulary; place and person from spaCy."""

import json
from typing import Any, Dict, List, NamedTuple, Tuple, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from bot.nlu.language import EnglishReader

VOCABULARY = "vocabulary"  # message attribute: a list of `Term`
_NAMES = {"GPE": "place", "LOC": "place", "PERSON": "person"}
_FILE = "vocabulary.json"


class Term(NamedTuple):
    """A term of the vocabulary in a text: where it stands (characters) and its feature words ("medication_ssri")."""

    start: int
    end: int
    words: Tuple[str, ...]


# a featurizer too: Rasa runs only tokenizers and featurizers over the training examples
@DefaultV1Recipe.register(
    [DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER],
    is_trainable=True,
    model_from="EnglishReader",
)
class VocabularyExtractor(GraphComponent, EntityExtractorMixin):
    """Finds the vocabulary's terms (Rasa lookup tables and synonyms) and spaCy's places and persons."""

    @classmethod
    def required_components(cls) -> List[Type]:
        """Name what it needs: the spaCy document."""
        return [EnglishReader]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the default config: the lookups whose terms are medications."""
        return {"medication_lookups": []}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "VocabularyExtractor":
        """Create an extractor with an empty vocabulary."""
        return cls(config, model_storage, resource, {"lookups": {}, "synonyms": {}})

    def __init__(
        self, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, vocabulary: Dict[str, Any]
    ) -> None:
        """Keep what is needed to match and to persist."""
        self._config, self._model_storage, self._resource = config, model_storage, resource
        self._vocabulary = vocabulary
        self._matcher: PhraseMatcher | None = None

    def train(self, training_data: TrainingData, model: SpacyModel) -> Resource:
        """Take the lookup tables and synonyms out of the training data and persist them."""
        self._vocabulary = {
            "lookups": {table["name"]: table["elements"] for table in training_data.lookup_tables},
            "synonyms": {spelling.lower(): value for spelling, value in training_data.entity_synonyms.items()},
        }
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(self._vocabulary), encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "VocabularyExtractor":
        """Load the persisted vocabulary."""
        with model_storage.read_from(resource) as folder:
            vocabulary = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        return cls(config, model_storage, resource, vocabulary)

    def process_training_data(self, training_data: TrainingData, model: SpacyModel) -> TrainingData:
        """Note the vocabulary's terms on the examples; entities are not trained."""
        for message in training_data.training_examples:
            if (doc := message.get(SPACY_DOCS[TEXT])) is not None:
                message.set(VOCABULARY, self._features(self._terms(doc, model.model)))
        return training_data

    def process(self, messages: List[Message], model: SpacyModel) -> List[Message]:
        """Add the entities and the feature words to each message."""
        for message in messages:
            if (doc := message.get(SPACY_DOCS[TEXT])) is None:
                continue
            terms = self._terms(doc, model.model)
            names = [Span(doc, ent.start, ent.end, label=_NAMES[ent.label_]) for ent in doc.ents if ent.label_ in _NAMES]
            entities = [self._entity(span) for span in filter_spans(terms + names)]
            message.set(ENTITIES, message.get(ENTITIES, []) + self.add_extractor_name(entities), add_to_output=True)
            message.set(VOCABULARY, self._features(terms))
        return messages

    def _terms(self, doc: Doc, nlp: Language) -> List[Span]:
        if self._matcher is None:
            self._matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
            for name, terms in self._vocabulary["lookups"].items():
                self._matcher.add(name, [nlp.make_doc(term) for term in terms])
        return filter_spans(self._matcher(doc, as_spans=True))

    def _entity(self, span: Span) -> Dict[str, Any]:
        is_medication = span.label_ in self._config["medication_lookups"]
        entity = {
            "entity": "medication" if is_medication else span.label_,
            "value": self._vocabulary["synonyms"].get(span.text.lower(), span.text),
            "start": span.start_char,
            "end": span.end_char,
        }
        return {**entity, "role": span.label_} if is_medication else entity

    def _features(self, spans: List[Span]) -> List[Term]:
        return [Term(span.start_char, span.end_char, self._words(span)) for span in spans]

    def _words(self, span: Span) -> Tuple[str, ...]:
        if span.label_ in self._config["medication_lookups"]:
            return "has_medication", f"medication_{span.label_}"
        value = self._vocabulary["synonyms"].get(span.text.lower(), span.text.lower())
        return f"has_{span.label_}", f"{span.label_}_{value.replace(' ', '_')}"
