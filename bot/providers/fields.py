"""A listing as text, field by field: what a CSV cell, a form field and a FHIR element are all read through. Pure."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.providers.listing import AGE_GROUPS, LENGTHS, MAX_ITEMS, OFFERS, Listing

REQUIRED = ("reference", "name", "offers")
_YES, _NO, _UNKNOWN = {"yes", "y", "true", "1"}, {"no", "n", "false", "0"}, {"", "unknown", "not known"}
_AGES = {
    "child": r"child(ren)?|kids?",
    "teen": r"teen(ager)?s?|adolescents?|youth",
    "adult": r"adults?",
    "older adult": r"older adults?|seniors?|older people",
}
_PHONE = re.compile(r"\+?[(]?[0-9][0-9 ()./-]{4,29}( ?(ext\.?|x) ?[0-9]{1,6})?", re.I)
_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]+)?")


class FieldErrors(ValueError):
    """What is wrong with a listing's fields: `sentences` by field name."""

    def __init__(self, sentences: dict[str, str]) -> None:
        """Take the sentences by field name."""
        self.sentences = sentences
        super().__init__("; ".join(f"{field}: {sentence}" for field, sentence in sentences.items()))


def clean(text: str) -> str:
    """Return a text without control characters, in one line, composed (NFC): what every database can store."""
    printable = "".join(" " if unicodedata.category(character) in ("Cc", "Cs") else character for character in text)
    return " ".join(unicodedata.normalize("NFC", printable).split())


def split_list(text: str) -> tuple[str, ...]:
    """Return the items of a list in one cell, in order, each once; semicolons, commas and line breaks part them."""
    items: dict[str, str] = {}
    for part in re.split(r"[;,\r\n]", text):
        if item := clean(part):
            items.setdefault(item.casefold(), item)
    return tuple(items.values())


def read_yes_or_no(text: str) -> bool | None:
    """Return what a yes-or-no cell says; None when it is left empty."""
    word = clean(text).casefold()
    if word not in _YES | _NO | _UNKNOWN:
        raise ValueError("write yes or no, or leave it empty when you do not know.")
    return None if word in _UNKNOWN else word in _YES


def read_ages(text: str) -> tuple[str, ...]:
    """Return the age groups of a cell, youngest first."""
    found = set()
    for item in split_list(text):
        group = next((group for group, pattern in _AGES.items() if re.fullmatch(pattern, item, re.I)), None)
        if group is None:
            raise ValueError("write child, teen, adult or older adult, with semicolons between.")
        found.add(group)
    return tuple(group for group in AGE_GROUPS if group in found)


def read_booking(text: str) -> str:
    """Return a web address or a phone number; raises ValueError for anything else."""
    booking = clean(text)
    try:
        is_address = bool(re.match(r"https?://", booking)) and bool(urlsplit(booking).hostname)
    except ValueError:
        is_address = False
    if booking and not (is_address and not re.search(r"[\s<>\"'\\]", booking)) and not _PHONE.fullmatch(booking):
        raise ValueError("write a web address that starts with https://, or a phone number.")
    return _short("booking", booking)


def _read_offers(text: str) -> str:
    offers = clean(text).casefold()
    if offers not in OFFERS:
        raise ValueError("write medication, therapy or both.")
    return offers


def _read_degrees(limit: int) -> Callable[[str], float | None]:
    def read(text: str) -> float | None:
        if not (degrees := clean(text)):
            return None
        if not _DEGREES.fullmatch(degrees) or abs(float(degrees)) > limit:
            raise ValueError(f"write degrees as a number from -{limit} to {limit}, with a point.")
        return round(float(degrees), 6) + 0.0  # a tenth of a metre; and no -0.0

    return read


def _read_text(field: str) -> Callable[[str], str]:
    return lambda text: _short(field, clean(text))


def _read_list(field: str) -> Callable[[str], tuple[str, ...]]:
    def read(text: str) -> tuple[str, ...]:
        items = split_list(text)
        if len(items) > MAX_ITEMS:
            raise ValueError(f"write at most {MAX_ITEMS} items.")
        return tuple(_short(field, item) for item in items)

    return read


def _short(field: str, text: str) -> str:
    if len(text) > LENGTHS[field]:
        raise ValueError(f"write at most {LENGTHS[field]} characters.")
    return text


FIELDS: dict[str, Callable[[str], Any]] = {  # in the order of the file's columns
    "reference": _read_text("reference"),
    "name": _read_text("name"),
    "credentials": _read_text("credentials"),
    "offers": _read_offers,
    "coordinates_with": _read_text("coordinates_with"),
    "specialities": _read_list("specialities"),
    "place": _read_text("place"),
    "postcode": _read_text("postcode"),
    "latitude": _read_degrees(90),
    "longitude": _read_degrees(180),
    "telehealth": read_yes_or_no,
    "insurers": _read_list("insurers"),
    "languages": _read_list("languages"),
    "ages": read_ages,
    "evenings": read_yes_or_no,
    "accepting": read_yes_or_no,
    "booking": read_booking,
}


def read_listing(texts: Mapping[str, str]) -> Listing:
    """Return the listing that texts by field name describe; raises FieldErrors with a sentence for each bad field."""
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for field, read in FIELDS.items():
        text = texts.get(field, "")
        if field in REQUIRED and not clean(text):
            problems[field] = "this field is empty."
            continue
        try:
            values[field] = read(text)
        except ValueError as error:
            problems[field] = str(error)
    if "latitude" in values and "longitude" in values and (values["latitude"] is None) != (values["longitude"] is None):
        missing = "latitude" if values["latitude"] is None else "longitude"
        problems[missing] = "latitude and longitude go together; write both or none."
    if problems:
        raise FieldErrors(problems)
    return Listing(**values)


def write_listing(listing: Listing) -> dict[str, str]:
    """Return a listing as texts by field name, which read_listing reads back to the same listing."""
    return {field: _write(getattr(listing, field)) for field in FIELDS}


def _write(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return value if isinstance(value, str) else "; ".join(value)
