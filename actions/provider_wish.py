"""What a message says of the provider that is looked for: the values for the finder's slots, and the wish that they make."""

import re
from typing import Any

from rasa_sdk import Tracker

from actions.forms import UNFIT, says_no, text_of
from actions.replies import intent_of
from bot.providers import service as providers
from bot.providers.wish import Wish
from bot.providers.words import ANY, read_answer, read_wish

QUESTIONS = ("place", "needs", "offers", "insurer", "language", "age_group")  # in the order in which they are asked
FIELDS = (*QUESTIONS, "telehealth", "evenings")
SLOTS = {field: f"search_{field}" for field in FIELDS}
PAGE, TRIES = "search_page", "search_tries"
NEVER_OURS = ("crisis", "call_back", "erase")
SERIOUS = ("clinical", "handoff", "emotional_support")
MAX_CHANGE_WORDS, MAX_WORDS_IF_SERIOUS = 8, 3
_QUESTION = re.compile(
    r"\?|^\W*(what|how|why|who|when|where|which|is|are|do|does|did|can|could|will|would|should|tell me|explain|define)\b",
    re.IGNORECASE,
)


def is_question(text: str) -> bool:
    """Tell whether a text asks something, so that it is no answer."""
    return bool(_QUESTION.search(text))


def read_message(tracker: Tracker, field: str | None, is_open: bool) -> dict[str, Any]:
    """Return what the message settles, by field: `field` was asked for; `is_open`: the results were shown, a change may come."""
    intent, text = intent_of(tracker), text_of(tracker)
    if intent == "provider_search":
        said = _read_button(tracker) or _read_text(tracker, field)
        said = said or {PAGE: 0}  # asked to search, and named nothing: the form asks
    elif field and says_no(tracker):
        said = {field: ANY}
    elif not text or intent in NEVER_OURS or is_question(text):
        return {}
    elif field and intent in UNFIT:
        said = _read_text(tracker, field)
    elif field or is_open:
        said = _read_statement(tracker, field)
    else:
        return {}
    is_anywhere = said.get("telehealth") and "place" not in said and tracker.get_slot(SLOTS["place"]) is None
    return said | ({"place": ANY} if is_anywhere else {})


def _read_statement(tracker: Tracker, field: str | None) -> dict[str, Any]:
    """Return what a short statement says here that was read as something else: "anxiety" as a topic, "I am 34" as clinical."""
    intent, length, said = intent_of(tracker), len(text_of(tracker).split()), _read_text(tracker, None)
    asked = {field, "telehealth"} if field == "place" else {field}
    if intent in SERIOUS:
        names_medicine = any(entity["entity"] == "medication" for entity in tracker.latest_message.get("entities") or [])
        is_own_care = intent == "clinical" and (field in ("needs", "offers") or names_medicine)
        return said if asked & said.keys() and length <= MAX_WORDS_IF_SERIOUS and not is_own_care else {}
    if length > MAX_CHANGE_WORDS:
        return {}
    by_chance = {"offers", "needs"} - asked if field else set()  # "the cost of therapy" is no wish for therapy
    return {name: value for name, value in said.items() if name not in by_chance}


def _read_button(tracker: Tracker) -> dict[str, Any]:
    """Return what a button of the form says: a field's value, the next page, no more questions, or a new search."""
    field = next(tracker.get_latest_entity_values("field"), None)
    value = next(tracker.get_latest_entity_values("value"), None)
    if field == "new":
        return dict.fromkeys(FIELDS)
    if field == "rest":
        return {name: ANY for name in QUESTIONS if tracker.get_slot(SLOTS[name]) is None}
    if field == "page":
        return {PAGE: int(value)} if value and value.isdecimal() else {}
    if field not in FIELDS or not value:
        return {}
    return {field: True if field in ("telehealth", "evenings") else [value] if field == "needs" and value != ANY else value}


def _read_text(tracker: Tracker, field: str | None) -> dict[str, Any]:
    """Return what the words say, with the conditions, therapies and places that the engine found in them."""
    text, names = text_of(tracker), providers.vocabulary()
    terms = [*tracker.get_latest_entity_values("condition"), *tracker.get_latest_entity_values("therapy")]
    found = read_answer(field, text, names, terms) if field else read_wish(text, names, terms)
    place = next(tracker.get_latest_entity_values("place"), None)
    if place and "place" not in found and intent_of(tracker) == "provider_search":
        found["place"] = place
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}


def wish_of(tracker: Tracker) -> Wish:
    """Return what is looked for, as the slots hold it."""
    said = {field: tracker.get_slot(slot) for field, slot in SLOTS.items()}
    wished = {field: value for field, value in said.items() if value and value != ANY}
    return Wish(**wished | {"needs": tuple(wished.get("needs", ()))})
