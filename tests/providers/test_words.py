"""What patients write about the provider they look for, in whole requests and in short answers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.providers.search import Vocabulary
from bot.providers.wish import Wish
from bot.providers.words import ANY, read_answer, read_wish

NAMES = Vocabulary(
    places=("Exampleville", "Leeds", "Reading", "Springfield, IL", "LS6 2AB"),
    insurers=("Example Health", "Sample Mutual"),
    languages=("English", "American Sign Language"),
    specialities=("depression", "eating disorders", "grief"),
)
FIELDS = ("place", "needs", "offers", "insurer", "language", "age_group")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "someone near Leeds who does both and takes Aetna, evenings",
            {"place": "Leeds", "offers": "both", "insurer": "Aetna", "evenings": True},
        ),
        ("looking for a pmhnp in 90210 for my teen", {"place": "90210", "offers": "medication", "age_group": "teen"}),
        ("psychiatrist near Austin Texas taking new patients", {"place": "Austin Texas", "offers": "medication"}),
        ("need a Spanish speaking counsellor in Miami", {"place": "Miami", "offers": "therapy", "language": "Spanish"}),
        (
            "therapist for my 13 yr old daughter, Manchester area",
            {"place": "Manchester", "offers": "therapy", "age_group": "teen"},
        ),
        ("someone for an older gentleman, 78", {"age_group": "older adult"}),
        ("I'm 41 and self pay", {"age_group": "adult", "insurer": ANY}),
        ("telehealth with example health please", {"telehealth": True, "insurer": "Example Health"}),
        ("springfield therapist, no meds", {"place": "Springfield, IL", "offers": "therapy"}),
        ("near ls6 2ab", {"place": "LS6 2AB"}),
        ("closer to exampleville", {"place": "Exampleville"}),
        ("somewhere near hull", {"place": "hull"}),
        ("therapist near me", {"offers": "therapy"}),
        ("what about York instead", {"place": "York"}),
        ("somebody for an eating disorder or grief", {"needs": ("eating disorders",)}),
        ("I am reading about therapy", {"offers": "therapy"}),
        ("takes Medicare, speaks sign language", {"insurer": "Medicare", "language": "Sign Language"}),
        ("thank you so much", {}),
    ],
)
def test_a_request_is_read(text: str, found: dict[str, Any]) -> None:
    assert read_wish(text, NAMES) == found


def test_conditions_and_therapies_found_before_are_needs_save_the_word_therapy_itself() -> None:
    assert read_wish("help with it", NAMES, ["panic disorder", "psychotherapy"]) == {"needs": ("panic disorder",)}


@pytest.mark.parametrize(
    ("field", "text", "found"),
    [
        ("place", "york", {"place": "york"}),
        ("place", "it's in Leeds", {"place": "Leeds"}),
        ("place", "video is fine", {"telehealth": True}),
        ("place", "near me", {}),
        ("needs", "my sleep", {"needs": ("sleep",)}),
        ("needs", "depression, for my teenage son", {"needs": ("depression",), "age_group": "teen"}),
        ("offers", "both please", {"offers": "both"}),
        ("offers", "either", {"offers": ANY}),
        ("insurer", "I have Oscar", {"insurer": "Oscar"}),
        ("insurer", "none", {"insurer": ANY}),
        ("language", "welsh", {"language": "Welsh"}),
        ("age_group", "34", {"age_group": "adult"}),
        ("age_group", "me", {}),
        ("insurer", "well that is a long story about an old job and its plan", {}),
        ("age_group", "not sure", {"age_group": ANY}),
    ],
)
def test_a_short_answer_is_read(field: str, text: str, found: dict[str, Any]) -> None:
    assert read_answer(field, text, NAMES) == found


@pytest.mark.parametrize(
    ("age", "group"), [(0, "child"), (12, "child"), (13, "teen"), (17, "teen"), (18, "adult"), (65, "older adult")]
)
def test_an_age_is_its_group(age: int, group: str) -> None:
    assert read_answer("age_group", f"she is {age}", NAMES) == {"age_group": group}


@given(st.sampled_from(FIELDS), st.text(max_size=200))
def test_whatever_is_written_can_be_wished(field: str, text: str) -> None:
    found = {name: value for name, value in read_answer(field, text, NAMES).items() if value != ANY}
    Wish(**found)
