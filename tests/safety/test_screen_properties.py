"""What may never lower a level: case, spacing, pictures, disguises, a slip, and the sentences around."""

import re
import string

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.safety.screen import CRISIS, LEVELS, screen
from bot.safety.text import LONG, ORDINARY, WORDS
from tests.safety.test_screen import EXPLICIT, FRAMED, IDIOMS, WORRYING
from tests.safety.test_screen import ORDINARY as ORDINARY_TEXTS

GAPS = [" ", "  ", "\t", "\n", "\u00a0", " \u2003 "]
PICTURES = ["😭", "🥺", "❤️", "👍🏽", "👨‍👩‍👧", "🙏", "✨", "☹"]  # none of laughter, which is a frame
LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$"}
LOOKALIKES = {"a": "аα", "e": "еé", "i": "іì", "o": "оο", "c": "с", "p": "р", "k": "к", "x": "х", "y": "у"}
HARMLESS = [*ORDINARY_TEXTS, *IDIOMS, *(text for texts in FRAMED.values() for text in texts), *(text for _, text in WORRYING)]
# without digits and Spanish letters, which disguises stand for
PLAIN = [text for text in EXPLICIT if re.fullmatch(r"[A-Za-z' ]+", text)]

often = settings(max_examples=150, deadline=None, derandomize=True, database=None)
explicit = st.sampled_from(EXPLICIT)
plain = st.sampled_from(PLAIN)


def disguised(data: st.DataObject, text: str, table: dict[str, str]) -> str:
    """Return a text in which up to three letters of its words of danger are written as others that look alike."""

    def disguise(word: re.Match[str]) -> str:
        letters = list(word.group())
        places = [at for at, letter in enumerate(letters) if letter in table]
        if word.group() in WORDS and places:
            for at in data.draw(st.sets(st.sampled_from(places), max_size=3)):
                letters[at] = data.draw(st.sampled_from(table[letters[at]]))
        return "".join(letters)

    return re.sub(r"\w+", disguise, text)


@often
@given(st.data(), explicit)
def test_case_width_quotes_and_spacing_hide_nothing(data: st.DataObject, text: str) -> None:
    words = text.replace("'", data.draw(st.sampled_from("'’‘`"))).split(" ")
    change = data.draw(st.sampled_from([str.upper, str.lower, str.title, str.swapcase, to_wide]))
    assert screen("".join(data.draw(st.sampled_from(GAPS)) + change(word) for word in words)).level == CRISIS


def to_wide(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if letter in string.ascii_letters else letter for letter in text)


@often
@given(st.data(), explicit)
def test_pictures_between_words_hide_nothing(data: st.DataObject, text: str) -> None:
    pictures = st.sampled_from(["", *PICTURES])
    assert screen("".join(f"{word} {data.draw(pictures)} " for word in text.split())).level == CRISIS


@often
@given(st.data(), plain)
def test_leet_hides_nothing(data: st.DataObject, text: str) -> None:
    assert screen(disguised(data, text, LEET)).level == CRISIS


@often
@given(st.data(), plain)
def test_letters_that_look_alike_hide_nothing(data: st.DataObject, text: str) -> None:
    assert screen(disguised(data, text, LOOKALIKES)).level == CRISIS


@often
@given(st.data(), st.sampled_from([text for text in PLAIN if set(text.casefold().split()) & set(LONG)]))
def test_one_slip_in_a_long_word_hides_nothing(data: st.DataObject, text: str) -> None:
    words = text.casefold().split()
    place = data.draw(st.sampled_from([at for at, word in enumerate(words) if word in LONG]))
    word, at = words[place], data.draw(st.integers(1, len(words[place]) - 2))
    words[place] = data.draw(
        st.sampled_from(
            [
                word[:at] + word[at + 1 :],  # missing
                word[:at] + word[at] + word[at:],  # doubled
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],  # changed places
            ]
        )
    )
    assume(words[place] not in ORDINARY)
    assert screen(" ".join(words)).level == CRISIS


@often
@given(before=st.sampled_from(HARMLESS), after=st.sampled_from(HARMLESS), text=explicit)
def test_sentences_around_it_never_hide_a_crisis(before: str, after: str, text: str) -> None:
    assert screen(f"{before}. {text}. {after}").level == CRISIS


@often
@given(st.text(max_size=300))
def test_any_text_gets_one_of_three_levels_and_the_same_twice(text: str) -> None:
    risk = screen(text)
    assert risk.level in LEVELS and screen(text) == risk


@often
@given(st.lists(st.sampled_from([*EXPLICIT, *HARMLESS, "😂", ".", "but", "\n\n"]), max_size=12).map(" ".join))
def test_any_mix_of_words_gets_one_of_three_levels_and_the_same_twice(text: str) -> None:
    risk = screen(text)
    assert risk.level in LEVELS and screen(text) == risk
    assert (risk.category is None) == (risk.evidence is None) == (risk.level == LEVELS[0])
