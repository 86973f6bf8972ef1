"""The geometry of the plots."""

from bot.figures.plots import Part, dots, largest, lengths, line, stack
from bot.figures.suppression import FEW


def test_the_largest_bar_is_full_and_what_is_left_out_has_none() -> None:
    assert lengths([5, FEW, 20, 0]) == [25.0, 0.0, 100.0, 0.0]
    assert lengths([0, 0]) == [0.0, 0.0] and lengths([]) == [] and largest([FEW]) == 1


def test_the_parts_of_a_bar_follow_each_other_and_fill_it() -> None:
    assert stack([30, FEW, 10]) == [Part(0.0, 75.0), Part(75.0, 0.0), Part(75.0, 25.0)]
    assert stack([0, 0]) == [Part(0.0, 0.0)] * 2


def test_a_line_goes_from_edge_to_edge_and_has_a_gap_where_a_count_is_left_out() -> None:
    assert line([0, 10, 5], 10) == "M0.00 100.00L50.00 0.00L100.00 50.00"
    assert line([10, FEW, 10, 10], 10) == "M0.00 0.00M66.67 0.00L100.00 0.00"
    assert line([FEW], 1) == "" and line([7], 7) == "M0.00 0.00"


def test_a_point_between_gaps_is_still_a_dot() -> None:
    assert dots([FEW, 5, FEW], 5) == "M50.00 0.00h0"
    assert dots([5, 5], 5) == "M0.00 0.00h0M100.00 0.00h0" and dots([FEW], 5) == ""
