"""Decimal figures: rounded as people reckon, in the language of the reader, from one place."""

import ast
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from sla.figures import format_number, format_percent, rounded
from tests.test_architecture import APPS, ROOT, modules, name, tree


class TestFormatPercent:
    @pytest.mark.parametrize(
        ("met", "of", "said"),
        [
            (29, 50, "58.0"),
            (57, 100, "57.0"),
            (2, 3, "66.7"),
            (1, 8, "12.5"),
            (1, 16, "6.3"),
            (9_999, 10_000, "99.9"),
            (1_999, 2_000, "99.9"),
            (999, 1_000, "99.9"),
            (7, 7, "100.0"),
            (0, 7, "0.0"),
        ],
    )
    def test_rounds_and_is_100_only_where_all_were_kept(self, met, of, said):
        with translation.override("en"):
            assert format_percent(Fraction(met, of), 1) == said

    def test_takes_floats_as_they_are_written(self):
        with translation.override("en"):
            assert [format_percent(met / 50, 1) for met in (29, 28, 7)] == ["58.0", "56.0", "14.0"]

    def test_has_the_sign_of_the_language(self):
        with translation.override("fr"):
            assert format_percent(Fraction(2, 3), 1) == "66,7"

    @given(st.integers(0, 5_000), st.integers(1, 5_000), st.integers(0, 3))
    def test_is_the_nearest_figure_but_below_all(self, met, of, places):
        met = min(met, of)
        exact = Decimal(met) * 100 / Decimal(of)
        nearest = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        with translation.override("en"):
            said = Decimal(format_percent(Fraction(met, of), places))
        assert said == (nearest if met == of or nearest < 100 else 100 - Decimal(1).scaleb(-places))


class TestFormatNumber:
    @pytest.mark.parametrize(
        ("value", "places", "said"),
        [(0.125, 2, "0.13"), (-0.125, 2, "-0.13"), (2.675, 2, "2.68"), (1.005, 2, "1.01"), (1234567, 0, "1,234,567")],
    )
    def test_rounds_half_up(self, value, places, said):
        with translation.override("en"):
            assert format_number(value, places, grouped=True) == said

    @given(st.integers(-(10**9), 10**9), st.integers(1, 10**6), st.integers(0, 4))
    def test_is_never_further_off_than_half_a_unit(self, above, below, places):
        value = Fraction(above, below)
        assert abs(Fraction(rounded(value, places)) - value) <= Fraction(1, 2 * 10**places)


def test_no_other_place_formats_numbers():
    """Django's own way cuts a float; templates have no filter for it either."""
    calling = {
        name(path)
        for path in modules(*APPS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in ("number_format", "floatformat")
    }
    assert calling == {"sla/figures.py"}
    assert [path.name for path in (ROOT / "templates").rglob("*.html") if "|floatformat" in path.read_text()] == []
