"""What may never lower a level: letter case, width, quotes, spacing, and the sentences around."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.safety.screen import CONCERN, CRISIS, NONE, screen
from tests.safety.test_screen import DANGER, DENIED, IDIOMS, ORDINARY, WORRYING

GAPS = [" ", "  ", "\t", "\u00a0", " \u2003 "]


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.data())
def test_case_width_quotes_and_spacing_never_lower_a_level(data: st.DataObject) -> None:
    _, text = data.draw(st.sampled_from([*DANGER, *WORRYING]))
    words = text.replace("'", data.draw(st.sampled_from("'’‘`"))).split(" ")
    changed = "".join(
        data.draw(st.sampled_from(GAPS)) + data.draw(st.sampled_from([str.upper, str.lower, str.title]))(word) for word in words
    )
    assert screen(changed).level == screen(text).level
    assert (
        screen("".join(chr(ord(letter) + 0xFEE0) if letter.isascii() and letter.isalpha() else letter for letter in text)).level
        == screen(text).level
    )


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(
    before=st.sampled_from([*ORDINARY, *DENIED, *IDIOMS]),
    after=st.sampled_from([*ORDINARY, *DENIED, *IDIOMS]),
    danger=st.sampled_from(DANGER),
)
def test_sentences_around_it_never_hide_a_crisis(before: str, after: str, danger: tuple[str, str]) -> None:
    assert screen(f"{before}. {danger[1]}. {after}").level == CRISIS


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.text(max_size=300))
def test_any_text_gets_one_of_three_levels_and_always_the_same(text: str) -> None:
    assert screen(text) == screen(text)
    assert screen(text).level in (NONE, CONCERN, CRISIS)
