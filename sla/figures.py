"""Decimal figures in the active language, rounded half up: the one place that formats numbers with a fraction.

Django's `number_format` cuts what it is not told to show, so 29 of 50 became 57.9 %.
"""

from decimal import Decimal
from fractions import Fraction
from math import floor

from django.utils import formats

Number = int | float | Decimal | Fraction


def format_number(value: Number, places: int = 0, *, grouped: bool = False) -> str:
    """Return a number with so many places behind the decimal sign of the language; `grouped`: "1,234"."""
    return formats.number_format(rounded(value, places), places, force_grouping=grouped)


def format_percent(share: Number, places: int = 0) -> str:
    """Return a share of one as its per cent, without the sign: 29/50 is "58". Never 100 where it is not all."""
    percent = rounded(_exact(share) * 100, places)
    if share < 1 and percent >= 100:
        percent = 100 - Decimal(1).scaleb(-places)
    return formats.number_format(percent, places)


def rounded(value: Number, places: int = 0) -> Decimal:
    """Return a number rounded half up, as people reckon; a float counts as the decimal that Python writes for it."""
    scaled = _exact(value) * 10**places
    whole = floor(abs(scaled) + Fraction(1, 2))
    return Decimal(whole if scaled >= 0 else -whole).scaleb(-places)


def _exact(value: Number) -> Fraction:
    return Fraction(str(value)) if isinstance(value, float) else Fraction(value)
