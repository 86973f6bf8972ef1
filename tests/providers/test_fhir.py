"""FHIR R4: HL7's example shapes and Plan-Net's are read, the export is valid and comes back whole, errors name entry and path."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from fhirclient.models.bundle import Bundle
from hypothesis import given
from hypothesis import strategies as st

from bot.providers import fhir_export, fhir_import
from bot.providers.files import read_file
from bot.providers.listing import DirectoryError, Listing
from bot.settings import ROOT
from tests.providers.strategies import directories, steady

EXAMPLES = Path(__file__).parent / "examples"
TODAY = date(2026, 11, 22)


def example(name: str) -> dict[str, Any]:
    return json.loads((EXAMPLES / name).read_text())  # type: ignore[no-any-return]


def read(bundle: Any) -> fhir_import.Bundle:
    return fhir_import.read(json.dumps(bundle).encode(), TODAY)


def problems(bundle: Any) -> list[str]:
    with pytest.raises(DirectoryError) as raised:
        read(bundle)
    return raised.value.problems


def with_role(**fields: Any) -> dict[str, Any]:
    """Give a bundle with one role of the HL7 shape, changed as said."""
    bundle = example("hl7.json")
    bundle["entry"][0]["resource"] |= fields
    return bundle


def test_the_shapes_of_hl7s_examples_are_read() -> None:
    found = read(example("hl7.json"))
    assert found.listings == [
        Listing(
            reference="23",
            name="Dr Adam Careful",
            credentials="Bachelor of Science",
            offers="both",
            specialities=("General medical practice", "Posttraumatic stress disorder"),
            place="Den Sample",
            postcode="9105 PZ",
            latitude=42.254755,
            longitude=-83.694569,
            languages=("Dutch", "English"),
            ages=("teen", "adult"),
            evenings=True,
            booking="http://clinic.example/southwing",
        )
    ]
    assert found.notes == [
        "Left out: 1 not active, or ended.",
        "Not used, as no provider needs them: Endpoint (1), Organization (1).",
    ]


def test_the_shapes_of_plan_net_are_read() -> None:
    found = read(example("plan_net.json"))
    assert found.listings == [
        Listing(
            reference="role-1",
            name="Han Sample, PMHNP",
            credentials="PMHNP",
            offers="medication",
            specialities=("Psychiatric/Mental Health Nurse Practitioner",),
            place="Anytown, CT",
            postcode="00014",
            telehealth=True,
            insurers=("Example Health Standard Network",),
            languages=("Japanese",),
            accepting=True,
            booking="https://www.clinic.example/han",
        ),
        Listing(
            reference="service-2",
            name="Sample Counseling Online",
            offers="therapy",
            specialities=("Professional Counselor",),
            booking="01632 960 131",
        ),
    ]
    assert found.notes == [
        "Left out: 1 further locations of a provider: the first is used.",
        "Left out: 1 not saying whether they offer medication or therapy.",
    ]


def test_a_role_takes_what_it_contains_and_what_it_only_names() -> None:
    bundle = with_role(
        contained=[{"resourceType": "Practitioner", "id": "p", "name": [{"text": "Contained Example"}]}],
        practitioner={"reference": "#p"},
        location=[{"display": "Over there"}],
    )
    del bundle["entry"][4]["resource"]["location"]
    listing = read(bundle).listings[0]
    assert (listing.name, listing.place) == ("Contained Example", "Over there")


@steady
@given(directories)
def test_every_field_comes_back_from_a_bundle(listings: list[Listing]) -> None:
    found = fhir_import.read(fhir_export.write(listings), TODAY)
    assert found == fhir_import.Bundle(listings, [])


@steady
@given(directories)
def test_every_exported_bundle_has_the_shapes_of_r4(listings: list[Listing]) -> None:
    bundle = Bundle(json.loads(fhir_export.write(listings)), strict=True)
    kinds = {entry.resource.resource_type for entry in bundle.entry or []}
    assert kinds <= {"Practitioner", "PractitionerRole", "HealthcareService", "Location"}


def test_an_exported_bundle_refers_only_to_itself_and_says_when_it_changed() -> None:
    listings = read_file((ROOT / "clinic" / "providers.csv").read_bytes()).listings
    moment = datetime(2026, 11, 22, 12, tzinfo=UTC)
    text = fhir_export.write([Listing(**vars(listing) | {"updated_at": moment}) for listing in listings]).decode()
    bundle = json.loads(text)
    urls = {entry["fullUrl"] for entry in bundle["entry"]}
    assert len(urls) == len(bundle["entry"])
    references = [part.split('"')[0] for part in text.split('"reference":"')[1:]]
    assert references and set(references) <= urls
    assert {entry["resource"]["meta"]["lastUpdated"] for entry in bundle["entry"]} == {moment.isoformat()}


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"telecom": "01632"}, "Entry 1, PractitionerRole.telecom: FHIR R4 has a list here."),
        ({"telecom": [{"system": "phone", "value": 5}]}, "Entry 1, PractitionerRole.telecom[0].value: FHIR R4 has a text here."),
        (
            {"availableTime": [{"allDay": "no"}]},
            "Entry 1, PractitionerRole.availableTime[0].allDay: FHIR R4 has true or false here.",
        ),
        ({"location": [3]}, "Entry 1, PractitionerRole.location[0]: FHIR R4 has an object here."),
        ({"identifier": [{"value": "x" * 65}]}, "Entry 1, PractitionerRole, reference: write at most 64 characters."),
    ],
)
def test_another_shape_is_an_error_that_names_entry_and_path(fields: dict[str, Any], problem: str) -> None:
    assert problems(with_role(**fields)) == [problem]


def test_a_position_out_of_the_world_is_an_error() -> None:
    bundle = example("hl7.json")
    bundle["entry"][3]["resource"]["position"] = {"longitude": 500, "latitude": 10**400}
    assert problems(bundle) == ["Entry 4, Location.position.latitude: the number is too large."]
    bundle["entry"][3]["resource"]["position"] = {"longitude": 500, "latitude": 1}
    assert problems(bundle)[0].startswith("Entry 1, PractitionerRole, longitude: write degrees")


def test_a_role_with_very_many_references_is_read_as_one_with_few() -> None:
    contained = [{"resourceType": "HealthcareService", "id": f"s{number}"} for number in range(30_000)]
    contained[0] |= {"type": [{"text": "Psychotherapy"}]}
    bundle = with_role(contained=contained, healthcareService=[{"reference": "#s0"}] * 30_000)
    (listing,) = read(bundle).listings
    assert listing.offers == "therapy"


def test_two_entries_of_one_id_and_two_providers_of_one_identifier_are_errors() -> None:
    bundle = example("hl7.json")
    bundle["entry"].append(bundle["entry"][2])
    assert problems(bundle)[0] == "Entry 8, Practitioner: Entry 3, Practitioner has the same id or fullUrl."
    bundle = with_role()
    again = dict(bundle["entry"][0]["resource"], id="again")
    bundle["entry"].append({"resource": again})
    assert problems(bundle) == [
        "Entry 8, PractitionerRole, reference: Entry 1, PractitionerRole has the same identifier; each provider needs its own."
    ]


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"resourceType": "Patient"}', '{"a": NaN}', "[" * 100_000, "\ud800"])
def test_what_is_no_bundle_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(DirectoryError, match=r"JSON|one FHIR R4 Bundle"):
        fhir_import.read(text.encode("utf-8", "surrogatepass"))


def test_an_entry_without_a_resource_is_an_error() -> None:
    assert problems({"resourceType": "Bundle", "entry": [{}]}) == ["Entry 1: resource.resourceType is missing."]
    assert problems({"resourceType": "Bundle", "entry": [1]}) == ["Bundle.entry[0]: FHIR R4 has an object here."]


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(("text", "coding", "value")), inner, max_size=3)
    ),
    max_leaves=5,
)


@steady
@given(st.sampled_from((0, 2, 3, 4)), st.data())
def test_any_value_in_any_element_is_read_or_refused_by_path(entry: int, data: st.DataObject) -> None:
    bundle = example("hl7.json")
    resource = bundle["entry"][entry]["resource"]
    resource[data.draw(st.sampled_from(sorted(set(resource) - {"resourceType"})))] = data.draw(JSON)
    try:
        found = read(bundle)
    except DirectoryError as error:
        assert all(problem.startswith("Entry ") for problem in error.problems)
    else:
        assert len(found.listings) + len(found.notes) >= 1
