"""Form fields for a date and a time that a person types by the clock on their wall, and the inputs they are typed in.

Every date and time of every form is one of these; the back office maps model fields to them
(`config/back_office/typed_times.py`).
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from sla.clock_changes import ClockChange, change_at
from sla.time_bounds import FIRST_DAY, LAST_DAY, OUT_OF_BOUNDS, is_within
from sla.time_words import format_clock, format_date, zone_name

FIRST, SECOND = "first", "second"
_YEAR_FIRST = re.compile(r"\s*[+-]?(\d+)-\d+-\d+", re.ASCII)


class TypedTime(str):
    """What was typed, and which of two equal times is meant: `FIRST`, `SECOND`, "" where nobody said."""

    which: str = ""

    @classmethod
    def of(cls, text: str, which: str = "") -> "TypedTime":
        typed = cls(text)
        typed.which = which if which in (FIRST, SECOND) else ""
        return typed


def _zone_named(words: str) -> str:
    zone = gettext("Your time (%(zone)s).") % {"zone": timezone.get_current_timezone_name()}
    return f"{zone} {words}" if words else zone


zone_named = lazy(_zone_named, str)


class InstantInput(forms.DateTimeInput):
    """The browser's own input; under it the question which of two is meant, wherever the time shown exists twice."""

    input_type = "datetime-local"
    supports_microseconds = True  # kept with the instant, not shown

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        text = data.get(name)
        return TypedTime.of(text, str(data.get(f"{name}_which") or "")) if isinstance(text, str) else text

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        shown = context["widget"]["attrs"]
        shown.setdefault("min", f"{FIRST_DAY}T00:00")
        shown.setdefault("max", f"{LAST_DAY}T23:59:59")
        shown.setdefault("title", _zone_named(""))
        if re.search(r"T\d\d:\d\d:\d\d", str(value or "")):
            shown.setdefault("step", "1")
        return context

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        field = super().render(name, value, attrs, renderer)
        change = _twice(value)
        if change is None:
            return field
        asked = Which(attrs={"class": "form-select form-select-sm cc-which"}, choices=_choices(change))
        about = {"aria-label": gettext("Which of the two"), "id": f"{(attrs or {}).get('id', f'id_{name}')}_which"}
        return format_html("{}{}", field, asked.render(f"{name}_which", getattr(value, "which", ""), about))


class Which(forms.Select):
    """The first or the second of two equal times."""


class InstantField(forms.DateTimeField):
    """An instant, typed in the reader's zone; its value is in UTC, for Python compares no time that a zone has twice.

    Text that was left as it was shown leaves the instant alone, to the microsecond. A time that does not exist is
    refused, one that exists twice is asked about, and both by words that say why.
    """

    widget = InstantInput

    def __init__(self, *, help_text: Any = "", **options: Any) -> None:
        super().__init__(help_text=zone_named(help_text), **options)

    def prepare_value(self, value: Any) -> Any:
        return _shown(value) if isinstance(value, datetime) else value

    def _clean_bound_field(self, bound: forms.BoundField) -> Any:
        known = bound.initial
        if not self.disabled and _is_unchanged(known, bound.data):
            return known
        return super()._clean_bound_field(bound)  # type: ignore[misc]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return not self.disabled and not _is_unchanged(initial, data) and super().has_changed(initial, data)

    def to_python(self, value: Any) -> datetime | None:
        """Return the instant of what was typed. Raises ValidationError in words that say what to do."""
        if value in self.empty_values:
            return None
        at = value if isinstance(value, datetime) else self._read(value)
        if at.tzinfo is None:
            _check_day(at.date())
            at = _resolved(at, getattr(value, "which", ""))
        if not is_within(at):
            raise ValidationError(OUT_OF_BOUNDS, code="out_of_bounds")
        return at

    def _read(self, value: Any) -> datetime:
        if isinstance(value, date):
            return datetime.combine(value, time())
        _check_year(str(value))
        try:
            at = parse_datetime(str(value).strip())
        except ValueError:
            at = None
        return at or self._in_the_language(str(value).strip())

    def _in_the_language(self, text: str) -> datetime:
        for layout in self.input_formats or ():
            try:
                return datetime.strptime(text, layout)  # noqa: DTZ007 - local: its zone is given by who asks
            except (ValueError, TypeError):
                continue
        raise ValidationError(self.error_messages["invalid"], code="invalid")


