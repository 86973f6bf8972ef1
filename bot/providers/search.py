"""The search: hard wishes filter, soft ones give points, and every result says what fits and what to ask. Pure.

Hard: takes new patients, age group, what is offered, near enough or by video. What a provider does not say passes, as a question.
Soft, in points: insurer and language 4 (1 when none is listed), a named need 3, video, evenings and both from one person 2,
new patients or ages told 1. The nearest has 6 more and loses one each time the distance doubles.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.providers.listing import AGE_GROUPS, BOTH, Listing
from bot.providers.places import EARTH_KM, KM_A_MILE, Gazetteer, Point, keys_in, keys_of
from bot.providers.reasons import NEAR_KM, Reason, find_reasons
from bot.providers.terms import Mask, Terms
from bot.providers.wish import Wish

Distances = NDArray[np.float64]  # kilometres, NaN where not known
Rows = NDArray[np.intp]
PAGE = 3
KM, MILES = "km", "miles"


@dataclass(frozen=True)
class Result:
    """A provider that was found: how far away (in the search's unit, None when not known), what fits, what to ask."""

    listing: Listing
    distance: float | None
    fits: tuple[Reason, ...]
    asks: tuple[Reason, ...]


@dataclass(frozen=True)
class Found:
    """One page of results, how many there are in all, which wishes gave way for them, and whether the place is known."""

    results: tuple[Result, ...]
    total: int
    relaxed: tuple[str, ...] = ()
    is_place_known: bool = True
    unit: str = KM


@dataclass(frozen=True)
class Vocabulary:
    """The names in the directory, each once, in order: what a patient's words can be matched against."""

    places: tuple[str, ...] = ()  # towns and postcodes
    insurers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    specialities: tuple[str, ...] = ()


class Index:
    """The directory in memory, for any number of threads to search at once; it never changes."""

    def __init__(self, listings: Iterable[Listing], places: Iterable[tuple[str, Point]] = ()) -> None:
        """Take the directory's listings and the clinic's own places."""
        rows = self._listings = sorted(listings, key=lambda listing: listing.reference)
        own_places = list(places)
        self._gazetteer = Gazetteer([*own_places, *_named_points(rows)])
        self.vocabulary = Vocabulary(
            places=_names([[listing.place, listing.postcode] for listing in rows] + [[name for name, _ in own_places]]),
            insurers=_names(listing.insurers for listing in rows),
            languages=_names(listing.languages for listing in rows),
            specialities=_names(listing.specialities for listing in rows),
        )
        points = [self._locate(listing) for listing in rows]
        self._latitudes = np.radians([point.latitude if point else np.nan for point in points])
        self._longitudes = np.radians([point.longitude if point else np.nan for point in points])
        self._offers = np.array([listing.offers for listing in rows], dtype="U10")
        self._has_partner = _mask(listing.coordinates_with for listing in rows)
        self._may_be_open = _mask(listing.accepting is not False for listing in rows)
        self._is_open = _mask(listing.accepting for listing in rows)
        self._telehealth = _mask(listing.telehealth for listing in rows)
        self._evenings = _mask(listing.evenings for listing in rows)
        self._tells_ages = _mask(listing.ages for listing in rows)
        self._sees = {group: _mask(group in listing.ages for listing in rows) for group in AGE_GROUPS}
        self._insurers = Terms([listing.insurers for listing in rows])
        self._languages = Terms([listing.languages for listing in rows])
        self._specialities = Terms([listing.specialities for listing in rows])
        self._rows_in = defaultdict(list)
        for row, listing in enumerate(rows):
            for key in keys_of(listing.place) | keys_of(listing.postcode):
                self._rows_in[key].append(row)

    def find(self, wish: Wish, unit: str = KM, offset: int = 0, limit: int = PAGE) -> Found:
        """Return the best results for a wish, best first; wishes give way one at a time when nothing fits."""
        point = self._gazetteer.find(wish.place) if wish.place else None
        km = self._km_from(point)
        is_there = self._in_place(wish.place)
        is_known = not wish.place or point is not None or bool(is_there.any())
        fitting, relaxed = self._fitting(wish, km, is_there, is_known)
        points = self._points(wish, km, is_there)[fitting]
        best = fitting[np.lexsort((np.nan_to_num(km[fitting], nan=np.inf), -points))]
        told = wish if is_known else replace(wish, place="")  # said once, not with each result
        results = tuple(self._result(int(row), told, km, is_there, unit) for row in best[offset : offset + limit])
        return Found(results, len(best), relaxed, is_known, unit)

    def _result(self, row: int, wish: Wish, distances: Distances, is_there: Mask, unit: str) -> Result:
        km = None if np.isnan(distances[row]) else float(distances[row])
        distance = None if km is None else round(km / KM_A_MILE if unit == MILES else km, 1)
        return Result(self._listings[row], distance, *find_reasons(self._listings[row], wish, km, bool(is_there[row])))

    def _fitting(self, wish: Wish, km: Distances, is_there: Mask, is_known: bool) -> tuple[Rows, tuple[str, ...]]:
        """Return the rows no hard wish rules out, and which wishes gave way: first the distance, then the offer, then both.

        New patients and age group never give way: a name that cannot see the patient helps nobody.
        """
        always = self._may_be_open
        if wish.age_group:
            always = always & (self._sees[wish.age_group] | ~self._tells_ages)
        strict, nearly = {}, {}
        if is_known and (wish.place or wish.telehealth):
            reach = "distance" if wish.place else "telehealth"
            strict[reach], nearly[reach] = self._in_reach(wish, km, is_there), np.ones(len(self._listings), dtype=bool)
        if wish.offers:
            strict["offers"], nearly["offers"] = self._offered(wish)
        names = tuple(strict)
        for relaxed in ((), *((name,) for name in names), *([names] if len(names) > 1 else [])):
            masks = [nearly[name] if name in relaxed else strict[name] for name in names]
            if (fitting := np.logical_and.reduce([always, *masks])).any():
                return np.flatnonzero(fitting), relaxed
        return np.flatnonzero(np.zeros(0)), ()

    def _in_reach(self, wish: Wish, km: Distances, is_there: Mask) -> Mask:
        near = is_there | (km <= NEAR_KM)
        return near | self._telehealth if wish.telehealth else near

    def _offered(self, wish: Wish) -> tuple[Mask, Mask]:
        """Return who offers what is wished, and who does when that gives way: a part of both, or it through a partner."""
        own: Mask = (self._offers == BOTH) | (self._offers == wish.offers)
        with_partner: Mask = own | self._has_partner
        return (with_partner, np.ones_like(own)) if wish.offers == BOTH else (own, with_partner)

    def _points(self, wish: Wish, km: Distances, is_there: Mask) -> NDArray[np.int64]:
        points = self._is_open.astype(np.int64)
        for wished, terms in ((wish.insurer, self._insurers), (wish.language, self._languages)):
            if wished:
                points += np.where(terms.rows(wished), 4, np.where(terms.is_listed, 0, 1))
        if wish.needs:
            points += 3 * np.logical_or.reduce([self._specialities.rows(need) for need in wish.needs])
        points += 2 * (wish.telehealth & self._telehealth)
        points += 2 * (wish.evenings & self._evenings)
        points += 2 * ((wish.offers == BOTH) & (self._offers == BOTH))
        points += bool(wish.age_group) & self._tells_ages
        if wish.place:
            nearness = np.where(np.isnan(km), np.where(is_there, 6, 0), 6 - np.floor(np.log2(1 + np.nan_to_num(km) / 5)))
            by_video = wish.telehealth & self._telehealth
            points += np.where(by_video, np.maximum(nearness, 0), nearness).astype(np.int64)
        return points

    def _km_from(self, point: Point | None) -> Distances:
        """Return each row's distance in kilometres (haversine formula), NaN where one of the places is not known."""
        if point is None:
            return np.full(len(self._listings), np.nan)
        latitude, longitude = np.radians([point.latitude, point.longitude])
        across = np.sin((self._longitudes - longitude) / 2) ** 2
        half = np.sin((self._latitudes - latitude) / 2) ** 2 + np.cos(latitude) * np.cos(self._latitudes) * across
        km: Distances = 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
        return km

    def _in_place(self, text: str) -> Mask:
        """Return the rows in the very town or postcode that a text names."""
        mask = np.zeros(len(self._listings), dtype=bool)
        mask[next((self._rows_in[key] for key in keys_in(text) if key in self._rows_in), [])] = True
        return mask

    def _locate(self, listing: Listing) -> Point | None:
        if listing.latitude is not None and listing.longitude is not None:
            return Point(listing.latitude, listing.longitude)
        names = (listing.postcode, listing.place)
        return next((point for name in names if name and (point := self._gazetteer.find(name))), None)


def _named_points(listings: Iterable[Listing]) -> Iterable[tuple[str, Point]]:
    for listing in listings:
        if listing.latitude is not None and listing.longitude is not None:
            point = Point(listing.latitude, listing.longitude)
            yield from ((name, point) for name in (listing.place, listing.postcode) if name)


def _names(rows: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(sorted({name for row in rows for name in row if name}))


def _mask(values: Iterable[object]) -> Mask:
    return np.array([bool(value) for value in values], dtype=bool)
