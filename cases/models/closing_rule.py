"""When a case with a solution closes by itself: reference data, versioned by the date from which it holds."""

from datetime import date

from django.apps import apps
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, Max, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from sla import dated_guards, effective_dates
from sla.time_bounds import within_bounds

MOST_ATTEMPTS = 2
MOST_DAYS = 250


class ClosingRule(models.Model):
    """Business days after Solution Provided, that day not counted, each to its end.

    A case keeps the rule that was in force when its countdown began. Once in force, a rule is never changed, only
    followed by another; the database holds that.
    """

    code = models.SlugField(_("code"), unique=True)
    effective_from = models.DateField(_("in force from"))
    first_attempt_days = models.PositiveSmallIntegerField(
        _("first reminder after business day"), default=3, validators=[MinValueValidator(1)]
    )
    second_attempt_days = models.PositiveSmallIntegerField(_("second reminder after business day"), default=7)
    closing_days = models.PositiveSmallIntegerField(
        _("closes after business day"), default=10, validators=[MaxValueValidator(MOST_DAYS)]
    )
    wanted_attempts = models.PositiveSmallIntegerField(
        _("reminders that must have been sent"),
        default=MOST_ATTEMPTS,
        validators=[MaxValueValidator(MOST_ATTEMPTS)],
        help_text=_("With fewer the case does not close by itself, and its owner is told."),
    )

    class Meta:
        verbose_name = _("rule of closing")
        verbose_name_plural = _("rules of closing")
        constraints = [
            within_bounds(days=("effective_from",)),
            models.CheckConstraint(
                condition=Q(first_attempt_days__gte=1)
                & Q(second_attempt_days__gt=F("first_attempt_days"))
                & Q(closing_days__gt=F("second_attempt_days")),
                name="closing_days_ascend",
                violation_error_message=_("The three days must follow each other, the first at least 1."),
            ),
            models.CheckConstraint(condition=Q(wanted_attempts__lte=MOST_ATTEMPTS), name="closing_attempts_wanted"),
            models.CheckConstraint(condition=Q(closing_days__lte=MOST_DAYS), name="closing_within_a_year"),
            models.UniqueConstraint(
                fields=["effective_from"], name="closing_date_once", violation_error_message=effective_dates.TAKEN
            ),
        ]
        triggers = [
            dated_guards.dated(
                "cases_closingrule",
                promised="other.effective_from >= NEW.effective_from"
                " AND EXISTS (SELECT FROM cases_case WHERE closing_rule_id = other.id)",
            )
        ]

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        """Raise ValidationError for a date on which no rule may begin."""
        rules = ClosingRule.objects.all()
        counting = rules.filter(Exists(apps.get_model("cases", "Case").objects.filter(closing_rule=OuterRef("pk"))))
        promised = counting.exclude(pk=self.pk).aggregate(last=Max("effective_from"))["last"]
        effective_dates.check_edition(self, series=rules, promised=promised)

    @property
    def attempt_days(self) -> tuple[int, int]:
        """The business days at the ends of which the customer is reminded."""
        return self.first_attempt_days, self.second_attempt_days


def rule_in_force(on: date) -> ClosingRule | None:
    """Return the rule of closing in force on a date, None where there is none. One query."""
    return ClosingRule.objects.filter(effective_from__lte=on).order_by("-effective_from").first()
