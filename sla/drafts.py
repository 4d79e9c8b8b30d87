"""The hours that a calendar would have, were what stands in the forms of its page saved. Nothing is written."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.forms import BaseInlineFormSet

from sla.models import Calendar, CalendarVersion, ClosedDate, DayOverride

Parts = dict[type[models.Model], list[Any]]


def draft(calendar: Calendar, formsets: Sequence[BaseInlineFormSet]) -> dict[str, Any]:
    """Return the definition (as in `CalendarRevision`) of a calendar whose valid form was read into `calendar`.

    Parts that the `formsets`, valid too, do not name stay as they are stored, as they would when saved.
    """
    parts: Parts = {model: list(_stored(calendar, model)) for model in (CalendarVersion, ClosedDate, DayOverride)}
    for formset in formsets:
        model: Any = formset.model
        parts[model] = _with(formset, parts[model])
    return {
        "zone": calendar.zone,
        "round_the_clock": calendar.round_the_clock,
        "versions": sorted(
            ({"from": _iso(row.effective_from), "week": row.week} for row in parts[CalendarVersion]),
            key=lambda version: version["from"] or "",
        ),
        "closed": {_iso(row.date): row.name for row in parts[ClosedDate]},
        "overrides": {_iso(row.date): [list(span) for span in row.spans] for row in parts[DayOverride]},
    }


def _stored(calendar: Calendar, model: type[models.Model]) -> Iterable[Any]:
    return model._default_manager.filter(calendar=calendar.pk)


def _with(formset: BaseInlineFormSet, stored: Iterable[Any]) -> list[Any]:
    kept = {row.pk: row for row in stored}
    deleted = {id(form) for form in formset.deleted_forms}
    kept |= {form.instance.pk: form.instance for form in formset.initial_forms if form.has_changed()}
    for form in formset.initial_forms:
        if id(form) in deleted:
            kept.pop(form.instance.pk, None)
    fresh = [form.instance for form in formset.extra_forms if form.has_changed() and id(form) not in deleted]
    return [*kept.values(), *fresh]


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None
