"""Entities: the vocabulary's terms with role and synonym, places and persons, and which clause a term stands in."""

from typing import Any

import pytest
import tiny_project
from conftest import Node
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.clauses import CLAUSES, ClauseSplitter
from bot.nlu.entities import VOCABULARY, VocabularyExtractor
from bot.nlu.language import EnglishReader

CONFIG = {"medication_lookups": ["ssri", "mood_stabilizer"]}


@pytest.fixture
def extractor(spacy_model: SpacyModel, node: Node) -> VocabularyExtractor:
    """Return an extractor that learned the tiny vocabulary and was loaded again."""
    training_data = RasaYAMLReader().reads(tiny_project.vocabulary())
    VocabularyExtractor.create(CONFIG, *node).train(training_data, spacy_model)
    return VocabularyExtractor.load(CONFIG, *node)


def process(extractor: VocabularyExtractor, model: SpacyModel, node: Node, text: str) -> Message:
    """Run the steps up to the extractor over one text."""
    messages = EnglishReader.create(EnglishReader.get_default_config(), *node).process([Message({TEXT: text})], model)
    messages = extractor.process(messages, model)
    return ClauseSplitter.create({}, *node).process(messages)[0]


def entities(message: Message) -> list[tuple[Any, ...]]:
    """Return entity, value and role of each entity, after checking that it says where it stands."""
    found = message.get("entities")
    assert all(0 <= entity["start"] < entity["end"] <= len(message.get(TEXT)) for entity in found)
    return [(entity["entity"], entity["value"], entity.get("role")) for entity in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my aunt takes Zoloft", ("medication", "Zoloft", "ssri")),
        ("my aunt takes LITHIUM", ("medication", "LITHIUM", "mood_stabilizer")),
        ("what are SSRIs", ("medication_class", "ssri", None)),
        ("does it help with panic attacks", ("condition", "panic attacks", None)),
        ("a word about Cognitive Therapy", ("therapy", "cbt", None)),
        ("is there a clinic in Chicago", ("place", "Chicago", None)),
        ("is Maria Gomez in on Friday", ("person", "Maria Gomez", None)),
    ],
)
def test_a_term_or_name_becomes_an_entity(
    extractor: VocabularyExtractor, spacy_model: SpacyModel, node: Node, text: str, expected: tuple[str, ...]
) -> None:
    assert entities(process(extractor, spacy_model, node, text)) == [expected]


@pytest.mark.parametrize("text", ["the lithiums", "cbtx", "hello there", ""])
def test_a_part_of_a_word_is_no_term(extractor: VocabularyExtractor, spacy_model: SpacyModel, node: Node, text: str) -> None:
    assert entities(process(extractor, spacy_model, node, text)) == []


def test_an_entity_says_where_it_stands_and_who_found_it(
    extractor: VocabularyExtractor, spacy_model: SpacyModel, node: Node
) -> None:
    text = "could zoloft help"
    (entity,) = process(extractor, spacy_model, node, text).get("entities")
    assert text[entity["start"] : entity["end"]] == "zoloft"
    assert entity["extractor"] == "VocabularyExtractor"


def test_a_medication_is_not_also_a_person(extractor: VocabularyExtractor, spacy_model: SpacyModel, node: Node) -> None:
    found = entities(process(extractor, spacy_model, node, "I take Zoloft at night. My doctor is in Denver."))
    assert found == [("medication", "Zoloft", "ssri"), ("place", "Denver", None)]


def test_each_term_stands_in_its_clause(extractor: VocabularyExtractor, spacy_model: SpacyModel, node: Node) -> None:
    message = process(extractor, spacy_model, node, "What does lithium do for people? And how long does cbt take?")
    words = [
        [term.words for term in message.get(VOCABULARY) if start <= term.start and term.end <= end]
        for start, end in message.get(CLAUSES)
    ]
    assert words == [[("has_medication", "medication_mood_stabilizer")], [("has_therapy", "therapy_cbt")]]


def test_spellings_of_one_thing_give_the_same_words(extractor: VocabularyExtractor, spacy_model: SpacyModel, node: Node) -> None:
    short, long = (process(extractor, spacy_model, node, text).get(VOCABULARY)[0].words for text in ("CBT", "cognitive therapy"))
    assert short == long