class DayInput(forms.DateInput):
    """The browser's own input of a date."""

    input_type = "date"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__({"min": str(FIRST_DAY), "max": str(LAST_DAY), **(attrs or {})}, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A date within the bounds."""

    widget = DayInput

    def to_python(self, value: Any) -> date | None:
        """Return the date. Raises ValidationError in words that say what to do."""
        if isinstance(value, str):
            _check_year(value)
        day = super().to_python(value)
        if day is not None:
            _check_day(day)
        return day


# --- What is shown, and what of it was changed -----------------------------------------------------------------------


def _shown(at: datetime) -> TypedTime:
    """Return the text of an instant on the wall of the reader: minutes, and seconds where there are any."""
    try:
        local = at if timezone.is_naive(at) else timezone.localtime(at)
    except OverflowError:
        local = at
    day = f"{local.year:04}-{local.month:02}-{local.day:02}"
    return TypedTime.of(f"{day}T{format_clock(local.time())}", SECOND if local.fold else FIRST)


def _is_unchanged(known: Any, typed: Any) -> bool:
    if not isinstance(known, datetime) or not isinstance(typed, str) or not typed:
        return False
    shown, text = _shown(known), typed.strip().replace(" ", "T")
    # A browser may leave out the seconds, or add those that are none: neither is a change.
    same = text in (shown, shown[: len("2027-06-08T15:00")], f"{shown}:00")
    return same and getattr(typed, "which", "") in ("", shown.which)


# --- What it means ---------------------------------------------------------------------------------------------------


def _check_year(text: str) -> None:
    found = _YEAR_FIRST.match(text)
    if found and not FIRST_DAY.year <= int(found[1][:9]) <= LAST_DAY.year:
        raise ValidationError(OUT_OF_BOUNDS, code="out_of_bounds")


def _check_day(day: date) -> None:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValidationError(OUT_OF_BOUNDS, code="out_of_bounds")


def _resolved(local: datetime, which: str) -> datetime:
    zone = timezone.get_current_timezone()
    change = change_at(local, zone)
    if change is None:
        return local.replace(tzinfo=zone).astimezone(UTC)
    if change.skips:
        raise ValidationError(_refusal(local, zone, change), code="no_such_time")
    if not which:
        raise ValidationError(_question(local, zone, change), code="which_of_two")
    return local.replace(tzinfo=zone, fold=int(which == SECOND)).astimezone(UTC)


def _said(local: datetime, zone: tzinfo, change: ClockChange) -> Mapping[str, str]:
    start, end = change.before.replace(tzinfo=None), change.after.replace(tzinfo=None)
    same_day = start.date() == end.date() or abs(end - start) < timedelta(days=1)
    return {
        "time": format_clock(local, to_minute=True),
        "day": format_date(local),
        "zone": str(zone),
        "before": format_clock(start, to_minute=True) if same_day else start.isoformat(" ", "minutes"),
        "after": format_clock(end, to_minute=True) if same_day else end.isoformat(" ", "minutes"),
    }


def _refusal(local: datetime, zone: tzinfo, change: ClockChange) -> str:
    return gettext(
        "%(time)s does not exist on %(day)s in %(zone)s: the clocks go forward from %(before)s to %(after)s."
        " Choose another time."
    ) % _said(local, zone, change)


def _question(local: datetime, zone: tzinfo, change: ClockChange) -> str:
    return gettext(
        "%(time)s exists twice on %(day)s in %(zone)s: the clocks go back from %(before)s to %(after)s."
        " Choose which of the two is meant."
    ) % _said(local, zone, change)


def _twice(value: Any) -> ClockChange | None:
    """Return the change of the clocks by which a text that is shown means two instants, None for all others."""
    try:
        local = parse_datetime(str(value or "").strip())
    except ValueError:
        return None
    if local is None or local.tzinfo is not None or not FIRST_DAY <= local.date() <= LAST_DAY:
        return None
    change = change_at(local, timezone.get_current_timezone())
    return None if change is None or change.skips else change


def _choices(change: ClockChange) -> list[tuple[str, str]]:
    first = gettext("the first (%(zone)s)") % {"zone": zone_name(change.before, change.before.tzinfo, with_offset=True)}
    second = gettext("the second (%(zone)s)") % {"zone": zone_name(change.after, change.after.tzinfo, with_offset=True)}
    return [("", gettext("Which of the two?")), (FIRST, first), (SECOND, second)]
