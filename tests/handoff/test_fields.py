"""What a call-back request takes out of a text, and what it leaves alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handoff.fields import FIELDS, read

NAMES = [
    "Margaret Olsen",
    "O'Brien",
    "Jean-Luc",
    "Maria A. Lopez",
    "Olsen, Margaret",
    "An Do",
    "李雷",
    "नेहा शर्मा",
    "Jose\u0301 Ruiz",
]
TIMES = [
    *("5pm", "5 p.m.", "17h", "9 o'clock", "9:30", "17.30", "10", "9-5", "9am-5pm", "between 9 and 11", "at 3", "after work"),
    *("weekdays 9-5", "mon-fri", "Monday.", "tuesdays or thursdays", "not before noon", "tomorrow after 5", "In the morning"),
    *("any time", "Anytime", "whenever", "ASAP", "as soon as possible", "it doesn't matter", "I don't mind", "no preference"),
]
PHONES = ["555-0132", "(415) 555-0132", "+44 (0)20 7946 0958", "01632 960 100", "415.555.0132", "01 42 68 53 00", "4155550132"]
MAILS = ["sam@example.org", "o'brien@example.co.uk", "a.b+c@mail.example.com", "renée@exämple.fr"]
OTHER = [  # what people say in the middle of a form, and want an answer to
    *(
        "what is CBT",
        "does lithium help?",
        "side effects",
        "how much does it cost",
        "tell me more",
        "never mind",
        "stop",
        "cancel",
    ),
    *(
        "I want to talk to a person",
        "I am scared",
        "I'm so depressed",
        "my anxiety is bad",
        "no thanks",
        "why do you ask",
        "help",
    ),
    *("I take 20 mg of prozac", "does it work before food?", "night terrors", "therapy didn't work", "I feel sad today", "yes"),
    *("I am alone tonight", "the voices come at night", "I can't wait that long, it's bad now", "nobody helps me at night"),
    *("Leave me alone", "Lost everything", "I cannot go on today", "I lost my job today"),
    *("I don't want to say", "will it hurt", "my meds keep me up at night", "I can't sleep at night", "forget it", "hello", "ok"),
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("before", ["", "My name is ", "I'm ", "call me "])
def test_a_name_is_read(name: str, before: str) -> None:
    found = read("name", f"  {before}{name} ")
    assert found and found.startswith(name[:3]) and "name" not in found and "call" not in found


def test_a_name_that_is_a_word_too_is_read() -> None:
    assert [read("name", text) for text in ("my name is Will", "Will Young", "May", "Hope")] == [
        "Will",
        "Will Young",
        "May",
        "Hope",
    ]


@pytest.mark.parametrize("time", TIMES)
def test_a_time_is_read(time: str) -> None:
    assert read("time", time) == time


@pytest.mark.parametrize("contact", [*PHONES, *MAILS])
@pytest.mark.parametrize(
    "around", ["{}", "You can reach me at {}.", "{} but please text, my partner must not know", "call {} after 5"]
)
def test_a_contact_is_kept_with_what_stands_beside_it(contact: str, around: str) -> None:
    assert read("contact", around.format(contact)) == around.format(contact)


def test_of_a_long_text_the_contacts_alone_are_kept() -> None:
    story = "It is a long story and I would rather tell it to a person. " * 5
    assert read("contact", f"{story}sam@example.org or 555-0132, thanks") == "sam@example.org, 555-0132"


@pytest.mark.parametrize("text", OTHER)
@pytest.mark.parametrize("field", FIELDS)
def test_what_is_no_answer_is_not_swallowed(field: str, text: str) -> None:
    assert read(field, text) is None


@pytest.mark.parametrize(
    "text", ["I was told 20 mg, twice", "988", "911 or 988", "in 2019", "4111 1111 1111 1111", "room 12-34", "@sam"]
)
def test_a_number_that_nobody_can_be_called_at_is_no_contact(text: str) -> None:
    assert read("contact", text) is None


@pytest.mark.parametrize("text", ["415-555-0132", "12.05.1990", "sam@example.org", "4155550132"])
def test_a_contact_is_no_time_and_no_name(text: str) -> None:
    assert read("time", text) is None and read("name", text) is None


WORDS = st.text(st.characters(categories=["L", "Mn", "P", "Zs", "So"], exclude_characters="+(@_."), max_size=300)
DIGITS = st.text("0123456789", min_size=7, max_size=15)


@st.composite
def phones(draw: st.DrawFn) -> str:
    """Write seven to fifteen digits as people do: in groups, with one separator between two."""
    digits, phone = draw(DIGITS), ""
    for index, digit in enumerate(digits):
        phone += digit
        if index % 3 == 2 and index < len(digits) - 1:
            phone += draw(st.sampled_from(["", " ", "-", "."]))
    return draw(st.sampled_from(["", "+", "("])) + phone


@given(phones(), WORDS, WORDS)
def test_a_phone_number_is_found_wherever_it_stands(phone: str, before: str, after: str) -> None:
    found = read("contact", f"{before} {phone} {after}")
    assert found and phone in found


@given(st.from_regex(r"[a-z][a-z0-9.+-]{0,20}@[a-z][a-z0-9-]{0,20}(\.[a-z]{2,5}){1,2}", fullmatch=True), WORDS, WORDS)
def test_an_address_is_found_wherever_it_stands(address: str, before: str, after: str) -> None:
    found = read("contact", f"{before} {address} {after}")
    assert found and address in found


@given(st.text(max_size=200), st.sampled_from(FIELDS))
def test_whatever_is_written_is_read_in_full_or_not_at_all(text: str, field: str) -> None:
    found = read(field, text)
    assert found is None or found.strip() == found != ""


@given(st.sampled_from(OTHER), st.sampled_from(TIMES))
def test_a_question_is_a_question_even_beside_a_time(question: str, time: str) -> None:
    assert read("time", f"{time}. {question}?") is None and read("name", f"{question}?") is None
