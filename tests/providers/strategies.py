"""Listings for property tests: any that a file or a form can hold, and small worlds to search in."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from bot.providers.fields import clean, split_list
from bot.providers.listing import AGE_GROUPS, LENGTHS, OFFERS, Listing

# a busy machine fails nothing, and every run tries the same examples
steady = settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
YES_OR_NO = st.sampled_from((True, False, None))
AGES = st.sets(st.sampled_from(AGE_GROUPS)).map(lambda groups: tuple(group for group in AGE_GROUPS if group in groups))
BOOKINGS = st.sampled_from(("", "https://clinic.example/book?a=1&b=2", "+44 1632 960 110", "(03) 5555 6473 ext. 12"))


def texts(field: str) -> st.SearchStrategy[str]:
    """Any text a field can hold, the awkward ones among them: quotes, formulas, delimiters, line breaks, control characters."""
    awkward = st.sampled_from(("=1+1", "@x", "'-5", '"', "'", ";", ",", "\n", "\t", "é", "a, b", "\x00", "-1", "+44"))
    anything = st.lists(st.one_of(awkward, st.text(max_size=8)), max_size=4).map("".join)
    return anything.map(lambda text: clean(text)[: LENGTHS[field]].strip())


def lists(field: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(texts(field), max_size=4).map(lambda items: split_list(";".join(items)))


def degrees(limit: int) -> st.SearchStrategy[float]:
    return st.integers(-limit * 10**6, limit * 10**6).map(lambda millionths: round(millionths / 10**6, 6))


@st.composite
def listings(draw: st.DrawFn) -> Listing:
    latitude, longitude = draw(st.one_of(st.just((None, None)), st.tuples(degrees(90), degrees(180))))
    return Listing(
        reference=draw(texts("reference").filter(bool)),
        name=draw(texts("name").filter(bool)),
        credentials=draw(texts("credentials")),
        offers=draw(st.sampled_from(OFFERS)),
        coordinates_with=draw(texts("coordinates_with")),
        specialities=draw(lists("specialities")),
        place=draw(texts("place")),
        postcode=draw(texts("postcode")),
        latitude=latitude,
        longitude=longitude,
        telehealth=draw(YES_OR_NO),
        insurers=draw(lists("insurers")),
        languages=draw(lists("languages")),
        ages=draw(AGES),
        evenings=draw(YES_OR_NO),
        accepting=draw(YES_OR_NO),
        booking=draw(BOOKINGS),
    )


directories = st.lists(listings(), max_size=6, unique_by=lambda listing: listing.reference)
