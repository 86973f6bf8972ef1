"""Why a provider fits a wish, and what to ask them, as codes; the patients' sentences to the codes are in domain.yml. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.providers.listing import BOTH, Listing
from bot.providers.terms import match
from bot.providers.wish import Wish

NEAR_KM = 40.0  # 25 miles

FITS = (
    *("offers_medication", "offers_therapy", "offers_both", "works_with", "accepting", "near", "same_place"),
    *("telehealth", "insurer", "language", "age_group", "speciality", "evenings"),
)
ASKS = (
    *("offers_only_medication", "offers_only_therapy", "accepting_unknown", "age_group_unknown", "far", "distance_unknown"),
    *("telehealth_no", "telehealth_unknown", "insurer_not_listed", "insurer_unknown", "language_not_listed", "language_unknown"),
    *("speciality_not_listed", "speciality_unknown", "evenings_no", "evenings_unknown", "booking_unknown"),
)


@dataclass(frozen=True)
class Reason:
    """One code of FITS or ASKS; `value` is the name it is about, such as an insurer's, or empty.

    With a code of FITS the value comes from the directory; with one of ASKS it is the patient's own word.
    """

    code: str
    value: str = ""


def find_reasons(listing: Listing, wish: Wish, km: float | None, is_there: bool) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    """Return what fits and what to ask; `km` away (None: not known), `is_there`: in the very town or postcode."""
    reasons = [
        *_offers(listing, wish),
        Reason("accepting") if listing.accepting else Reason("accepting_unknown"),
        *_age(listing, wish),
        *_distance(listing, wish, km, is_there),
        *_yes_or_no("telehealth", wish.telehealth, listing.telehealth),
        *_named("insurer", wish.insurer, listing.insurers),
        *_named("language", wish.language, listing.languages),
        *(reason for need in wish.needs for reason in _named("speciality", need, listing.specialities)),
        *_yes_or_no("evenings", wish.evenings, listing.evenings),
        *([] if listing.booking else [Reason("booking_unknown")]),
    ]
    fits = tuple(dict.fromkeys(reason for reason in reasons if reason.code in FITS))
    return fits, tuple(dict.fromkeys(reason for reason in reasons if reason.code in ASKS))


def is_offered(listing: Listing, offers: str) -> bool:
    """Tell whether a provider gives in person what is wished: what they offer, or both."""
    return listing.offers in (offers, BOTH)


def _offers(listing: Listing, wish: Wish) -> Iterator[Reason]:
    if not wish.offers:
        return
    if is_offered(listing, wish.offers):
        yield Reason(f"offers_{listing.offers}")
        return
    if wish.offers != BOTH or not listing.coordinates_with:
        yield Reason(f"offers_only_{listing.offers}")
    if listing.coordinates_with:
        yield Reason("works_with", listing.coordinates_with)


def _age(listing: Listing, wish: Wish) -> Iterator[Reason]:
    if wish.age_group:
        yield Reason("age_group", wish.age_group) if listing.ages else Reason("age_group_unknown", wish.age_group)


def _distance(listing: Listing, wish: Wish, km: float | None, is_there: bool) -> Iterator[Reason]:
    if not wish.place:
        return
    if is_there:
        yield Reason("same_place", listing.place)
    elif km is not None and km <= NEAR_KM:
        yield Reason("near")
    else:
        if listing.telehealth:
            yield Reason("telehealth")
        if not (listing.telehealth and wish.telehealth):  # by video the distance does not matter
            yield Reason("far" if km is not None else "distance_unknown")


def _yes_or_no(field: str, wished: bool, listed: bool | None) -> Iterator[Reason]:
    if wished:
        yield Reason({True: field, False: f"{field}_no", None: f"{field}_unknown"}[listed])


def _named(field: str, wished: str, listed: Sequence[str]) -> Iterator[Reason]:
    if not wished:
        return
    name = match(listed, wished)
    if name is not None:
        yield Reason(field, name)
    else:
        yield Reason(f"{field}_not_listed" if listed else f"{field}_unknown", wished)
