"""A FHIR R4 bundle as listings: one for each PractitionerRole, and for each HealthcareService that no role names.

Nothing is dropped without a word: another shape than R4 has, or a field out of its limits, is an error with entry and path;
what the directory cannot use is counted in a note.
"""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from bot.providers import fhir_codes as codes
from bot.providers.csv_files import MAX_BYTES
from bot.providers.fhir_elements import Element, ShapeError
from bot.providers.fhir_fields import Sources, texts_of
from bot.providers.fields import FieldErrors, read_listing
from bot.providers.listing import MAX_LISTINGS, DirectoryError, Listing


@dataclass(frozen=True)
class Bundle:
    """What a bundle holds: the listings, and one sentence for each thing that was left out."""

    listings: list[Listing]
    notes: list[str]


def read(data: bytes, today: date | None = None) -> Bundle:
    """Return the listings of a bundle, all of them; raises DirectoryError with every entry that cannot be read."""
    reader = _Reader(_entries(data), today or date.today())
    for role in reader.of_kind("PractitionerRole"):
        reader.add(role)
    for service in reader.of_kind("HealthcareService"):
        if service.path not in reader.used:
            reader.add(service)
    if reader.problems:
        raise DirectoryError(list(dict.fromkeys(reader.problems)))  # what several providers share is wrong once
    return Bundle(list(reader.listings.values()), reader.notes())


def _entries(data: bytes) -> list[tuple[str, Element]]:
    """Return full URL and resource of each entry."""
    if len(data) > MAX_BYTES:
        raise DirectoryError([f"The file is larger than {MAX_BYTES // 1_000_000} MB."])
    try:
        value = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise DirectoryError(["The file is not valid JSON in UTF-8."]) from error
    if not isinstance(value, dict) or value.get("resourceType") != "Bundle":
        raise DirectoryError(["resourceType: the file must hold one FHIR R4 Bundle."])
    entries, problems = [], []
    try:
        for number, entry in enumerate(Element(value, "Bundle").many("entry"), 1):
            resource = entry.one("resource")
            kind = resource.text("resourceType")
            if kind:
                entries.append((entry.text("fullUrl"), Element(resource.value, f"Entry {number}, {kind}")))
            else:
                problems.append(f"Entry {number}: resource.resourceType is missing.")
    except ShapeError as error:
        problems.append(str(error))
    if problems:
        raise DirectoryError(problems)
    return entries


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON.")


class _Reader:
    """Reads the resources of one bundle, and keeps what was found, what was used and what was wrong."""

    def __init__(self, entries: list[tuple[str, Element]], today: date) -> None:
        self.listings: dict[str, Listing] = {}
        self.problems: list[str] = []
        self.used: set[str] = set()
        self._today = today
        self._left_out: Counter[str] = Counter()
        self._paths: dict[str, str] = {}
        self._contained: dict[str, dict[str, Element]] = {}
        self._resources = [resource for _, resource in entries]
        self._by_key: dict[str, Element] = {}
        for url, resource in entries:
            for key in {url, f"{resource.value['resourceType']}/{resource.value.get('id')}"} - {""}:
                if key in self._by_key and not key.endswith("/None"):
                    self.problems.append(f"{resource.path}: {self._by_key[key].path} has the same id or fullUrl.")
                self._by_key[key] = resource

    def of_kind(self, kind: str) -> list[Element]:
        return [resource for resource in self._resources if resource.value["resourceType"] == kind]

    def add(self, role: Element) -> None:
        """Read a role, or a service in its place, into a listing, or note why it is none."""
        self.used.add(role.path)
        try:
            sources = self._sources(role)
            if self._has_ended(sources):
                self._left_out["not active, or ended"] += 1
            elif not (texts := texts_of(sources))["offers"]:
                self._left_out["not saying whether they offer medication or therapy"] += 1
            else:
                self._keep(read_listing(texts), role)
        except ShapeError as error:
            self.problems.append(str(error))
        except FieldErrors as error:
            self.problems += [f"{role.path}, {field}: {sentence}" for field, sentence in error.sentences.items()]

    def notes(self) -> list[str]:
        """Return one sentence for each reason to leave something out."""
        kinds = Counter(item.value["resourceType"] for item in self._resources if item.path not in self.used)
        notes = [f"Left out: {count} {reason}." for reason, count in sorted(self._left_out.items())]
        unused = ", ".join(f"{kind} ({count})" for kind, count in sorted(kinds.items()))
        return notes + ([f"Not used, as no provider needs them: {unused}."] if unused else [])

    def _keep(self, listing: Listing, role: Element) -> None:
        first = self._paths.setdefault(listing.reference, role.path)
        if first != role.path:
            self.problems.append(f"{role.path}, reference: {first} has the same identifier; each provider needs its own.")
        if len(self.listings) == MAX_LISTINGS:
            raise DirectoryError([f"The bundle has more than {MAX_LISTINGS} providers."])
        self.listings[listing.reference] = listing

    def _sources(self, role: Element) -> Sources:
        is_service = role.value["resourceType"] == "HealthcareService"
        services = [role] if is_service else self._resolve_all(role, "healthcareService")
        locations = [place for item in (role, *services) for place in self._resolve_all(item, "location")]
        if len({place.path for place in locations}) > 1:
            self._left_out["further locations of a provider: the first is used"] += 1
        networks = [extension.one("valueReference") for extension in role.extensions(codes.NETWORK)]
        return Sources(
            role=role,
            practitioner=self._resolve(role, role.one("practitioner")) or Element({}, role.path),
            services=services,
            location=locations[0] if locations else Element({}, role.path),
            networks=[self._name_of(role, network) for network in networks],
        )

    def _resolve_all(self, owner: Element, field: str) -> list[Element]:
        found = [self._resolve(owner, reference) for reference in owner.many(field)]
        return list({resource.path: resource for resource in found if resource is not None}.values())

    def _resolve(self, owner: Element, reference: Element) -> Element | None:
        """Return the resource a Reference names: contained, by full URL, or by kind and id; None when it is not here."""
        name = reference.text("reference").partition("/_history/")[0]
        if name.startswith("#"):
            return self._contained_in(owner).get(name.removeprefix("#"))
        resource = self._by_key.get(name) or self._by_key.get("/".join(name.split("/")[-2:]))
        if resource is not None:
            self.used.add(resource.path)
        return resource

    def _contained_in(self, owner: Element) -> dict[str, Element]:
        """Return the resources contained in one, by id; looked through once, however many references there are."""
        if owner.path not in self._contained:
            self._contained[owner.path] = {item.text("id"): item for item in reversed(owner.many("contained"))}
        return self._contained[owner.path]

    def _name_of(self, owner: Element, reference: Element) -> str:
        organization = self._resolve(owner, reference)
        return (organization.text("name") if organization else "") or reference.text("display")

    def _has_ended(self, sources: Sources) -> bool:
        end = sources.role.one("period").text("end")
        is_over = bool(end) and end[:10] < self._today.isoformat()[: len(end[:10])]
        return is_over or sources.role.flag("active") is False or sources.practitioner.flag("active") is False
