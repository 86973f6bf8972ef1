"""A provider as a patient reads it: a few short lines, each a sentence of domain.yml with the directory's words filled in."""

import re
from collections.abc import Iterable

from bot.providers.reasons import Reason
from bot.providers.search import Result
from bot.providers.wish import Wish
from bot.topics.responses import load_responses

MAX_NAMES = 6  # of insurers or languages in one line
MAX_CHARACTERS = 300  # of what is filled in


def describe_provider(result: Result, unit: str) -> str:
    """Return the lines: who, what they offer, where, for whom, how to book, why they fit, and what to ask."""
    listing = result.listing
    place = _join((listing.place, listing.postcode))
    distance = "" if result.distance is None else f"{result.distance:g}"
    lines = [
        _line("name", provider=_join((listing.name, listing.credentials))),
        _line(f"offers_{listing.offers}"),
        _line("partner", partner=listing.coordinates_with),
        _line(f"place_{unit}", place=place, distance=distance) if distance else _line("place", place=place),
        _line({True: "telehealth", False: "telehealth_no", None: "telehealth_unknown"}[listing.telehealth]),
        _line("insurers", names=_join(listing.insurers)),
        _line("languages", names=_join(listing.languages)),
        _line("ages", names=_join(_text(f"utter_age_{age.replace(' ', '_')}") for age in listing.ages)),
        _line("accepting" if listing.accepting else "accepting_unknown"),
        _line("booking", booking=listing.booking),
        _line("fits", reasons=_reasons("fits", result.fits)),
        _line("asks", reasons=_reasons("asks", result.asks)),
    ]
    return "\n".join(line for line in lines if line)


def describe_wish(wish: Wish) -> str:
    """Return the line that says what was looked for; empty when nothing was."""
    said = [
        *([_text("utter_wish_place", value=wish.place)] if wish.place else []),
        *([_text("utter_wish_telehealth")] if wish.telehealth else []),
        *(_text("utter_wish_need", value=need) for need in wish.needs),
        *([_text(f"utter_wish_offers_{wish.offers}")] if wish.offers else []),
        *([_text("utter_wish_insurer", value=wish.insurer)] if wish.insurer else []),
        *([_text("utter_wish_language", value=wish.language)] if wish.language else []),
        *([_text(f"utter_age_{wish.age_group.replace(' ', '_')}")] if wish.age_group else []),
        *([_text("utter_wish_evenings")] if wish.evenings else []),
    ]
    return _text("utter_search_summary", reasons="; ".join(said)) if said else ""


def _reasons(kind: str, reasons: Iterable[Reason]) -> str:
    return "; ".join(_text(f"utter_{kind}_{reason.code}", value=reason.value) for reason in reasons)


def _line(name: str, **variables: str) -> str:
    """Return one line of a card; empty when what it would say is not known."""
    return _text(f"utter_provider_{name}", **variables) if all(variables.values()) else ""


def _text(name: str, **variables: str) -> str:
    (text,) = load_responses()[name]
    for variable, value in variables.items():
        text = text.replace(f"{{{variable}}}", re.sub(r"[{}<>\n]", "", value)[:MAX_CHARACTERS])
    return text


def _join(names: Iterable[str]) -> str:
    return ", ".join([name for name in names if name][:MAX_NAMES])
