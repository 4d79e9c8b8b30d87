"""How a value in `Event.data` is said: what the tables of kinds share."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Choices, Model

from sla import time_words
from sla.matrices import METRIC_LABELS, Metric

# How values are said, by their name in the data; the others are words already.
Words = dict[str, Callable[[Any], str]]


def label_of(choices: type[Choices]) -> Callable[[Any], str]:
    """Return what says one of `choices` by its value."""
    return lambda value: str(choices(value).label)


def metric(value: str) -> str:
    """Return the name of a commitment."""
    return str(METRIC_LABELS[Metric(value)])


def moment(value: str | None) -> str:
    """Return an ISO instant in the zone of the reader; a dash for none."""
    return time_words.format_instant(datetime.fromisoformat(value)) if value else "–"


def reference(model: type[Model]) -> Callable[[str | None], str]:
    """Return what names a row of the reference data by its code; one query, none without a code."""
    return lambda code: str(model._default_manager.filter(pk=code).first() or code) if code else "–"
