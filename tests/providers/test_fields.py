"""What a field takes, and what it says when it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.providers.fields import FIELDS, FieldErrors, clean, read_listing, write_listing
from bot.providers.listing import LENGTHS, Listing
from bot.providers.models import Provider
from tests.providers.strategies import listings, steady

LEAST = {"reference": "P1", "name": "Alma Example", "offers": "both"}


def refusal(**texts: str) -> dict[str, str]:
    with pytest.raises(FieldErrors) as raised:
        read_listing(LEAST | texts)
    return raised.value.sentences


def test_the_least_a_listing_needs_leaves_everything_else_unknown() -> None:
    assert read_listing(LEAST) == Listing("P1", "Alma Example", "both")


def test_every_way_people_write_a_list_a_yes_and_an_age_group_is_read() -> None:
    listing = read_listing(
        LEAST
        | {
            "insurers": " Aetna ; Cigna, aetna\nBupa ",
            "telehealth": "Y",
            "evenings": "FALSE",
            "ages": "Adults; teenagers; seniors",
        }
    )
    assert listing.insurers == ("Aetna", "Cigna", "Bupa")
    assert (listing.telehealth, listing.evenings, listing.accepting) == (True, False, None)
    assert listing.ages == ("teen", "adult", "older adult")


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("accepting", "maybe", "write yes or no, or leave it empty when you do not know."),
        ("offers", "hypnosis", "write medication, therapy or both."),
        ("name", " \t ", "this field is empty."),
        ("latitude", "45,5", "write degrees as a number from -90 to 90, with a point."),
        ("latitude", "91", "write degrees as a number from -90 to 90, with a point."),
        ("longitude", "nan", "write degrees as a number from -180 to 180, with a point."),
        ("ages", "toddlers", "write child, teen, adult or older adult, with semicolons between."),
        ("booking", "javascript:alert(1)", "write a web address that starts with https://, or a phone number."),
        ("booking", "https://", "write a web address that starts with https://, or a phone number."),
        ("booking", "https://a b", "write a web address that starts with https://, or a phone number."),
        ("postcode", "x" * 17, "write at most 16 characters."),
        ("insurers", ";".join(map(str, range(61))), "write at most 60 items."),
    ],
)
def test_a_bad_field_gets_a_sentence_that_says_what_to_write(field: str, text: str, sentence: str) -> None:
    assert refusal(**{field: text})[field] == sentence


def test_every_bad_field_is_named_at_once() -> None:
    assert set(refusal(offers="?", accepting="?", booking="?")) == {"offers", "accepting", "booking"}


def test_latitude_and_longitude_go_together() -> None:
    assert refusal(latitude="45.5") == {"longitude": "latitude and longitude go together; write both or none."}


def test_the_lengths_are_those_of_the_table() -> None:
    columns = Provider.__table__.columns
    assert {field: columns[field].type.length for field in LENGTHS if hasattr(columns[field].type, "length")} == {  # type: ignore[attr-defined]
        field: length for field, length in LENGTHS.items() if field not in ("specialities", "insurers", "languages")
    }
    assert set(FIELDS) == {column.name for column in columns} - {"id", "updated_at"}


@steady
@given(listings())
def test_a_listing_written_as_texts_is_read_as_the_same_listing(listing: Listing) -> None:
    assert read_listing(write_listing(listing)) == listing


@steady
@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text()))
def test_any_texts_make_a_listing_that_stays_the_same_or_are_refused_by_field(texts: dict[str, str]) -> None:
    try:
        listing = read_listing(texts)
    except FieldErrors as error:
        assert set(error.sentences) <= set(FIELDS)
    else:
        assert read_listing(write_listing(listing)) == listing


@steady
@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
