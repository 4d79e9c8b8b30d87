"""When people work and what is promised: calendars, target matrices, criteria of each severity. All versioned data."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sla import guards
from sla.matrices import METRIC_LABELS, Clock, Condition, Fallback, Kind, Severity
from sla.time_bounds import within_bounds
from sla.wording import Bilingual


class Calendar(models.Model):
    """Whose hours count: a zone and dated weeks. `revision` grows with every edit, and names the newest edition."""

    code = models.SlugField(_("code"), unique=True)
    name_en = models.CharField(_("name (English)"), max_length=80)
    name_fr = models.CharField(_("name (French)"), max_length=80, blank=True)
    zone = models.CharField(_("time zone"), max_length=60)
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
        triggers = [guards.recorded("calendar_is_recorded", "id", operation=pgtrigger.Update)]

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
    recorded_by = models.CharField(_("by"), max_length=120, blank=True)
    definition = models.JSONField(_("hours"))

    class Meta:
        verbose_name = _("edition of a calendar")
        verbose_name_plural = _("editions of calendars")
        constraints = [
            within_bounds("recorded_at"),
            models.UniqueConstraint(fields=["calendar", "number"], name="calendar_revision_once"),
        ]
        triggers = [
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
        triggers = [guards.recorded("version_is_recorded"), guards.never_emptied()]

    def __str__(self) -> str:
        return f"{self.calendar} · {self.effective_from or '…'}"


class ClosedDate(models.Model):
    """A local date on which a calendar is closed, from 00:00 to 24:00."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="closed_dates", verbose_name=_("calendar"))
    date = models.DateField(_("date"))
    name = models.CharField(_("occasion"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("closed date")
        verbose_name_plural = _("closed dates")
        constraints = [
            within_bounds(days=("date",)),
            models.UniqueConstraint(fields=["calendar", "date"], name="closed_date_once"),
        ]
        triggers = [guards.recorded("closed_date_is_recorded"), guards.never_emptied()]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.name}".strip()


class DayOverride(models.Model):
    """Other hours for one local date: `[["10:00", "14:00"]]`."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="overrides", verbose_name=_("calendar"))
    date = models.DateField(_("date"))
    spans = models.JSONField(_("hours"))
    name = models.CharField(_("occasion"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("one-day hours")
        verbose_name_plural = _("one-day hours")
        constraints = [
            within_bounds(days=("date",)),
            models.UniqueConstraint(fields=["calendar", "date"], name="override_once"),
        ]
        triggers = [guards.recorded("override_is_recorded"), guards.never_emptied()]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.name}".strip()


class Matrix(models.Model):
    """One version of the promised times. A case keeps the version in force when it was opened, for life.

    `sealed_at` is when a case was first promised it: from then on the database refuses any change of it.
    """

    code = models.SlugField(_("version"), unique=True)
    document = models.CharField(_("document"), max_length=200)
    effective_from = models.DateField(_("in force from"), unique=True)
    revision = models.PositiveIntegerField(_("revision"), default=1, editable=False)
    sealed_at = models.DateTimeField(_("first promised"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("target matrix")
        verbose_name_plural = _("target matrices")
        triggers = [
            pgtrigger.Protect(
                name="matrix_is_sealed",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__sealed_at__isnull=False),
            )
        ]
        constraints = [within_bounds("sealed_at", days=("effective_from",))]

    def __str__(self) -> str:
        return self.code


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
    minutes = models.PositiveIntegerField(_("minutes"), null=True, blank=True)
    clock = models.CharField(_("counted on"), max_length=10, choices=Clock.choices, default=Clock.WORKING)
    pause_on_customer = models.BooleanField(_("paused while the customer is awaited"), default=False)
    condition = models.CharField(_("condition"), max_length=20, choices=Condition.choices, blank=True)
    fallback = models.CharField(_("without a workaround"), max_length=20, choices=Fallback.choices, blank=True)
    warn_percent = models.PositiveSmallIntegerField(_("warn at (%)"), default=75)
    note_en = models.CharField(_("words (English)"), max_length=200, blank=True)
    note_fr = models.CharField(_("words (French)"), max_length=200, blank=True)

    note = Bilingual("note")

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.UniqueConstraint(fields=["matrix", "kind", "severity", "metric"], name="target_once"),
            models.CheckConstraint(condition=Q(warn_percent__range=(1, 99)), name="target_warns_before"),
        ]
        triggers = [guards.unsealed("targets_are_sealed"), guards.never_emptied()]

    def __str__(self) -> str:
        return f"{self.matrix} {self.get_kind_display()} {self.get_severity_display()} {self.metric}"


class SeverityCriterion(models.Model):
    """One thing that makes a problem this severe: shown under the choice, ticked by the manager who examines it."""

    code = models.SlugField(_("code"), unique=True)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity.choices)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    text_en = models.CharField(_("text (English)"), max_length=300)
    text_fr = models.CharField(_("text (French)"), max_length=300, blank=True)

    text = Bilingual("text")

    class Meta:
        verbose_name = _("criterion of severity")
        verbose_name_plural = _("criteria of severity")

    def __str__(self) -> str:
        return self.text
