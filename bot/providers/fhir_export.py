"""The directory as a FHIR R4 bundle: for each provider Practitioner, Location, HealthcareService and PractitionerRole."""

import json
from typing import Any
from uuid import UUID, uuid5

from bot.providers import fhir_codes as codes
from bot.providers.compare import words
from bot.providers.listing import BOTH, MEDICATION, THERAPY, Listing

_NAMESPACE = UUID("6f1c2c53-3c0e-4b5e-9f55-0a5f6f6b2d11")  # the same listing always gets the same ids
Json = dict[str, Any]


def write(listings: list[Listing]) -> bytes:
    """Return listings as a Bundle of type collection, in JSON; what is not known is left out."""
    entries = [entry for listing in listings for entry in _entries(listing)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return json.dumps(_without_empty(bundle), ensure_ascii=False, separators=(",", ":")).encode()


def _entries(listing: Listing) -> list[Json]:
    resources = [
        _practitioner(listing),
        *([_location(listing)] if _has_location(listing) else []),
        _service(listing),
        _role(listing),
    ]
    updated = {"meta": {"lastUpdated": listing.updated_at.isoformat()}} if listing.updated_at else {}
    return [
        {"fullUrl": f"urn:uuid:{key}", "resource": {"resourceType": kind, "id": key} | updated | resource}
        for kind, resource in resources
        for key in [_id(listing, kind)]
    ]


def _practitioner(listing: Listing) -> tuple[str, Json]:
    return "Practitioner", {
        "name": [{"text": listing.name}],
        "qualification": [{"code": {"text": listing.credentials}}] if listing.credentials else [],
        "communication": [_language(language) for language in listing.languages],
    }


def _has_location(listing: Listing) -> bool:
    return bool(listing.place or listing.postcode or listing.latitude is not None)


def _location(listing: Listing) -> tuple[str, Json]:
    city, _, state = listing.place.rpartition(", ")
    address = {"city": city, "state": state} if city and state else {"city": listing.place}
    position = {} if listing.latitude is None else {"longitude": listing.longitude, "latitude": listing.latitude}
    return "Location", {"status": "active", "address": address | {"postalCode": listing.postcode}, "position": position}


def _service(listing: Listing) -> tuple[str, Json]:
    kinds = {
        MEDICATION: {"text": "Medication management"},
        THERAPY: {"coding": [_coding(codes.SNOMED, codes.PSYCHOTHERAPY, "Psychotherapy")], "text": "Psychotherapy"},
    }
    evenings = {True: "Evening appointments", False: "No evening appointments", None: ""}[listing.evenings]
    methods = {True: [codes.VIRTUAL], False: [codes.PHYSICAL], None: []}[listing.telehealth]
    return "HealthcareService", {
        "extension": [_extension(codes.DELIVERY_METHOD, "type", codes.DELIVERY_CODES, method) for method in methods],
        "active": True,
        "type": [kind for offer, kind in kinds.items() if listing.offers in (offer, BOTH)],
        "specialty": [{"text": speciality} for speciality in listing.specialities],
        "location": _references(listing, "Location") if _has_location(listing) else [],
        "eligibility": [{"code": {"text": group}} for group in listing.ages],
        "characteristic": [{"text": evenings}] if evenings else [],
    }


def _role(listing: Listing) -> tuple[str, Json]:
    accepting = {True: [codes.ACCEPTS], False: [codes.ACCEPTS_NOT], None: []}[listing.accepting]
    partner = [{"url": codes.COORDINATES_WITH, "valueString": listing.coordinates_with}] if listing.coordinates_with else []
    system = "url" if listing.booking.startswith("http") else "phone"
    return "PractitionerRole", {
        "extension": [
            *(_extension(codes.NEW_PATIENTS, "acceptingPatients", codes.ACCEPTING_CODES, code) for code in accepting),
            *({"url": codes.NETWORK, "valueReference": {"display": insurer}} for insurer in listing.insurers),
            *partner,
        ],
        "identifier": [{"system": codes.REFERENCE, "value": listing.reference}],
        "active": True,
        "practitioner": _references(listing, "Practitioner")[0],
        "location": _references(listing, "Location") if _has_location(listing) else [],
        "healthcareService": _references(listing, "HealthcareService"),
        "telecom": [{"system": system, "value": listing.booking}] if listing.booking else [],
    }


def _extension(url: str, part: str, system: str, code: str) -> Json:
    return {"url": url, "extension": [{"url": part, "valueCodeableConcept": {"coding": [_coding(system, code)]}}]}


def _coding(system: str, code: str, display: str = "") -> Json:
    return {"system": system, "code": code, "display": display}


def _language(name: str) -> Json:
    code = codes.LANGUAGES.get(" ".join(words(name)))
    return {"coding": [_coding(codes.BCP_47, code)] if code else [], "text": name}


def _id(listing: Listing, kind: str) -> str:
    return str(uuid5(_NAMESPACE, f"{kind}/{listing.reference}"))


def _references(listing: Listing, kind: str) -> list[Json]:
    return [{"reference": f"urn:uuid:{_id(listing, kind)}"}]


def _without_empty(value: Any) -> Any:
    """Return JSON without empty texts, lists and objects, which FHIR does not allow."""
    if isinstance(value, dict):
        cleaned = {name: _without_empty(item) for name, item in value.items()}
        return {name: item for name, item in cleaned.items() if item not in ("", [], {}, None)}
    return [_without_empty(item) for item in value] if isinstance(value, list) else value
