"""Where a town or a postcode is, from the directory's own rows and clinic/postcodes.csv; no network."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

from bot.providers.compare import words
from bot.providers.listing import DirectoryError

EARTH_KM = 6371.0
KM_A_MILE = 1.609344
MILE_REGIONS = ("us", "uk")
MAX_SPREAD_KM = 60  # places of one name farther from their middle than this are different places
MIN_BEGINNING = 3  # characters of a postcode: an American sectional centre, most British districts
FILLERS = frozenset(("a", "the", "in", "near", "around", "by", "at", "close", "to", "from", "i", "live", "zip", "postcode"))
MAX_WORDS = 30


@dataclass(frozen=True)
class Point:
    """A place on earth, in degrees (WGS 84)."""

    latitude: float
    longitude: float

    def km_to(self, other: "Point") -> float:
        """Return the great-circle distance in kilometres (haversine formula)."""
        here, there = radians(self.latitude), radians(other.latitude)
        across = sin(radians(other.longitude - self.longitude) / 2) ** 2
        half = sin((there - here) / 2) ** 2 + cos(here) * cos(there) * across
        return 2 * EARTH_KM * asin(sqrt(min(1.0, half)))


class Gazetteer:
    """Where names are: towns by their name, postcodes also by their first characters."""

    def __init__(self, named: Iterable[tuple[str, Point]]) -> None:
        """Take names (towns or postcodes) with their points; a name may come many times."""
        names: dict[str, list[Point]] = defaultdict(list)
        beginnings: dict[str, list[Point]] = defaultdict(list)
        for name, point in named:
            for key in keys_of(name):
                names[key].append(point)
                for length in range(MIN_BEGINNING, len(key) if _is_postcode(key) else 0):
                    beginnings[key[:length]].append(point)
        self._names = {key: middle for key, points in names.items() if (middle := _middle(points))}
        self._beginnings = {key: middle for key, points in beginnings.items() if (middle := _middle(points))}

    def find(self, text: str) -> Point | None:
        """Return where the town or postcode in a text is, else the postcodes that begin alike; None when unknown."""
        keys = keys_in(text)
        beginnings = [key[:length] for key in keys if _is_postcode(key) for length in range(len(key), MIN_BEGINNING - 1, -1)]
        exact = next((self._names[key] for key in keys if key in self._names), None)
        return exact or next((self._beginnings[key] for key in beginnings if key in self._beginnings), None)


def keys_of(name: str) -> set[str]:
    """Return the keys a place is found by: "Springfield, IL" is a Springfield too."""
    return {_key(words(name)), _key(words(name.partition(",")[0]))} - {""}


def keys_in(text: str) -> list[str]:
    """Return the keys a text may mean, likeliest first: postcodes anywhere in it, then towns at its beginning, longer ones first.

    Only at its beginning: "Austin Texas" is in Austin, but "New York" is not in York.
    """
    parts = words(text)[:MAX_WORDS]
    while parts and parts[0] in FILLERS:
        parts = parts[1:]
    runs = [parts[at : at + length] for length in range(min(3, len(parts)), 0, -1) for at in range(len(parts) - length + 1)]
    postcodes = [key for run in runs if _is_postcode(key := _key(run))]
    return [*postcodes, *(_key(parts[:length]) for length in range(len(parts), 0, -1))]


def read_places(path: Path) -> list[tuple[str, Point]]:
    """Read the clinic's own places (columns place, latitude, longitude), none when there is no file; raises DirectoryError."""
    if not path.exists():
        return []
    places, problems = [], []
    rows = csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig", errors="replace"), newline=""))
    for number, row in enumerate(rows, 2):
        try:
            point = Point(float(row["latitude"]), float(row["longitude"]))
            if not (abs(point.latitude) <= 90 and abs(point.longitude) <= 180 and words(row["place"])):
                raise ValueError
        except (KeyError, TypeError, ValueError):
            problems.append(f"{path.name}, row {number}: write place, latitude and longitude, in degrees.")
        else:
            places.append((row["place"], point))
    if problems:
        raise DirectoryError(problems)
    return places


def _key(parts: tuple[str, ...]) -> str:
    return "".join(parts)  # "LS6 2AB" and "ls62ab" are one postcode


def _is_postcode(key: str) -> bool:
    return len(key) <= 10 and any(character.isdigit() for character in key)


def _middle(points: list[Point]) -> Point | None:
    """Return the middle of points that belong together; None when they do not, or there are none."""
    if not points:
        return None
    middle = Point(sum(point.latitude for point in points) / len(points), sum(point.longitude for point in points) / len(points))
    return middle if all(middle.km_to(point) <= MAX_SPREAD_KM for point in points) else None
