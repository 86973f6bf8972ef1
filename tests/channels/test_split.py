"""Long texts are split where a reader would pause, and nothing of them is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.split import length, split


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("short", ["short"]),
        ("First one. Second one. Third one.", ["First one. Second one.", "Third one."]),
        ("One paragraph.\n\nAnother here.", ["One paragraph.", "Another here."]),
        ("a line here\nanother line here", ["a line here", "another line here"]),
        ("many words without any pause", ["many words without any", "pause"]),
        ("x" * 30, ["x" * 24, "x" * 6]),
        ("🙂" * 13, ["🙂" * 12, "🙂"]),  # two units each
        ('He said "stop." Then he left.', ['He said "stop."', "Then he left."]),
    ],
)
def test_a_text_is_split_at_the_best_place_that_fits(text: str, parts: list[str]) -> None:
    assert split(text, 24) == parts


@given(st.text(alphabet='ab .!?\n🙂é")', max_size=300), st.integers(min_value=4, max_value=40))
def test_every_part_fits_and_nothing_is_lost(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(length(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
