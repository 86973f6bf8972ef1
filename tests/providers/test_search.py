"""The search: hard wishes hold, soft ones rank, results say why, and nothing found widens honestly."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.providers.listing import AGE_GROUPS, OFFERS, Listing
from bot.providers.places import Point
from bot.providers.reasons import ASKS, FITS
from bot.providers.search import KM, MILES, Found, Index
from bot.providers.wish import Wish
from tests.providers.strategies import AGES, YES_OR_NO, steady

HERE, NEAR, FAR = (44.0, -100.0), (44.2, -100.0), (46.0, -100.0)  # 22 km and 222 km from HERE


def provider(reference: str, at: tuple[float, float] | None = HERE, **fields: object) -> Listing:
    latitude, longitude = at or (None, None)
    known = {"offers": "both", "accepting": True, "place": "", "booking": "01632 960 110"}
    return Listing(reference=reference, name=reference, latitude=latitude, longitude=longitude, **known | fields)  # type: ignore[arg-type]


def names(found: Found) -> list[str]:
    return [result.listing.reference for result in found.results]


def codes(found: Found, number: int = 0) -> tuple[list[str], list[str]]:
    result = found.results[number]
    return [reason.code for reason in result.fits], [reason.code for reason in result.asks]


def search(*listings: Listing, unit: str = KM, **wish: object) -> Found:
    return Index(listings, [("Here", Point(*HERE))]).find(Wish(**wish), unit, limit=20)  # type: ignore[arg-type]


def test_the_nearest_comes_first_and_its_distance_is_told_in_the_regions_unit() -> None:
    far, near = provider("far", NEAR), provider("near")
    assert names(search(far, near, place="Here")) == ["near", "far"]
    assert [result.distance for result in search(far, near, place="Here").results] == [0.0, 22.2]
    assert [result.distance for result in search(far, near, place="Here", unit=MILES).results] == [0.0, 13.8]


def test_what_is_wished_outranks_some_distance_but_not_any() -> None:
    takes = provider("takes", NEAR, insurers=("Aetna PPO",))
    there = provider("there", insurers=("Cigna",))
    silent = provider("silent")
    found = search(takes, there, silent, place="Here", insurer="aetna")
    assert names(found) == ["takes", "silent", "there"]
    assert codes(found, 0) == (["accepting", "near", "insurer"], [])
    assert codes(found, 1) == (["accepting", "near"], ["insurer_unknown"])
    assert codes(found, 2) == (["accepting", "near"], ["insurer_not_listed"])
    assert found.results[0].fits[2].value == "Aetna PPO" and found.results[2].asks[0].value == "aetna"


@pytest.mark.parametrize(
    ("wish", "fits", "asks"),
    [
        ({"language": "spanish"}, "language", "language_not_listed"),
        ({"needs": ("eating disorder",)}, "speciality", "speciality_not_listed"),
        ({"evenings": True}, "evenings", "evenings_no"),
        ({"place": "Here", "telehealth": True}, "telehealth", "telehealth_no"),
    ],
)
def test_each_soft_wish_ranks_and_is_told_either_way(wish: dict[str, object], fits: str, asks: str) -> None:
    has = provider("z", languages=("Spanish",), specialities=("Eating disorders",), evenings=True, telehealth=True)
    lacks = provider("a", languages=("English",), specialities=("Sleep",), evenings=False, telehealth=False)
    unsure = provider("b")
    found = search(has, lacks, unsure, **wish)
    assert names(found)[0] == "z" and fits in codes(found)[0]
    by_name = {result.listing.reference: {reason.code for reason in result.asks} for result in found.results}
    assert asks in by_name["a"] and by_name["b"] & {f"{fits}_unknown"}


def test_who_takes_no_new_patients_or_sees_others_is_never_a_result() -> None:
    found = search(provider("full", accepting=False), provider("adults", ages=("adult",)), age_group="teen")
    assert found == Found((), 0)


def test_what_is_not_known_is_a_question_not_a_no() -> None:
    found = search(provider("unknown", accepting=None, booking=""), provider("known", ages=("teen",)), age_group="teen")
    assert names(found) == ["known", "unknown"]
    assert codes(found, 1) == ([], ["accepting_unknown", "age_group_unknown", "booking_unknown"])


def test_both_is_one_person_or_two_who_work_together() -> None:
    both, pair = provider("both"), provider("a-pair", offers="therapy", coordinates_with="Dr. Ben Sample")
    found = search(both, pair, provider("alone", offers="therapy"), offers="both")
    assert names(found) == ["both", "a-pair"] and found.relaxed == ()
    assert codes(found, 0)[0][0] == "offers_both"
    assert found.results[1].fits[0].code == "works_with" and found.results[1].fits[0].value == "Dr. Ben Sample"


def test_nobody_near_widens_the_distance_and_says_so() -> None:
    found = search(provider("far", FAR), place="Here")
    assert (names(found), found.relaxed) == (["far"], ("distance",))
    assert codes(found) == (["accepting"], ["far"])


def test_by_video_no_distance_is_too_far() -> None:
    found = search(provider("far", FAR, telehealth=True), provider("none", None, telehealth=True), place="Here", telehealth=True)
    assert (sorted(names(found)), found.relaxed) == (["far", "none"], ())
    assert codes(found) == (["accepting", "telehealth"], [])


def test_nobody_by_video_gives_way_too() -> None:
    found = search(provider("unsure"), telehealth=True)
    assert (names(found), found.relaxed, codes(found)[1]) == (["unsure"], ("telehealth",), ["telehealth_unknown"])


def test_the_distance_gives_way_before_the_offer_and_both_only_together() -> None:
    therapist, prescriber = provider("therapist", offers="therapy"), provider("prescriber", FAR, offers="medication")
    assert search(therapist, prescriber, place="Here", offers="medication").relaxed == ("distance",)
    pair = replace(therapist, coordinates_with="a prescriber")
    found = search(pair, place="Here", offers="medication")
    assert (names(found), found.relaxed) == (["therapist"], ("offers",))
    assert codes(found) == (["works_with", "accepting", "near"], ["offers_only_therapy"])
    far_pair = replace(pair, latitude=FAR[0])
    assert search(far_pair, place="Here", offers="medication").relaxed == ("distance", "offers")
    assert search(therapist, offers="medication") == Found((), 0)


def test_a_place_that_is_not_known_is_said_once_and_filters_nobody() -> None:
    found = search(provider("a"), provider("b", FAR), place="Elsewhere")
    assert (names(found), found.is_place_known, found.relaxed) == (["a", "b"], False, ())
    assert codes(found) == (["accepting"], [])


def test_a_town_without_coordinates_is_found_by_its_name() -> None:
    found = search(provider("a", None, place="Newtown"), provider("b", None, place="Oldtown"), place="newtown")
    assert (names(found), found.is_place_known) == (["a"], True)
    assert found.results[0].fits[1].code == "same_place" and found.results[0].distance is None


def test_a_row_without_coordinates_is_where_others_of_its_town_are() -> None:
    found = search(provider("a", None, place="Here"), place="Here")
    assert found.results[0].distance == 0.0


def test_pages_follow_each_other_without_gap_or_repeat() -> None:
    index = Index([provider(f"P{number}") for number in range(8)])
    pages = [index.find(Wish(), offset=offset) for offset in (0, 3, 6, 9)]
    assert [names(page) for page in pages] == [["P0", "P1", "P2"], ["P3", "P4", "P5"], ["P6", "P7"], []]
    assert {page.total for page in pages} == {8}


def test_an_empty_directory_has_no_results() -> None:
    assert Index([]).find(Wish(place="Here", telehealth=True, offers="both", insurer="x", needs=("y",))) == Found(
        (), 0, is_place_known=False
    )


def test_a_wish_that_is_no_wish_is_refused_without_its_words() -> None:
    for wrong in ({"offers": "secret"}, {"age_group": "secret"}):
        with pytest.raises(ValueError, match="must be one of") as raised:
            Wish(**wrong)  # type: ignore[arg-type]
        assert "secret" not in str(raised.value)


NAMES = st.sampled_from(("", "Aetna", "Aetna PPO", "Blue Cross", "Spanish", "anxiety", "-"))
SPOTS = st.sampled_from((None, HERE, NEAR, FAR))


@st.composite
def worlds(draw: st.DrawFn) -> list[Listing]:
    some_names = st.lists(NAMES.filter(bool), max_size=2, unique=True).map(tuple)
    return [
        provider(
            f"P{number}",
            draw(SPOTS),
            offers=draw(st.sampled_from(OFFERS)),
            coordinates_with=draw(st.sampled_from(("", "somebody"))),
            place=draw(st.sampled_from(("", "Here", "There"))),
            insurers=draw(some_names),
            languages=draw(some_names),
            specialities=draw(some_names),
            telehealth=draw(YES_OR_NO),
            evenings=draw(YES_OR_NO),
            accepting=draw(YES_OR_NO),
            ages=draw(AGES),
        )
        for number in range(draw(st.integers(0, 8)))
    ]


wishes = st.builds(
    Wish,
    place=st.sampled_from(("", "Here", "There", "Nowhere")),
    telehealth=st.booleans(),
    needs=st.lists(NAMES, max_size=2).map(tuple),
    offers=st.sampled_from(("", *OFFERS)),
    insurer=NAMES,
    language=NAMES,
    age_group=st.sampled_from(("", *AGE_GROUPS)),
    evenings=st.booleans(),
)


def breaks(listing: Listing, wish: Wish, relaxed: tuple[str, ...]) -> bool:
    """Tell whether a result breaks a wish that may never give way, or one that did not."""
    sees = not wish.age_group or not listing.ages or wish.age_group in listing.ages
    own = not wish.offers or listing.offers in (wish.offers, "both")
    through = own or bool(listing.coordinates_with)
    offered = {True: wish.offers == "both" or through, False: through if wish.offers == "both" else own}["offers" in relaxed]
    by_video = wish.place or not wish.telehealth or listing.telehealth is True or "telehealth" in relaxed
    return listing.accepting is False or not sees or not offered or not by_video


@steady
@given(worlds(), wishes)
def test_no_result_breaks_a_hard_wish_and_each_says_all_it_was_asked(world: list[Listing], wish: Wish) -> None:
    found = Index(world).find(wish, limit=20)
    assert found.total == len(found.results)
    for result in found.results:
        assert not breaks(result.listing, wish, found.relaxed)
        said = {reason.code for reason in (*result.fits, *result.asks)}
        assert said <= {*FITS, *ASKS} and {"accepting", "accepting_unknown"} & said
        for field, wished in (("insurer", wish.insurer), ("language", wish.language), ("evenings", wish.evenings)):
            assert not wished or any(code.startswith(field) for code in said)
        assert {reason.code for reason in result.fits} <= set(FITS) and {reason.code for reason in result.asks} <= set(ASKS)


@steady
@given(worlds(), wishes, wishes)
def test_one_more_wish_never_adds_a_result_that_breaks_a_hard_one(world: list[Listing], wish: Wish, more: Wish) -> None:
    index = Index(world)
    for field in ("age_group", "offers", "insurer", "language", "needs", "evenings"):
        added = replace(wish, **{field: getattr(wish, field) or getattr(more, field)})
        before, after = index.find(wish, limit=20), index.find(added, limit=20)
        if after.relaxed == before.relaxed:
            assert {result.listing.reference for result in after.results} <= {
                result.listing.reference for result in before.results
            }
        assert not any(breaks(result.listing, added, after.relaxed) for result in after.results)


@steady
@given(worlds(), wishes, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_of_the_rows(world: list[Listing], wish: Wish, random: object) -> None:
    shuffled = list(world)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert Index(shuffled).find(wish, limit=20) == Index(world).find(wish, limit=20)
