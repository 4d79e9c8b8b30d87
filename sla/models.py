"""When people work and what is promised: calendars, target matrices, criteria of each severity. All versioned data."""

from datetime import UTC
from typing import Any

import pgtrigger
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Max, Q
from django.db.models.functions import Greatest, TruncDate
from django.utils.translation import gettext_lazy as _

from sla import dated_guards, effective_dates, guards
from sla.matrices import METRIC_LABELS, Clock, Condition, Fallback, Kind, Severity
from sla.offered import Offered, one_left
from sla.text_fields import LineField
from sla.text_guard import text_guard
from sla.time_bounds import within_bounds
from sla.wording import Bilingual

MOST_MINUTES = 366 * 24 * 60


class Calendar(models.Model):
    """Whose hours count: a zone and dated weeks. `revision` grows with every edit, and names the newest edition."""

    code = models.SlugField(_("code"), unique=True)
    name_en = LineField(_("name (English)"), max_length=80)
    name_fr = LineField(_("name (French)"), max_length=80, blank=True)
    zone = LineField(_("time zone"), max_length=60, unnamed="UTC")
    round_the_clock = models.BooleanField(_("round the clock"), default=False)
    assumed = models.BooleanField(
        _("assumed hours"),
        default=False,
        help_text=_("The service description lists no hours; these are our reading."),
    )
    revision = models.PositiveIntegerField(_("revision"), default=1, editable=False)

    name = Bilingual("name")

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        constraints = [
            models.UniqueConstraint(
                fields=["round_the_clock"],
                condition=Q(round_the_clock=True),
                name="one_calendar_round_the_clock",
            )
        ]
        triggers = [text_guard(), guards.recorded("calendar_is_recorded", "id", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return self.name


class CalendarRevision(models.Model):
    """One edition of a calendar: all its hours as they were known from `recorded_at` on. Clocks read nothing else.

    Never altered, so that what was reckoned can be reckoned again. The first has no time: it holds from ever.
    `definition`: `{"zone", "round_the_clock", "versions": [{"from": date|null, "week"}], "closed": {date: occasion},
    "overrides": {date: spans}}`.
    """

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="revisions", verbose_name=_("calendar"))
    number = models.PositiveIntegerField(_("number"))
    recorded_at = models.DateTimeField(_("recorded"), null=True, blank=True)
    recorded_by = LineField(_("by"), max_length=120, blank=True)
    definition = models.JSONField(_("hours"))

    class Meta:
        verbose_name = _("edition of a calendar")
        verbose_name_plural = _("editions of calendars")
        constraints = [
            within_bounds("recorded_at"),
            models.UniqueConstraint(fields=["calendar", "number"], name="calendar_revision_once"),
        ]
        triggers = [
            text_guard(),
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            guards.follows("edition_follows"),
            guards.recorded("edition_is_stated", operation=pgtrigger.Insert),
            guards.never_emptied(),
        ]

    def __str__(self) -> str:
        return f"{self.calendar} · {self.number}"


class CalendarVersion(models.Model):
    """The week of a calendar from a date on: `{"0": [["09:00", "18:00"]], …}`, Monday is "0", local wall times."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="versions", verbose_name=_("calendar"))
    effective_from = models.DateField(_("in force from"), null=True, blank=True)
    week = models.JSONField(_("week"))

    class Meta:
        verbose_name = _("hours of a calendar")
        verbose_name_plural = _("hours of calendars")
        constraints = [
            within_bounds(days=("effective_from",)),
            models.UniqueConstraint(
                fields=["calendar", "effective_from"], name="calendar_version_once", nulls_distinct=False
            ),
        ]
        triggers = [
            guards.recorded("version_is_recorded"),
            dated_guards.weeks_to_come(),
            guards.never_emptied(),
        ]

    def __str__(self) -> str:
        return f"{self.calendar} · {self.effective_from or '…'}"

    def clean(self) -> None:
        """Raise ValidationError for a date that is not to come; a calendar that is being entered may have any."""
        if not CalendarRevision.objects.filter(calendar=self.calendar_id).exists():
            return
        stored = CalendarVersion.objects.filter(pk=self.pk).first()
        if stored is not None and stored.effective_from == self.effective_from:
            return
        if stored is not None:
            effective_dates.check_not_begun(stored.effective_from)
        effective_dates.check_date_to_come(self.effective_from)


class ClosedDate(models.Model):
    """A local date on which a calendar is closed, from 00:00 to 24:00."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="closed_dates", verbose_name=_("calendar"))
    date = models.DateField(_("date"))
    name = LineField(_("occasion"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("closed date")
        verbose_name_plural = _("closed dates")
        constraints = [
            within_bounds(days=("date",)),
            models.UniqueConstraint(fields=["calendar", "date"], name="closed_date_once"),
        ]
        triggers = [
            text_guard(),
            guards.recorded("closed_date_is_recorded"),
            dated_guards.days_to_come(),
            guards.never_emptied(),
        ]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.name}".strip()

    def clean(self) -> None:
        _check_day(self)


class DayOverride(models.Model):
    """Other hours for one local date: `[["10:00", "14:00"]]`."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="overrides", verbose_name=_("calendar"))
    date = models.DateField(_("date"))
    spans = models.JSONField(_("hours"))
    name = LineField(_("occasion"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("one-day hours")
        verbose_name_plural = _("one-day hours")
        constraints = [
            within_bounds(days=("date",)),
            models.UniqueConstraint(fields=["calendar", "date"], name="override_once"),
        ]
        triggers = [
            text_guard(),
            guards.recorded("override_is_recorded"),
            dated_guards.days_to_come(),
            guards.never_emptied(),
        ]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.name}".strip()

    def clean(self) -> None:
        _check_day(self)


def _check_day(day: "ClosedDate | DayOverride") -> None:
    """Raise ValidationError for what changes a day that is over; a calendar that is being entered may have any."""
    if not CalendarRevision.objects.filter(calendar=day.calendar_id).exists():
        return
    stored = type(day)._default_manager.filter(pk=day.pk).first()
    if stored is not None and _facts(stored) == _facts(day):
        return
    today = effective_dates.today_in(day.calendar.zone)
    if day.date is not None and min(day.date, stored.date if stored else day.date) < today:
        raise ValidationError({"date": ValidationError(effective_dates.OVER, params={"today": today.isoformat()})})


def _facts(day: "ClosedDate | DayOverride") -> tuple[Any, ...]:
    return day.date, day.calendar_id, getattr(day, "spans", None)


class Matrix(models.Model):
    """One version of the promised times. A case keeps the version in force when it was opened, for life.

    `sealed_at` is when a case was first promised it: from then on the database refuses any change of it. `series` is
    the set of versions that follow each other: blank for all cases, else the code of the type whose own it is.
    """

    code = models.SlugField(_("version"), unique=True)
    document = LineField(_("document"), max_length=200)
    effective_from = models.DateField(_("in force from"))
    series = models.SlugField(_("series"), max_length=50, blank=True, default="", editable=False, db_index=False)
    revision = models.PositiveIntegerField(_("revision"), default=1, editable=False)
    sealed_at = models.DateTimeField(_("first promised"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("target matrix")
        verbose_name_plural = _("target matrices")
        constraints = [
            within_bounds("sealed_at", days=("effective_from",)),
            models.UniqueConstraint(
                fields=["series", "effective_from"],
                name="matrix_date_once",
                violation_error_message=effective_dates.TAKEN,
            ),
        ]
        triggers = [
            text_guard(),
            dated_guards.dated(
                "sla_matrix",
                series=("series",),
                may_be_first="NEW.series = ''",
                kept=("sealed_at", "revision"),
                promised="other.sealed_at IS NOT NULL AND NEW.effective_from <="
                " GREATEST(other.effective_from, (other.sealed_at AT TIME ZONE 'UTC')::date)",
            ),
            dated_guards.complete("matrix_is_complete", "id"),
            guards.never_emptied(),
            pgtrigger.Protect(
                name="matrix_is_sealed",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__sealed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        """Raise ValidationError for a date on which a version of this series may not begin."""
        series = Matrix.objects.filter(series=self.series)
        last = Greatest("effective_from", TruncDate("sealed_at", tzinfo=UTC))
        promised = series.filter(sealed_at__isnull=False).exclude(pk=self.pk).aggregate(last=Max(last))["last"]
        effective_dates.check_edition(self, series=series, promised=promised, may_be_first=not self.series)


class MatrixRow(models.Model):
    """One cell: the promise for a kind, a severity and a metric. Without minutes it is words only, and no clock."""

    matrix = models.ForeignKey(Matrix, models.CASCADE, related_name="rows", verbose_name=_("matrix"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity.choices)
    metric = models.CharField(
        _("commitment"),
        max_length=20,
        choices=[(metric.value, label) for metric, label in METRIC_LABELS.items()],
    )
    minutes = models.PositiveIntegerField(
        _("minutes"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MOST_MINUTES)]
    )
    clock = models.CharField(_("counted on"), max_length=10, choices=Clock.choices, default=Clock.WORKING)
    pause_on_customer = models.BooleanField(_("paused while the customer is awaited"), default=False)
    condition = models.CharField(_("condition"), max_length=20, choices=Condition.choices, blank=True)
    fallback = models.CharField(_("without a workaround"), max_length=20, choices=Fallback.choices, blank=True)
    warn_percent = models.PositiveSmallIntegerField(
        _("warn at (%)"), default=75, validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    note_en = LineField(_("words (English)"), max_length=200, blank=True)
    note_fr = LineField(_("words (French)"), max_length=200, blank=True)

    note = Bilingual("note")

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.UniqueConstraint(fields=["matrix", "kind", "severity", "metric"], name="target_once"),
            models.CheckConstraint(condition=Q(warn_percent__range=(1, 99)), name="target_warns_before"),
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__range=(1, MOST_MINUTES)),
                name="target_has_minutes",
                violation_error_message=_("A promise takes at least a minute, and at most a year."),
            ),
            models.CheckConstraint(
                condition=Q(minutes__isnull=False) | ~Q(note_en=""),
                name="target_promises_something",
                violation_error_message=_(
                    "Give the minutes that are promised, or the words that stand in their place."
                ),
            ),
        ]
        triggers = [
            text_guard(),
            guards.unsealed("targets_are_sealed"),
            dated_guards.targets_in_force_stay(),
            dated_guards.complete("targets_are_complete"),
            guards.never_emptied(),
        ]

    def __str__(self) -> str:
        return f"{self.matrix} {self.get_kind_display()} {self.get_severity_display()} {self.metric}"


class SeverityCriterion(Offered):
    """One thing that makes a problem this severe: shown under the choice, ticked by the manager who examines it.

    Without one of Critical no request for Critical could be approved.
    """

    ONE_OF = {"severity": Severity.CRITICAL}

    code = models.SlugField(_("code"), unique=True)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity.choices)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    text_en = LineField(_("text (English)"), max_length=300)
    text_fr = LineField(_("text (French)"), max_length=300, blank=True)

    text = Bilingual("text")

    class Meta:
        verbose_name = _("criterion of severity")
        verbose_name_plural = _("criteria of severity")
        triggers = [text_guard(), one_left("sla_severitycriterion", f"severity = {Severity.CRITICAL.value}")]

    def __str__(self) -> str:
        return self.text


class LoadedRow(models.Model):
    """A row of the reference files that is or was in the database: gone since, it was deleted here and stays away."""

    table = models.CharField(_("table"), max_length=60)
    key = models.CharField(_("key"), max_length=120)

    class Meta:
        verbose_name = _("row loaded from the reference files")
        verbose_name_plural = _("rows loaded from the reference files")
        constraints = [models.UniqueConstraint(fields=["table", "key"], name="loaded_row_once")]

    def __str__(self) -> str:
        return f"{self.table}:{self.key}"
