"""Where places are: from names, from the beginnings of postcodes, and honest about what is not known."""

from pathlib import Path

import pytest

from bot.providers.listing import DirectoryError
from bot.providers.places import Gazetteer, Point, read_places

LEEDS, YORK = Point(53.8, -1.55), Point(53.96, -1.08)


def test_a_known_distance_is_measured() -> None:
    assert LEEDS.km_to(YORK) == pytest.approx(35.6, abs=0.5)  # as maps tell it
    assert Point(0, 0).km_to(Point(0, 180)) == pytest.approx(20015, abs=1)  # half the way round


@pytest.mark.parametrize(
    "text", ["Leeds", "near LEEDS", "leeds, UK please", "LS6 2AB", "ls62ab", "I live at 12 Sample Road LS6 2AB", "LS6"]
)
def test_a_town_or_a_postcode_is_found_as_people_write_it(text: str) -> None:
    assert Gazetteer([("Leeds", LEEDS), ("LS6 2AB", LEEDS), ("York", YORK)]).find(text) == LEEDS


@pytest.mark.parametrize("text", ["New York", "", "Paris", "L", "99999", "in the"])
def test_what_is_not_known_is_not_guessed(text: str) -> None:
    assert Gazetteer([("Leeds", LEEDS), ("LS6 2AB", LEEDS), ("York", YORK)]).find(text) is None


def test_a_postcode_that_is_not_listed_is_where_those_that_begin_alike_are() -> None:
    gazetteer = Gazetteer([("60614", Point(41.9, -87.6)), ("60640", Point(42.0, -87.7)), ("90210", Point(34.1, -118.4))])
    near = gazetteer.find("60601")
    assert near and near.km_to(Point(41.95, -87.65)) < 1
    assert gazetteer.find("60701") is None


def test_two_places_of_one_name_far_apart_are_not_taken_for_one() -> None:
    gazetteer = Gazetteer([("Springfield, IL", Point(39.8, -89.6)), ("Springfield, MA", Point(42.1, -72.6))])
    assert gazetteer.find("Springfield") is None
    assert gazetteer.find("Springfield IL") == Point(39.8, -89.6)


def test_a_place_with_several_rows_is_in_their_middle() -> None:
    assert Gazetteer([("Leeds", Point(53.8, -1.5)), ("leeds", Point(53.9, -1.6))]).find("Leeds") == Point(
        pytest.approx(53.85), pytest.approx(-1.55)
    )


def test_the_clinics_own_places_are_read_and_a_bad_row_is_named(tmp_path: Path) -> None:
    path = tmp_path / "postcodes.csv"
    assert read_places(path) == []
    path.write_bytes("place,latitude,longitude\nLeeds,53.8,-1.55\n".encode("utf-8-sig"))
    assert read_places(path) == [("Leeds", LEEDS)]
    path.write_text("place,latitude,longitude\nLeeds,53.8,-1.55\nYork,north,1\n,1,1\n")
    with pytest.raises(DirectoryError) as raised:
        read_places(path)
    assert [problem.partition(":")[0] for problem in raised.value.problems] == ["postcodes.csv, row 3", "postcodes.csv, row 4"]
