"""The catalogue: a topic file becomes a topic, or a sentence that says what is wrong with it."""

from pathlib import Path

import pytest

from bot.topics.catalogue import FAQ_DIR, CatalogueError, Source, load_catalogue, read_topic
from bot.topics.responses import load_buttons, load_responses
from bot.topics.sources import describe_sources

KEYS = (Path(__file__).parent / "keys.txt").read_text().split()
FILE = """
version: "3.1"
nlu:
- intent: faq/naps
  examples: |
    - what are naps
    - naps?
    this line is no example
responses:
  utter_faq/naps:
  - text: >-
      A nap is
      a short sleep.
    metadata:
      title: Naps
      more: You can nap at noon.
      simple: A short sleep.
      sources:
      - {seed: A, section: "One"}
      - {seed: clinic, section: "Facts"}
      related: [sleep, rest]
"""


@pytest.fixture
def naps(tmp_path: Path) -> Path:
    path = tmp_path / "naps.yml"
    path.write_text(FILE)
    return path


def test_a_file_becomes_a_topic_with_its_texts_on_one_line(naps: Path) -> None:
    topic = read_topic(naps)
    assert (topic.key, topic.title) == ("naps", "Naps")
    assert topic.texts == ("A nap is a short sleep.", "You can nap at noon.", "A short sleep.")
    assert topic.sources == (Source("A", "One"), Source("clinic", "Facts"))
    assert topic.related == ("sleep", "rest")
    assert topic.examples == ("what are naps", "naps?")


@pytest.mark.parametrize("field", ["text", "title", "more", "simple", "sources", "related", "intent", "examples", "metadata"])
def test_a_missing_field_is_named_with_its_file(naps: Path, field: str) -> None:
    naps.write_text(FILE.replace(f"{field}:", f"no_{field}:", 1))
    with pytest.raises(CatalogueError, match=rf"^naps\.yml: the field '{field}' is missing"):
        read_topic(naps)


def test_a_review_in_the_file_is_refused_since_sign_offs_are_recorded_elsewhere(naps: Path) -> None:
    naps.write_text(FILE + "      review: {status: approved, by: Nurse}\n")
    with pytest.raises(CatalogueError, match=r"^naps\.yml: review: take the line out; 'scripts/tandem content sign-off'"):
        read_topic(naps)


def test_an_intent_that_is_not_the_files_name_is_refused(naps: Path) -> None:
    naps.write_text(FILE.replace("intent: faq/naps", "intent: faq/sleep"))
    with pytest.raises(CatalogueError, match=r"naps\.yml: the intent must be 'faq/naps'"):
        read_topic(naps)


@pytest.mark.parametrize("text", ["nlu: [", "", "- a list", "nlu: []\nresponses: {}"])
def test_a_file_that_is_no_topic_is_refused_by_name(naps: Path, text: str) -> None:
    naps.write_text(text)
    with pytest.raises(CatalogueError, match=r"^naps\.yml: "):
        read_topic(naps)


@pytest.mark.parametrize("field", ["more: You can nap at noon.", "simple: A short sleep."])
def test_an_empty_field_is_refused_by_name(naps: Path, field: str) -> None:
    naps.write_text(FILE.replace(field, field.split()[0]))
    with pytest.raises(CatalogueError, match=r"^naps\.yml: "):
        read_topic(naps)


def test_one_bad_file_stops_the_whole_catalogue(naps: Path) -> None:
    (naps.parent / "zzz.yml").write_text("nlu: [")
    with pytest.raises(CatalogueError, match=r"^zzz\.yml"):
        load_catalogue(naps.parent)


def test_every_promised_topic_is_there() -> None:
    assert len(KEYS) == len(set(KEYS)) == 85
    assert not set(KEYS) - set(load_catalogue())


def test_the_catalogue_holds_one_topic_a_file_by_its_key() -> None:
    catalogue = load_catalogue()
    assert list(catalogue) == sorted(path.stem for path in FAQ_DIR.glob("*.yml"))
    assert all(key == topic.key for key, topic in catalogue.items())


def test_sources_are_named_once_with_all_their_sections() -> None:
    described = describe_sources([Source("A", "One"), Source("clinic", "Facts"), Source("A", "Two")])
    assert (
        described
        == "Integrating Psychopharmacology with Psychotherapy: A Holistic Approach (One, Two); the clinic's own facts (Facts)"
    )


def test_the_responses_of_the_domain_are_read_by_name_with_their_variants() -> None:
    responses = load_responses()
    assert len(responses["utter_greet_again"]) == 2
    assert all(text and "\n" not in text for variants in responses.values() for text in variants)


def test_the_buttons_of_the_domain_are_read_once_each() -> None:
    assert len(load_buttons()) == len(set(load_buttons())) and all(load_buttons())
