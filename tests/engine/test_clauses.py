"""Clauses: sentences and joined questions of a message, as spans of its text."""

import pytest
from conftest import Node
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.clauses import CLAUSES, MAX_CLAUSES, ClauseSplitter, split
from bot.nlu.language import read


def clauses(model: SpacyModel, text: str) -> list[str]:
    """Return the clauses of a text, cut out of it by their spans."""
    (doc,) = read(model.model, [text])
    return [text[start:end] for start, end in split(doc)]


def test_sentences_are_clauses(spacy_model: SpacyModel) -> None:
    text = "I moved here last spring. Could therapy help me sleep?"
    assert clauses(spacy_model, text) == ["I moved here last spring.", "Could therapy help me sleep?"]


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("What is CBT and how much does it cost?", "and how much does it cost?"),
        ("what is cbt and how much does it cost", "and how much does it cost"),
        ("is it far away or are there online visits", "or are there online visits"),
        ("therapy sounds fine but who decides about it", "but who decides about it"),
    ],
)
def test_a_joining_word_before_a_question_opens_a_clause(spacy_model: SpacyModel, text: str, second: str) -> None:
    assert clauses(spacy_model, text) == [text[: -len(second)].rstrip(), second]


@pytest.mark.parametrize(
    "text",
    ["do therapy and medicine go well together for most people", "I like both cats and dogs very much indeed"],
)
def test_a_joining_word_between_things_does_not(spacy_model: SpacyModel, text: str) -> None:
    assert clauses(spacy_model, text) == []


def test_a_clause_of_fewer_than_three_words_is_left_out(spacy_model: SpacyModel) -> None:
    text = "I sleep badly again. Why though? Could a therapist help with that?"
    assert clauses(spacy_model, text) == ["I sleep badly again.", "Could a therapist help with that?"]


@pytest.mark.parametrize("text", ["", "hello", "Hi. What does therapy cost me here?", "and how much is it over a year"])
def test_a_message_of_one_clause_has_none_of_its_own(spacy_model: SpacyModel, text: str) -> None:
    assert clauses(spacy_model, text) == []


def test_spans_point_into_the_text_in_order_and_do_not_overlap(spacy_model: SpacyModel) -> None:
    text = "  Thank you so much.\n\nMy son – he’s 19 – can’t sleep… What is CBT, and who pays for it? "
    (doc,) = read(spacy_model.model, [text])
    spans = split(doc)
    edges = [edge for span in spans for edge in span]
    assert len(spans) >= 3
    assert edges == sorted(edges) and edges[0] >= 0 and edges[-1] <= len(text)
    assert any(text[start:end].startswith("and who pays") for start, end in spans)


def test_a_rambling_message_gives_a_bounded_number_of_clauses(spacy_model: SpacyModel) -> None:
    assert len(clauses(spacy_model, "I have one more question. " * 20)) == MAX_CLAUSES


def test_the_step_notes_the_clauses_and_copes_without_a_document(spacy_model: SpacyModel, node: Node) -> None:
    text = "What is CBT and how much does it cost?"
    (doc,) = read(spacy_model.model, [text])
    asked, empty = ClauseSplitter.create({}, *node).process([Message({TEXT: text, SPACY_DOCS[TEXT]: doc}), Message({TEXT: text})])
    assert asked.get(CLAUSES) == split(doc) != []
    assert empty.get(CLAUSES) == []
