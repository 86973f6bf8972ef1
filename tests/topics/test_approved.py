"""The gate of a turn's last step: what is catalogued leaves byte for byte, and nothing else does."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.provider_cards import describe_provider, describe_wish
from bot.clinic.crisis_pack import PACKS
from bot.clinic.facts import load_clinic
from bot.handoff.words import load_words, rating_question, reply
from bot.providers.files import read_file
from bot.providers.reasons import find_reasons
from bot.providers.search import Result
from bot.providers.wish import Wish
from bot.safety.messages import load_messages, message
from bot.settings import ROOT
from bot.topics.approved import is_approved, load_approved
from bot.topics.catalogue import CatalogueError, load_catalogue
from bot.topics.contents import load_contents
from bot.topics.responses import load_responses
from bot.topics.shapes import VARIABLES
from bot.topics.sources import describe_sources
from tests.topics.serving import shown

REGIONS = sorted(path.stem for path in PACKS.glob("*.yml") if path.stem != "messages")
OPTIONAL = re.compile(r"^(booking|billing|insurers|sliding_scale|age_limit|telehealth|languages): .*\n", re.M)
EXAMPLES = {
    "sources": "a paper (INTRODUCTION)",
    "reviewer": "Nurse, A. Example, 2026-06-01",
    "position": "3",
    "person": "Dana, nurse",
    "opening": "on Monday at 9 am",
    "provider": "Alma Example, PMHNP-BC, psychiatric nurse practitioner",
    "partner": "Cora Placeholder (therapist)",
    "place": "Sampletown, 00001",
    "distance": "3.5",
    "names": "Example Health, Medicaid",
    "booking": "https://clinic.example/book/alma-example",
    "value": "Example Health",
    "reasons": "takes Example Health; speaks Spanish",
}
CARD = ("Offers: therapy", "Video visits: yes", "New patients: yes")
SHORT = ("utter_provider_", "utter_wish_", "utter_fits_")
Configure = Callable[..., None]


@pytest.fixture(params=[*REGIONS, "bare"])
def clinic(request: pytest.FixtureRequest, configure: Configure, tmp_path: Path) -> None:
    """Give a clinic of each region, and one that left out every fact it may leave out."""
    text = (ROOT / "clinic" / "clinic.yml").read_text()
    file = tmp_path / "clinic.yml"
    bare = OPTIONAL.sub("", text)
    file.write_text(bare if request.param == "bare" else text.replace("region: us", f"region: {request.param}"))
    configure(clinic_file=file)


@pytest.mark.usefixtures("clinic")
def test_every_text_that_the_rooms_say_is_approved() -> None:
    said = [load_clinic().fill(text) for topic in load_catalogue().values() for text in topic.texts]
    said += [message(key, number) for key, variants in load_messages().messages.items() for number in range(len(variants))]
    said += [reply(key, **EXAMPLES).text for key in load_words().messages]
    own = [load_clinic().fill(text) for variants in load_responses().values() for text in variants]
    said += [text for text in own if "{" not in text]
    assert len(said) > 400 and [text for text in said if not is_approved(text)] == []


def test_texts_are_approved_as_rasa_says_them() -> None:
    files = [ROOT / "domain.yml", *(ROOT / "data" / "nlu").rglob("*.yml")]
    for path in files:
        responses = (yaml.load(path.read_text(), Loader=yaml.CSafeLoader) or {}).get("responses", {})
        for name, variants in responses.items():
            for variant in variants:
                said = load_clinic().fill(variant["text"])
                for variable, example in EXAMPLES.items():
                    said = said.replace(f"{{{variable}}}", example)
                card = "\n".join([said, *CARD])  # a line of a provider's card may be too short to stand alone
                assert is_approved(said) or (name.startswith(SHORT) and is_approved(card)), (path.name, name)


def test_the_sources_and_the_reviewer_of_an_answer_are_approved() -> None:
    (source,), (reviewed,) = load_responses()["utter_source"], load_responses()["utter_reviewed"]
    for topic in load_catalogue().values():
        assert is_approved(source.replace("{sources}", describe_sources(topic.sources)))
    assert is_approved(reviewed.replace("{reviewer}", EXAMPLES["reviewer"]))
    assert not is_approved(reviewed.replace("{reviewer}", "nobody"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "Take two pills tonight.",
        "Hello again. What would you like to know? ",
        " Hello again. What would you like to know?",
        "Hello again.  What would you like to know?",
        "hello again. What would you like to know?",
        "You can call {clinic_name}.",
        "This answer is based on: {sources}.",
        "This answer is based on: x\ny.",
        "This answer is based on: <b>x</b>.",
    ],
)
def test_any_other_text_is_not(text: str) -> None:
    assert not is_approved(text)


def test_an_unfilled_text_is_not_approved() -> None:
    for content in load_contents().values():
        assert not any(is_approved(text) for text in content.texts.values() if "{" in text)


@settings(deadline=None)
@given(st.data())
def test_one_changed_character_is_enough_to_stop_a_text(data: st.DataObject) -> None:
    exact = load_approved()[0].exact
    text = data.draw(st.sampled_from(sorted(exact)))
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda letter: letter != text[at]))
    for changed in (text[:at] + other + text[at + 1 :], text[:at] + text[at + 1 :], text[:at] + other + text[at:]):
        assert changed in exact or not is_approved(changed)


def test_no_two_contents_share_a_text() -> None:
    seen: dict[str, str] = {}
    for content in load_contents().values():
        for text in content.texts.values():
            assert seen.setdefault(text, content.key) == content.key, text


def test_every_variable_is_declared_once_and_an_unknown_one_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(EXAMPLES) <= set(VARIABLES) and not set(VARIABLES) & set(load_clinic().facts)
    monkeypatch.delitem(VARIABLES, "sources")
    load_approved.cache_clear()
    with pytest.raises(CatalogueError, match=r"^\{sources\} is neither a fact of the clinic nor a variable"):
        load_approved()


def titles(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield every title of a button that stands in the actions, with its file."""
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "button":
                found = node.args[0]
            elif isinstance(node, ast.Dict):
                pairs = zip(node.keys, node.values, strict=True)
                found = next((value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "title"), None)
            else:
                continue
            if isinstance(found, ast.Constant):
                yield path.name, found.value


def test_every_button_of_the_actions_is_a_known_label() -> None:
    found = list(titles(ROOT / "actions"))
    assert len(found) > 8 and [(file, title) for file, title in found if not shown(title)] == []


def test_topics_crisis_answers_and_the_buttons_of_hand_off_are_known_labels() -> None:
    known = [topic.title for topic in load_catalogue().values()] + list(load_messages().answers.values())
    known += [*load_words().buttons.values(), *(title for title, _ in rating_question().choices)]
    assert shown(*known) == known
    assert shown("Take two pills", "", "talk to a person") == []


def test_the_card_of_every_provider_of_the_demo_and_what_was_looked_for_are_approved() -> None:
    listings = read_file((ROOT / "clinic" / "providers.csv").read_bytes()).listings
    wish = Wish(
        place="Sampletown", needs=("anxiety",), offers="both", insurer="Example Health", language="Welsh", age_group="adult"
    )
    assert len(listings) > 3 and is_approved(describe_wish(wish))
    for listing in listings:
        fits, asks = find_reasons(listing, wish, 3.2, is_there=False)
        for distance in (3.2, None):
            assert is_approved(describe_provider(Result(listing, distance, fits, asks), "miles")), listing.name
