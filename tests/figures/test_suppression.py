"""Small counts are left out, and nobody can work them out from what is shown."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.figures.suppression import FEW, FEWEST, HIDDEN, Cell, hide_small, suppress

COUNTS = st.lists(st.integers(0, 12), min_size=1, max_size=5)


@pytest.mark.parametrize(("counts", "shown"), [
    ([], []),
    ([0, 7, 20], [0, 7, 20]),
    ([3, 7, 20], [FEW, HIDDEN, 20]),  # 30 in all would give the 3 away
    ([2, 3, 20], [FEW, FEW, 20]),
    ([4, 4, 20], [FEW, FEW, HIDDEN]),  # two fours are the only way to 8
    ([1, 1, 0], [FEW, FEW, 0]),  # the sum is not shown either
    ([3, 0, 0], [FEW, 0, 0]),
    ([4, 4, 0], [HIDDEN, HIDDEN, HIDDEN]),
    ([1, 5, 5, 9], [FEW, HIDDEN, HIDDEN, HIDDEN]),  # two fives are the least that two can be
])  # fmt: skip
def test_small_counts_are_left_out_and_another_where_the_sum_would_give_one_away(counts: list[int], shown: list[Cell]) -> None:
    assert suppress(counts) == shown


def test_of_a_sum_that_was_left_out_no_part_is_shown() -> None:
    assert suppress([6, 0], HIDDEN) == [HIDDEN, HIDDEN]
    assert suppress([2, 0], FEW) == [FEW, 0]
    assert suppress([6, 9], 15) == [6, 9]


def test_a_count_alone() -> None:
    assert [hide_small(count) for count in (0, 1, 4, 5)] == [0, FEW, FEW, 5]


def possible(cell: Cell, shown: list[Cell], everything: bool) -> range:
    """Return what a reader who knows the rule can think of behind a cell."""
    if isinstance(cell, int):
        return range(cell, cell + 1)
    if everything:
        return range(61)
    if cell == FEW:
        return range(1, FEWEST)
    return range(FEWEST, min([one for one in shown if isinstance(one, int) and one], default=60) + 1)


def sums(ways: list[set[int]]) -> set[int]:
    """Return every sum of one number from each."""
    found = {0}
    for numbers in ways:
        found = {one + number for one in found for number in numbers}
    return found


@settings(deadline=None)
@given(COUNTS)
def test_every_small_count_may_have_been_another_number(counts: list[int]) -> None:
    shown, total = suppress(counts), hide_small(sum(counts))
    assert all(cell not in range(1, FEWEST) for cell in (*shown, total))
    assert all(count >= FEWEST or cell != count for count, cell in zip(counts, shown, strict=True) if count)
    if isinstance(total, str):
        return
    everything = set(shown) == {HIDDEN}
    ways = [set(possible(cell, shown, everything)) for cell in shown]
    for place, count in enumerate(counts):
        if 0 < count < FEWEST:
            others = sums(ways[:place] + ways[place + 1 :])
            assert len({number for number in ways[place] if total - number in others}) > 1


@settings(deadline=None)
@given(COUNTS)
def test_what_is_shown_is_true(counts: list[int]) -> None:
    for count, cell in zip(counts, suppress(counts), strict=True):
        assert cell in (count, HIDDEN) or (cell == FEW and 0 < count < FEWEST)
