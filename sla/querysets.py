"""Reading the reference data of promises."""

from datetime import date

from sla.models import Calendar, Matrix


def matrix_in_force(on: date) -> Matrix:
    """Return the target matrix in force on a date. Raises Matrix.DoesNotExist where none is."""
    return Matrix.objects.filter(effective_from__lte=on).latest("effective_from")


def round_the_clock() -> Calendar:
    """Return the one calendar that is always open. Raises Calendar.DoesNotExist without reference data."""
    return Calendar.objects.get(round_the_clock=True)
