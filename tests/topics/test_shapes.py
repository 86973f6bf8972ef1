"""Shapes: what fits a text with variables, and that nothing fits one that is hardly more than a variable."""

import pytest

from bot.topics.shapes import Shapes, compile_shapes

LINES = {
    "Offers therapy and medicine.": "responses",
    "{provider}": "responses",
    "Languages: {names}": "responses",
    "About {distance} miles away, in {place}": "responses",
    "You are number {position} in line.": "handoff",
    "A clinician can tell.": "cbt",
}
CARD = "Dr. A. Example\nOffers therapy and medicine.\nAbout 2.5 miles away, in Sampletown"


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    return compile_shapes(LINES.items(), lambda text: text)


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("A clinician can tell.", "cbt"),
        ("You are number 3 in line.", "handoff"),
        ("Offers therapy and medicine.", "responses"),
        ("About 12 miles away, in Sampletown", "responses"),
        (CARD, "responses"),
        (f"{CARD}\nLanguages: English", "responses"),
    ],
)
def test_a_text_that_fits_belongs_to_its_content(shapes: Shapes, text: str, owner: str) -> None:
    assert shapes.owner(text) == owner


@pytest.mark.parametrize(
    "text",
    [
        "Take two pills tonight",  # would fit {provider}
        "Take two pills tonight\nand three tomorrow",
        "Take two pills tonight\nOffers therapy and medicine.",  # one telling line is not enough
        "You are number three in line.",
        "You are number 3 in line.\nOffers therapy and medicine.",  # two contents
        "A clinician can tell.\nOffers therapy and medicine.\nDr. A. Example",
        f"{CARD}\n",
        f"{CARD}\n\nEnglish",
        "About many miles away, in Sampletown",
        "About 2 miles away, in <b>Sampletown</b>",
        "About 2 miles away, in {place}",
    ],
)
def test_a_text_that_does_not_fit_belongs_to_none(shapes: Shapes, text: str) -> None:
    assert shapes.owner(text) is None


def test_facts_are_put_in_before_variables_are_looked_for() -> None:
    shapes = compile_shapes([("You can call {phone}.", "responses")], lambda text: text.replace("{phone}", "01632 960 100"))
    assert shapes.owner("You can call 01632 960 100.") == "responses" and shapes.owner("You can call {phone}.") is None


def test_an_undeclared_variable_is_named() -> None:
    with pytest.raises(KeyError, match="stranger"):
        compile_shapes([("Hello {stranger}.", "responses")], lambda text: text)
