"""When one of ours is away: nobody who is absent is given a case by the house."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.fields.ranges import BigIntegerRangeField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from contacts.models.user import User
from sla.text_fields import LineField
from sla.text_guard import text_guard
from sla.time_bounds import within_bounds
from sla.time_words import format_utc


class Absence(models.Model):
    """From `starts_at` on, until `ends_at`, which is no longer part of it. Two absences of a person never overlap."""

    user = models.ForeignKey(User, models.CASCADE, related_name="absences", verbose_name=_("person"))
    starts_at = models.DateTimeField(_("away from"))
    ends_at = models.DateTimeField(_("back at"))
    note = LineField(_("note"), max_length=120, blank=True, help_text=_("For colleagues. May stay blank."))

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            within_bounds("starts_at", "ends_at"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="absence_ends_after_start",
                violation_error_message=_("An absence ends after it begins."),
            ),
            # A range of one person beside one of time: two ranges need no extension of the database. The lesser comes
            # first, so that a form that is filled in backwards is told so, and does not fail on a range that is none.
            ExclusionConstraint(
                name="absence_once_at_a_time",
                expressions=[
                    (
                        Func(
                            "user",
                            "user",
                            models.Value("[]"),
                            function="int8range",
                            output_field=BigIntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(
                            Least("starts_at", "ends_at"),
                            Greatest("starts_at", "ends_at"),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("This person is away at that time already."),
            ),
        ]
        indexes = [models.Index(fields=["user", "ends_at"], name="absence_of_person")]
        triggers = [text_guard()]

    def __str__(self) -> str:
        return f"{self.user} · {format_utc(self.starts_at)} – {format_utc(self.ends_at)}"
