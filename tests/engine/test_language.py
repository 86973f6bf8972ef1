"""spaCy's reading of messages: where sentences end, where names are looked for, and that the text stays as it was."""

import pytest
from conftest import Node
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.tokens import Doc

from bot.nlu.language import EnglishReader, read


def read_one(model: SpacyModel, text: str) -> Doc:
    """Return the document of one text."""
    return read(model.model, [text])[0]


def names(doc: Doc) -> list[tuple[str, str]]:
    """Return the document's names with spaCy's label."""
    return [(entity.text, entity.label_) for entity in doc.ents]


def test_a_text_of_several_clauses_is_cut_into_sentences(spacy_model: SpacyModel) -> None:
    doc = read_one(spacy_model, "I moved here last spring. Could therapy help me sleep?")
    assert [sentence.text for sentence in doc.sents] == ["I moved here last spring.", "Could therapy help me sleep?"]


def test_a_short_text_is_cut_too(spacy_model: SpacyModel) -> None:
    doc = read_one(spacy_model, "Thanks! Bye.")
    assert [sentence.text for sentence in doc.sents] == ["Thanks!", "Bye."]


def test_a_capital_inside_the_text_lets_a_place_be_found(spacy_model: SpacyModel) -> None:
    assert names(read_one(spacy_model, "I live in Boston")) == [("Boston", "GPE")]


def test_a_capital_inside_a_long_text_lets_a_person_be_found(spacy_model: SpacyModel) -> None:
    assert ("Anna Keller", "PERSON") in names(read_one(spacy_model, "Is Anna Keller at the clinic today or tomorrow?"))


@pytest.mark.parametrize("text", ["i live in boston", "Where do I live", "The doctor said I Should wait"])
def test_without_a_telling_capital_no_name_is_looked_for(spacy_model: SpacyModel, text: str) -> None:
    assert names(read_one(spacy_model, text)) == []


def test_texts_read_together_read_as_they_do_alone(spacy_model: SpacyModel) -> None:
    texts = ["hi", "I live in Boston", "My sister is well. Does she still need her weekly talks?", ""]
    for text, together in zip(texts, read(spacy_model.model, texts), strict=True):
        alone = read_one(spacy_model, text)
        assert together.text == text
        assert names(together) == names(alone)
        assert [token.is_sent_start for token in together] == [token.is_sent_start for token in alone]


def test_the_step_keeps_the_case_of_the_letters(spacy_model: SpacyModel, node: Node) -> None:
    reader = EnglishReader.create(EnglishReader.get_default_config(), *node)
    (message,) = reader.process([Message({TEXT: "Is ZOLOFT an SSRI?"})], spacy_model)
    assert message.get(SPACY_DOCS[TEXT]).text == "Is ZOLOFT an SSRI?"


def test_the_step_reads_a_message_without_text(spacy_model: SpacyModel, node: Node) -> None:
    reader = EnglishReader.create(EnglishReader.get_default_config(), *node)
    (message,) = reader.process([Message({})], spacy_model)
    assert len(message.get(SPACY_DOCS[TEXT])) == 0
