"""How a text is read: disguises taken off where a word of danger is under them, everything else left alone; clauses; windows."""

import pytest

from bot.safety.screen import CRISIS, screen
from bot.safety.text import ORDINARY, STRIDE, WINDOW, WORDS, clauses, normalise, plain_words, windows

DISGUISES = {
    "leet": ["i want to k1ll mys3lf", "i want to d13", "5u1c1de note", "h4ng myself", "un@live myself"],
    "spacing": ["k i l l myself", "k.i.l.l m-y-s-e-l-f", "i want to k i l l m y s e l f", "i w a n t t o d i e", "k m s"],
    "run together": ["iwanttodie", "IWANTTODIE", "i-want-to-die", "i_want_to_die", "kill-myself"],
    "homoglyphs": ["i want to kіll mysеlf", "i want to kíll mysélf", "ｉ ｗａｎｔ ｔｏ ｄｉｅ", "𝐈 𝐰𝐚𝐧𝐭 𝐭𝐨 𝐝𝐢𝐞", "ⓘ ⓦⓐⓝⓣ ⓣⓞ ⓓⓘⓔ"],
    "masks": [
        "i want to k*ll myself",
        "i want to ki!! myself",
        "thinking about s*icide",
        "i want to d!e",
        "i want to ki.ll myself",
    ],
    "stretching": ["i want to diiiie", "kiiiill mysellllf", "kmsss"],
    "slips": ["i want to kill myslef", "i am sucidal", "im suicdal", "i want to kill mysef", "i took an overdsoe"],
    "invisible": ["I want to kill my\u200bself", "i want to di\u00ade", "i want to k\u2060ill myself", "i want\u00a0to\u2003die"],
    "emoji": [
        "i want to kill 😭 myself",
        "i 😔 want 😔 to 😔 die",
        "kill😭myself",
        "i want to di😭e",
        "😂 i want to kill 💀 myself",
    ],
    "marks": ["i want to **die**", '"I want to die"', "(i want to die)", "I want to kill “myself”", "kill\nmyself"],
}
LEFT_ALONE = [
    "20mg",
    "b12",
    "5-ht",
    "$100",
    "e.g. this one",
    "p.m.",
    "u.s.a.",
    "a b c",
    "a.d.h.d.",
    "st. john's wort",
    "t-shirt",
    "10kms",
    "self-care",
    "w8 for it",
    "f*ck",
    "killian and diego live in burnley",
    "dr. harding, mrs. gunn and bridget strange",
    "my mother's deadline in liverpool",
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in DISGUISES.items() for text in texts])
def test_a_disguise_hides_nothing(kind: str, text: str) -> None:
    assert screen(text).level == CRISIS


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_is_no_disguise_is_left_alone(text: str) -> None:
    assert normalise(text) == text


@pytest.mark.parametrize("word", sorted(ORDINARY))
def test_a_word_that_means_what_it_says_is_left_alone(word: str) -> None:
    assert normalise(word) == word and word not in WORDS


def test_letters_written_apart_change_no_other_word() -> None:
    assert (
        normalise("my deadline in Killingworth, U.S.A., i w a n t t o d i e")
        == "my deadline in killingworth, u.s.a., i want to die"
    )


def test_one_width_one_case_one_kind_of_quote_and_single_spaces() -> None:
    assert normalise("  I’M   “ＦＩＮＥ”\t\n ok ") == 'i\'m "fine" ok'


def test_an_empty_line_ends_a_sentence() -> None:
    assert normalise("hello\n\nthere") == "hello. there"


def test_patterns_are_not_parted_by_pictures_or_quotation_marks() -> None:
    assert plain_words('kill 😭🏽 "myself" 💀') == "kill myself"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("one thing", ["one thing"]),
        ("one thing. another? a third!", ["one thing.", "another?", "a third!"]),
        ("not this but that", ["not this", "but that"]),
        ("this is fine, and i am not", ["this is fine", "and i am not"]),
        ("no quiero eso pero quiero esto", ["no quiero eso", "pero quiero esto"]),
        ("bread and butter", ["bread and butter"]),
        ("3.5 mg a day", ["3.5 mg a day"]),
    ],
)
def test_a_text_is_cut_into_clauses(text: str, parts: list[str]) -> None:
    found = clauses(text)
    assert [part.strip() for part in found] == parts


@pytest.mark.parametrize("length", [1, WINDOW - 1, WINDOW, WINDOW + 1, WINDOW + STRIDE, WINDOW + STRIDE + 1, 3000])
def test_windows_hold_every_word_and_overlap(length: int) -> None:
    words = [f"w{number}" for number in range(length)]
    found = [window.split() for window in windows(" ".join(words))]
    assert all(len(window) <= WINDOW for window in found)
    assert {word for window in found for word in window} == set(words) and found[-1][-1] == words[-1]
    for before, after in zip(found, found[1:], strict=False):
        assert after[0] in before


def test_nothing_has_no_window() -> None:
    assert windows("") == []


@pytest.mark.parametrize("joint", [". ", " "])
def test_the_end_of_a_text_of_3000_words_is_read(joint: str) -> None:
    assert screen(joint.join(["so much happened"] * 1000 + ["i want to kill myself"])).level == CRISIS
