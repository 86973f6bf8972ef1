"""What FHIR resources say about one provider, as the texts of a listing's fields. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from bot.providers import fhir_codes as codes
from bot.providers.fhir_elements import Element
from bot.providers.fields import read_booking
from bot.providers.listing import BOTH, MEDICATION, THERAPY

EVENING = "18:00:00"  # a provider who works later than this has evening appointments
_AGES = {
    "child": r"child|p(a)?ediatric",
    "teen": r"teen|adolescen|youth",
    "adult": r"(?<!older )adult",
    "older adult": r"older|geriatric|senior",
}
_LANGUAGES = {code: name.title() for name, code in codes.LANGUAGES.items()}


@dataclass(frozen=True)
class Sources:
    """The resources that describe one provider; those that are not in the bundle are empty."""

    role: Element
    practitioner: Element
    services: list[Element]
    location: Element
    networks: list[str]  # names of insurers

    @property
    def all(self) -> list[Element]:
        """Every resource, the one nearest to the provider's work here first."""
        return [self.role, *self.services, self.practitioner, self.location]


def texts_of(sources: Sources) -> dict[str, str]:
    """Return the texts by field name; raises ShapeError."""
    role, practitioner, services = sources.role, sources.practitioner, sources.services
    position = sources.location.one("position")
    specialities = _concepts([role, *services], "specialty")
    return {
        "reference": _reference(role),
        "name": _name(sources),
        "credentials": ", ".join(item.one("code").concept() for item in practitioner.many("qualification")),
        "offers": _offers(sources),
        "coordinates_with": "".join(item.text("valueString") for item in role.extensions(codes.COORDINATES_WITH)[:1]),
        "specialities": ";".join(specialities),
        "place": _place(sources),
        "postcode": sources.location.one("address").text("postalCode"),
        "latitude": _degrees(position.number("latitude")),
        "longitude": _degrees(position.number("longitude")),
        "telehealth": _telehealth(services),
        "insurers": ";".join(sources.networks),
        "languages": ";".join(_language(concept) for item in (practitioner, *services) for concept in item.many("communication")),
        "ages": ";".join(_ages(services)),
        "evenings": _evenings([role, *services]),
        "accepting": _accepting([role, *services, sources.location]),
        "booking": _booking(sources),
    }


def _concepts(resources: Iterable[Element], field: str) -> list[str]:
    return [text for resource in resources for concept in resource.many(field) if (text := concept.concept())]


def _language(concept: Element) -> str:
    said = concept.concept()
    return _LANGUAGES.get(said.partition("-")[0], said) if said in concept.codes() else said


def _reference(role: Element) -> str:
    identifiers = sorted(role.many("identifier"), key=lambda identifier: identifier.text("system") != codes.REFERENCE)
    return next((value for item in identifiers if (value := item.text("value"))), role.text("id"))


def _name(sources: Sources) -> str:
    for name in sources.practitioner.many("name"):
        parts = [*name.texts("prefix"), *name.texts("given"), name.text("family"), *name.texts("suffix")]
        if written := name.text("text") or " ".join(part for part in parts if part):
            return written
    names = (service.text("name") for service in sources.services)
    return sources.role.one("practitioner").text("display") or next((name for name in names if name), "")


def _offers(sources: Sources) -> str:
    """Return what the types of service say is offered, else the specialties, the categories, the role, the qualifications."""
    services, role = sources.services, sources.role
    qualifications = [item.one("code") for item in sources.practitioner.many("qualification")]
    for concepts in (
        [concept for service in services for concept in service.many("type")],
        [concept for resource in (*services, role) for concept in resource.many("specialty")],
        [concept for service in services for concept in service.many("category")],
        role.many("code"),
        qualifications,
    ):
        said = " ".join(chain.from_iterable(_words_and_codes(concept) for concept in concepts))
        prescribes, treats = (re.search(pattern, said, re.I) for pattern in (codes.PRESCRIBES, codes.TREATS))
        if prescribes or treats:
            return BOTH if prescribes and treats else MEDICATION if prescribes else THERAPY
    return ""


def _words_and_codes(concept: Element) -> list[str]:
    codings = concept.many("coding")
    return [concept.text("text"), *(coding.text(field) for coding in codings for field in ("display", "code"))]


def _place(sources: Sources) -> str:
    address = sources.location.one("address")
    city = ", ".join(part for part in (address.text("city"), address.text("state")) if part)
    named = next((place.text("display") for place in sources.role.many("location")), "")
    return city or sources.location.text("name") or named


def _degrees(number: float | None) -> str:
    return "" if number is None else f"{number:.6f}"


def _yes_or_no(answer: bool | None) -> str:
    return {True: "yes", False: "no", None: ""}[answer]


def _telehealth(services: list[Element]) -> str:
    methods = _extension_codes(services, codes.DELIVERY_METHOD, "type")
    return _yes_or_no(codes.VIRTUAL in methods if methods else None)


def _accepting(resources: list[Element]) -> str:
    said = _extension_codes(resources, codes.NEW_PATIENTS, "acceptingPatients")
    return _yes_or_no(codes.ACCEPTS in said if said else None)


def _extension_codes(resources: Iterable[Element], url: str, part: str) -> set[str]:
    """Return the codes that one part of an extension has in any of the resources."""
    return {
        code
        for resource in resources
        for extension in resource.extensions(url)
        for inner in extension.extensions(part)
        for code in inner.one("valueCodeableConcept").codes()
    }


def _ages(services: list[Element]) -> list[str]:
    said = " ".join(rule.one("code").concept() for service in services for rule in service.many("eligibility"))
    return [group for group, pattern in _AGES.items() if re.search(pattern, said, re.I)]


def _evenings(resources: list[Element]) -> str:
    hours = [hour for resource in resources for hour in resource.many("availableTime")]
    if hours:
        return _yes_or_no(any(hour.flag("allDay") or hour.text("availableEndTime") > EVENING for hour in hours))
    said = [text.casefold() for text in _concepts(resources, "characteristic") if "evening" in text.casefold()]
    return _yes_or_no(not any(text.startswith("no ") for text in said) if said else None)


def _booking(sources: Sources) -> str:
    """Return the first web address that can be opened, else the first phone number that can be dialled."""
    contacts = [contact for resource in sources.all for contact in resource.many("telecom")]
    values = [(contact.text("system"), contact.text("value")) for contact in contacts]
    for system in ("url", "phone"):
        for value in (value for kind, value in values if kind == system):
            try:
                return read_booking(value)
            except ValueError:  # such as "(555) silent": the next one may do
                continue
    return ""
