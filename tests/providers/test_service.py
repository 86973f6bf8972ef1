"""The verbs on the directory, on a real database: all or nothing, and every thread searches the present version."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.db import transaction
from bot.providers import service
from bot.providers.files import read_file
from bot.providers.listing import DirectoryError, Listing
from bot.providers.models import Provider
from bot.providers.service import Change
from bot.providers.wish import Wish
from bot.settings import ROOT
from tests.providers.strategies import directories, steady

pytestmark = pytest.mark.usefixtures("database")
ALMA = Listing(
    "P1", "Alma Example", "both", insurers=("Aetna",), ages=("adult",), latitude=44.0, longitude=-100.5, accepting=True
)
BEN = Listing("P2", "Ben Sample", "medication", place="Sampletown", telehealth=False)


def names(wish: Wish | None = None) -> list[str]:
    return [result.listing.name for result in service.find(wish or Wish()).results]


def test_what_is_saved_is_found_as_it_was_until_it_is_removed() -> None:
    service.save(ALMA)
    service.save(BEN)
    assert service.listings() == [ALMA, BEN] and service.count() == 2
    assert service.get("P1") == ALMA and service.get("P3") is None
    service.save(replace(ALMA, name="Alma Other"))
    assert names() == ["Alma Other", "Ben Sample"]
    assert service.remove("P1") and not service.remove("P1")
    assert names() == ["Ben Sample"]


def test_replacing_all_says_what_it_did_and_leaves_the_same_rows_alone() -> None:
    assert service.replace_all([ALMA, BEN]) == Change(2, 0, 0, 0)
    before = {row.reference: row.updated_at for row in rows()}
    cora = Listing("P3", "Cora", "therapy")
    assert service.replace_all([ALMA, cora], dry_run=True) == Change(1, 0, 1, 1)
    assert service.listings() == [ALMA, BEN]
    assert service.replace_all([replace(ALMA, place="Here"), BEN, cora]) == Change(1, 1, 0, 1)
    after = {row.reference: row.updated_at for row in rows()}
    assert after["P1"] > before["P1"] and after["P2"] == before["P2"]
    assert service.replace_all([]) == Change(0, 0, 3, 0)
    assert names() == []


def rows() -> list[Provider]:
    with transaction() as session:
        return list(session.scalars(select(Provider)))


def test_two_providers_of_one_reference_change_nothing() -> None:
    service.save(ALMA)
    with pytest.raises(DirectoryError, match="reference: 'P2' stands 2 times"):
        service.replace_all([BEN, BEN])
    assert service.listings() == [ALMA]


def test_an_error_in_a_larger_transaction_takes_the_directory_back_too() -> None:
    service.save(ALMA)
    assert names() == ["Alma Example"]
    with pytest.raises(RuntimeError), transaction():
        service.replace_all([BEN])
        raise RuntimeError
    assert service.listings() == [ALMA] and names() == ["Alma Example"]


@settings(steady, max_examples=25)
@given(directories)
def test_any_directory_comes_back_from_the_database_as_it_was(listings: list[Listing]) -> None:
    service.replace_all(listings)
    assert {listing.reference: listing for listing in service.listings()} == {listing.reference: listing for listing in listings}


@settings(steady, max_examples=25)
@given(st.binary(max_size=200))
def test_a_file_is_loaded_whole_or_the_directory_stays_as_it_was(data: bytes) -> None:
    service.replace_all([ALMA, BEN])
    try:
        contents = read_file(b"reference,name,offers\nP7,Gus,therapy\n" + data)
        service.replace_all(contents.listings)
    except DirectoryError:
        assert service.listings() == [ALMA, BEN]
    else:
        assert {listing.reference for listing in service.listings()} == {listing.reference for listing in contents.listings}


def test_every_thread_finds_the_present_version() -> None:
    service.replace_all([ALMA])
    with ThreadPoolExecutor(8) as pool:
        assert set(map(tuple, pool.map(lambda _: names(), range(40)))) == {("Alma Example",)}
        service.replace_all([BEN])
        assert set(map(tuple, pool.map(lambda _: names(), range(40)))) == {("Ben Sample",)}


def test_the_unit_is_the_regions_and_the_clinics_own_places_are_known(
    configure: Callable[..., None], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clinic = tmp_path / "clinic"
    copytree(ROOT / "clinic", clinic)
    configure(clinic_file=clinic / "clinic.yml")
    service.save(ALMA)
    assert not service.find(Wish(place="Overthere")).is_place_known
    (clinic / "postcodes.csv").write_text("place,latitude,longitude\nOverthere,44.1,-100.5\n")
    found = service.find(Wish(place="Overthere"))
    assert (found.is_place_known, found.unit, found.results[0].distance) == (True, "miles", 6.9)
    facts = clinic / "clinic.yml"
    facts.write_text(facts.read_text().replace("region: us", "region: canada"))
    configure(clinic_file=facts)
    found = service.find(Wish(place="Overthere"))
    assert (found.unit, found.results[0].distance) == ("km", 11.1)
    (clinic / "postcodes.csv").write_text("place,latitude,longitude\nOverthere,here,there\n")
    assert service.find(Wish(place="Overthere")).total == 1
    assert "postcodes.csv, row 2" in caplog.text


def test_the_vocabulary_holds_each_name_once() -> None:
    service.replace_all([ALMA, replace(BEN, insurers=("Aetna", "Cigna"), languages=("Spanish",))])
    words = service.vocabulary()
    assert (words.places, words.insurers, words.languages) == (("Sampletown",), ("Aetna", "Cigna"), ("Spanish",))
