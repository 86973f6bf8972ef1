"""Clauses: a message may ask two things, or hide a question in a story; each clause is read on its own."""

from typing import Any, Dict, List, Tuple, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import SPACY_DOCS
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.tokens import Doc, Span, Token

from bot.nlu.language import EnglishReader

CLAUSES = "clauses"  # message attribute: the clauses as (start, end), empty when the message is one clause
MAX_CLAUSES = 6
MIN_WORDS = 3
_JOINERS = {"and", "but", "also", "or", "plus", "then"}
_OPENERS = {
    "what", "whats", "how", "hows", "why", "who", "whos", "where", "when", "which", "is", "are", "do", "does", "did",
    "can", "could", "will", "would", "should", "has", "have",
}  # fmt: skip


def split(doc: Doc) -> List[Tuple[int, int]]:
    """Return the clauses of a document as (start, end) in characters.

    They are its sentences, cut again where a joining word starts a new question. Clauses of fewer than three words are left
    out; a message of one clause gives an empty list.
    """
    found = [(span.start_char, span.end_char) for span in _spans(doc) if sum(token.is_alpha for token in span) >= MIN_WORDS]
    return found[:MAX_CLAUSES] if len(found) > 1 else []


def _spans(doc: Doc) -> List[Span]:
    return [part for sentence in doc.sents for part in _parts(sentence)]


def _parts(sentence: Span) -> List[Span]:
    cuts = [token.i for token in sentence if _starts_a_question(token, sentence)]
    edges = [sentence.start, *cuts, sentence.end]
    return [sentence.doc[start:end] for start, end in zip(edges, edges[1:]) if end > start]


def _starts_a_question(token: Token, sentence: Span) -> bool:
    """Tell whether 'and', 'but' ... opens a new question: 'what is CBT and how much does it cost'."""
    following = token.i + 1
    return (
        token.lower_ in _JOINERS
        and sentence.start + MIN_WORDS <= token.i
        and following < sentence.end - 1
        and sentence.doc[following].lower_ in _OPENERS
    )


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class ClauseSplitter(GraphComponent):
    """Notes a message's clauses for the encoder and the classifier; training examples are read whole."""

    @classmethod
    def required_components(cls) -> List[Type]:
        """Name what it needs: the spaCy document."""
        return [EnglishReader]

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "ClauseSplitter":
        """Create the component; it has no state."""
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the examples whole."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Set each message's clauses."""
        for message in messages:
            doc = message.get(SPACY_DOCS[TEXT])
            message.set(CLAUSES, split(doc) if doc is not None else [])
        return messages
