"""The arithmetic of the benchmark, and how its tables reach the page."""

import json
from pathlib import Path

import pytest

from tools.bench.figures import Figure, each, figure, ratio
from tools.bench.pages import placed, tables

ROOT = Path(__file__).resolve().parents[3]


def test_start_and_submission_are_told_apart() -> None:
    """By a run of one and a run of several."""
    start, own = each(7, 13, 4)
    assert (start, own) == (5, 2)
    with pytest.raises(ValueError, match="more than one"):
        each(7, 7, 1)


def test_a_ratio_has_the_spread_of_its_pairs() -> None:
    """Of those that were measured in turns, or of all."""
    assert ratio([2, 6], [1, 2], paired=True) == Figure(2.5, 2, 3, 2)
    assert ratio([2, 6], [1, 2], paired=False) == Figure(4 / 1.5, 1, 6, 4)
    with pytest.raises(ValueError, match="too short"):
        ratio([1], [-0.1], paired=True)


def test_a_figure_shows_its_spread() -> None:
    """A median, with the least and the greatest if it was repeated."""
    assert figure([1234.5, 2, 3]).text() == "3.00 (2.00 to 1,234.50)"
    assert figure([0.0123]).text(3) == "0.012"


def test_a_table_takes_the_place_of_the_last_one() -> None:
    """Between its marks and nowhere else; without a place it is an error."""
    text = "a\n<!-- bench: x -->\nold\n<!-- /bench -->\n<!-- bench: y -->\nkept\n<!-- /bench -->\n"
    assert placed(text, "x", "new\n") == text.replace("old", "new")
    assert placed(placed(text, "x", r"\1"), "x", "old\n") == text
    with pytest.raises(ValueError, match="no one place"):
        placed(text, "z", "new\n")


def test_the_page_shows_what_was_measured() -> None:
    """Its tables are those of the numbers that are kept beside it."""
    page = (ROOT / "docs/performance.md").read_text("utf-8")
    told = json.loads((ROOT / "docs/bench.json").read_text("utf-8"))
    for name, table in tables(told).items():
        assert placed(page, name, table) == page, name
