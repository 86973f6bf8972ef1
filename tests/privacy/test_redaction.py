"""Redaction: what identifies a person goes, what a question is about stays. Every person here is made up."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.privacy.redaction import redact


@pytest.mark.parametrize(
    ("text", "gone", "placeholder"),
    [
        ("My name is Margaret Olsen and I take sertraline", ["Margaret", "Olsen"], "[name]"),
        ("my sister Hannah Kowalski sees a therapist", ["Hannah", "Kowalski"], "[name]"),
        ("Dr. Priya Raman prescribed it", ["Priya", "Raman"], "[name]"),
        ("I am John Whitfield, can I book a visit?", ["John", "Whitfield"], "[name]"),
        ("my number is (415) 555-0132", ["415", "0132"], "[phone]"),
        ("please ring +44 20 7946 0958 after six", ["7946", "0958"], "[phone]"),
        ("text me on 07700 900123", ["07700", "900123"], "["),
        ("call 212-555-0184 today", ["212", "0184"], "["),
        ("write to jo.fictional@mail.example.com please", ["jo.fictional", "example.com"], "["),
        ("my page is https://people.example/jo?id=7", ["people.example", "id=7"], "[link]"),
        ("see www.mysite.example/me", ["mysite"], "[link]"),
        ("my card is 4111 1111 1111 1111", ["4111", "1111"], "[number]"),
        ("the account is GB82 WEST 1234 5698 7654 32", ["GB82", "5698"], "[number]"),
        ("my ssn is 536-22-8144", ["536", "8144"], "[number]"),
        ("my nhs number is 943 476 5919", ["943", "5919"], "[number]"),
        ("I was born 04/12/1987", ["04/12", "1987"], "[date]"),
        ("dob 1987-12-04", ["1987", "12-04"], "[date]"),
        ("I live at 12 Acacia Avenue", ["12", "Acacia"], "[address]"),
        ("send it to 221b Baker Street, London", ["221b", "Baker"], "["),
    ],
)
def test_what_identifies_a_person_is_replaced(text: str, gone: list[str], placeholder: str) -> None:
    redacted = redact(text)
    assert placeholder in redacted
    assert not [part for part in gone if part in redacted]


@pytest.mark.parametrize(
    "text",
    [
        "does lithium help with bipolar disorder",
        "Is Zoloft the same as sertraline?",
        "Abilify, Lamictal and Seroquel",
        "Prozac or Lexapro with CBT for panic disorder",
        "what is PTSD and can EMDR help",
        "is a PMHNP the same as a psychiatrist?",
        "my pmhnp talked about DBT",
        "I want to kill myself",
        "i feel suicidal and took an overdose",
        "I need a therapist in Manchester",
        "who offers telehealth in Ohio or Austin, Texas",
        "call 988 or 911",
        "I took 20 pills of 50 mg",
        "it has been a 10/10 bad week",
        "",
    ],
)
def test_medicines_conditions_crisis_words_and_places_stay(text: str) -> None:
    assert redact(text) == text


def test_everything_around_a_replaced_part_stays_in_its_place() -> None:
    assert (
        redact("Hi, my name is Margaret Olsen, born 04/12/1987. Does CBT help?")
        == "Hi, my name is [name], born [date]. Does CBT help?"
    )


def test_several_parts_are_each_replaced() -> None:
    redacted = redact("Margaret Olsen, 12 Acacia Avenue, (415) 555-0132, jo@mail.example.com")
    assert not [part for part in ("Olsen", "Acacia", "0132", "mail.example") if part in redacted]
    assert redacted.count("[") == 4


@pytest.mark.parametrize("text", ["my name is john smith", "i am sarah jones and i take lithium", "hi i'm sarah", "ask dr patel"])
def test_a_name_goes_in_small_letters_too_as_people_type_on_a_phone(text: str) -> None:
    assert "[name]" in redact(text)
    assert not [name for name in ("smith", "sarah", "jones", "patel") if name in redact(text)]


@pytest.mark.parametrize("date", ["4 December 1987", "December 4, 1987", "4th of Dec 1987"])
def test_a_date_of_birth_in_words_is_replaced(date: str) -> None:
    assert "1987" not in redact(f"I was born on {date}")


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.sampled_from(["", "hello, ", "is CBT ok? ", "\n"]), digits=st.integers(200, 999), line=st.integers(100, 199))
def test_a_phone_number_goes_wherever_it_stands(before: str, digits: int, line: int) -> None:
    assert f"555-0{line}" not in redact(f"{before}{digits}-555-0{line} is mine")
