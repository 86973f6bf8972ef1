"""The directory in the desk: find, add, change, remove, import with a look first, export; each change in the audit trail."""

import csv
import io
import re
from collections.abc import Callable

import pytest

from bot.providers import service
from bot.providers.csv_files import write
from bot.providers.files import read_file
from bot.providers.listing import Listing
from bot.settings import ROOT
from bot.staff.audit import trail
from bot.staff.members import Role
from tests.desk.conftest import Desk

EXAMPLE = (ROOT / "clinic" / "providers.csv").read_bytes()
ALMA = {
    "reference": "P/1 &",
    "name": "Alma Example",
    "offers": "both",
    "place": "Sampletown",
    "ages": "adult",
    "accepting": "yes",
}


@pytest.fixture
def desk(sign_in_as: Callable[..., Desk]) -> Desk:
    return sign_in_as(Role.LEAD)


def done() -> list[tuple[str, str, str]]:
    return [
        (entry.action, entry.subject, entry.detail) for entry in trail() if entry.action.startswith(("provider", "directory"))
    ][::-1]


def names_on(desk: Desk, path: str = "/desk/providers") -> list[str]:
    return re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', desk.get(path).text)


def test_an_empty_directory_says_what_patients_get(desk: Desk) -> None:
    assert "The directory is empty. Patients who look for a provider are offered a person" in desk.get("/desk/providers").text


def test_a_provider_is_added_changed_and_removed_and_each_is_on_record(desk: Desk) -> None:
    answer = desk.post("/desk/providers/new", ALMA)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/providers?done=saved")
    page = desk.get("/desk/providers?done=saved").text
    assert "The provider is saved." in page and "/desk/providers/edit?reference=P/1%20%26" in page
    form = desk.get("/desk/providers/edit?reference=P/1%20%26").text
    assert 'value="Sampletown"' in form and re.search(r'value="adult" checked', form) and 'value="yes" selected' in form
    assert desk.post("/desk/providers/edit", ALMA | {"place": "Elsewhere", "offers": "therapy"}).status_code == 303
    assert service.listings() == [Listing("P/1 &", "Alma Example", "therapy", place="Elsewhere", ages=("adult",), accepting=True)]
    assert desk.post("/desk/providers/remove", {"reference": "P/1 &"}).headers["location"] == "/desk/providers?done=removed"
    assert service.count() == 0
    assert done() == [
        ("provider.added", "provider:P/1 &", ""),
        ("provider.changed", "provider:P/1 &", ""),
        ("provider.removed", "provider:P/1 &", ""),
    ]


def test_faults_are_told_at_their_fields_and_nothing_is_saved(desk: Desk) -> None:
    answer = desk.post("/desk/providers/new", ALMA | {"booking": "javascript:alert(1)", "latitude": "north", "name": " "})
    assert answer.status_code == 422 and "3 fields need a change" in answer.text
    assert re.findall(r'<p class="error" id="(\w+)-error"', answer.text) == ["name", "latitude", "booking"]
    assert "Write degrees as a number from -90 to 90, with a point." in answer.text and 'value="Sampletown"' in answer.text
    assert service.count() == 0 and done() == []


def test_a_reference_is_given_once(desk: Desk) -> None:
    desk.post("/desk/providers/new", ALMA)
    answer = desk.post("/desk/providers/new", ALMA | {"name": "Somebody else"})
    assert answer.status_code == 422 and "Another provider has this reference." in answer.text
    assert service.listings()[0].name == "Alma Example"


def test_what_was_removed_meanwhile_is_said(desk: Desk) -> None:
    assert desk.get("/desk/providers/edit?reference=none").status_code == 404
    for path in ("edit", "remove"):
        answer = desk.post(f"/desk/providers/{path}", ALMA)
        assert answer.status_code == 409 and "was removed from the directory meanwhile." in answer.text
    assert service.count() == 0


def test_words_find_providers_and_pages_hold_fifty(desk: Desk) -> None:
    service.replace_all([Listing(f"P{number:03}", f"Provider {number:03}", "both", place="Here") for number in range(120)])
    service.save(Listing("Z1", "Zoë Sample", "therapy", languages=("Polish",)))
    assert names_on(desk, "/desk/providers?q=zoe+POLISH") == ["Zoë Sample"]
    assert names_on(desk, "/desk/providers?q=nobody") == []
    first, last = names_on(desk), names_on(desk, "/desk/providers?q=&page=3")
    assert len(first) == 50 and len(last) == 21 and last[-1] == "Zoë Sample"
    assert names_on(desk, "/desk/providers?page=99") == last and names_on(desk, "/desk/providers?page=x") == first
    assert 'href="/desk/providers?q=here&amp;page=2"' in desk.get("/desk/providers?q=here").text


def test_a_file_is_looked_at_first_and_then_replaces_the_directory(desk: Desk) -> None:
    service.save(Listing("OLD", "Old Example", "both"))
    check = desk.post("/desk/providers/import/check", files={"file": ("a.csv", EXAMPLE)}, **{"HX-Request": "true"})
    assert check.status_code == 200 and "<html" not in check.text
    assert re.findall(r"<li>(\d+) would", check.text) == ["12", "0", "1", "0"]
    assert service.count() == 1 and done() == []
    answer = desk.post("/desk/providers/import", files={"file": ("a.csv", EXAMPLE)})
    assert answer.status_code == 303 and service.count() == 12
    assert done() == [("directory.imported", "directory:providers", "12 added, 0 changed, 1 removed, 0 as they were")]


@pytest.mark.parametrize(
    "files", [{"file": ("a.csv", b"reference,name,offers\nP1,<b>Alma</b>,<i>pills</i>\n")}, {"file": ("", b"")}, None]
)
def test_a_bad_file_is_refused_with_its_rows_and_nothing_changes(desk: Desk, files: dict[str, tuple[str, bytes]] | None) -> None:
    service.save(Listing("OLD", "Old Example", "both"))
    sentence = (
        "Row 2, offers: write medication, therapy or both." if files and files["file"][0] else "Choose a file that is not empty."
    )
    for path in ("import/check", "import"):
        answer = desk.post(f"/desk/providers/{path}", files=files)
        assert sentence in answer.text and "<b>" not in answer.text
    assert answer.status_code == 422 and "The file was not imported." in answer.text
    assert service.count() == 1 and done() == []


def test_the_export_is_the_directory_and_on_record(desk: Desk) -> None:
    desk.post("/desk/providers/import", files={"file": ("a.csv", EXAMPLE)})
    exported = desk.get("/desk/providers/export?format=csv")
    assert re.fullmatch(r'attachment; filename="providers-\d{4}-\d\d-\d\d\.csv"', exported.headers["content-disposition"])
    assert len(list(csv.reader(io.StringIO(exported.content.decode("utf-8-sig"), newline="")))) == 13
    bundle = desk.get("/desk/providers/export?format=fhir")
    assert bundle.headers["content-type"] == "application/fhir+json"
    for answer in (exported, bundle):
        assert write(read_file(answer.content).listings) == write(service.listings())
        assert answer.headers["cache-control"] == "no-store"
    assert desk.get("/desk/providers/export?format=exe").status_code == 400
    assert done()[1:] == [
        ("directory.exported", "directory:providers", "csv"),
        ("directory.exported", "directory:providers", "fhir"),
    ]
