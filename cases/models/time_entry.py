"""Hours of help: what was done for an instance, how long it took, and what of it is free. Written once, never altered.

What an instance has left is read in `cases/time_entries/allowance.py`; entries come from
`cases/lifecycle/time_entries.py`.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models import time_entry_guards
from cases.models.case import Case
from cases.models.consulting_referral import ConsultingReferral
from cases.models.guards import append_only
from contacts.models import Instance, User
from sla.guards import never_emptied
from sla.offered import Offered
from sla.text_fields import CleanTextField, LineField
from sla.text_guard import text_guard
from sla.time_bounds import within_bounds
from sla.wording import Bilingual


class AssistanceKind(Offered):
    """What we help with: reference data, edited by a manager."""

    code = models.SlugField(_("code"), primary_key=True)
    name_en = LineField(_("name (English)"), max_length=60)
    name_fr = LineField(_("name (French)"), max_length=60, blank=True)
    definition_en = CleanTextField(_("definition (English)"))
    definition_fr = CleanTextField(_("definition (French)"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    name = Bilingual("name")
    definition = Bilingual("definition")

    class Meta:
        verbose_name = _("kind of help")
        verbose_name_plural = _("kinds of help")
        triggers = [text_guard()]

    def __str__(self) -> str:
        return self.name


class TimeEntry(models.Model):
    """Minutes of help on a case, free and billable, for the instance of the case.

    What was wrong is taken back by an entry with the opposite minutes, and perhaps replaced by another one; both name
    the entry that they correct. Months of billing go by `at`: nothing is ever added to one that is over.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="time_entries", verbose_name=_("case"))
    instance = models.ForeignKey(Instance, models.PROTECT, related_name="time_entries", verbose_name=_("instance"))
    kind = models.ForeignKey(AssistanceKind, models.PROTECT, related_name="+", verbose_name=_("kind of help"))
    minutes = models.IntegerField(_("minutes"))
    free_minutes = models.IntegerField(_("free minutes"))
    billable_minutes = models.IntegerField(_("billable minutes"))
    worked_on = models.DateField(_("day of the work"))
    at = models.DateTimeField(_("written down"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    words = CleanTextField(_("what was done"), help_text=_("The customer reads it."))
    referral = models.ForeignKey(
        ConsultingReferral,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="time_entries",
        verbose_name=_("the customer’s consent"),
    )
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("corrects")
    )

    class Meta:
        verbose_name = _("entry of help")
        verbose_name_plural = _("entries of help")
        constraints = [
            within_bounds("at", days=("worked_on",)),
            models.CheckConstraint(
                condition=Q(minutes=F("free_minutes") + F("billable_minutes")), name="time_entry_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(minutes__gt=0, free_minutes__gte=0, billable_minutes__gte=0)
                | Q(minutes__lt=0, free_minutes__lte=0, billable_minutes__lte=0, corrects__isnull=False),
                name="time_entry_taken_back_by_correction",
            ),
            models.UniqueConstraint(fields=["corrects"], condition=Q(minutes__lt=0), name="time_entry_taken_back_once"),
            models.UniqueConstraint(fields=["corrects"], condition=Q(minutes__gt=0), name="time_entry_replaced_once"),
            models.CheckConstraint(
                condition=Q(billable_minutes=0) | Q(referral__isnull=False), name="time_entry_billed_with_consent"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="time_entry_says_what"),
        ]
        indexes = [
            models.Index(
                fields=["instance"],
                include=["free_minutes", "billable_minutes"],
                name="time_entry_of_instance",
            ),
            models.Index(fields=["at"], condition=~Q(billable_minutes=0), name="time_entry_billed"),
        ]
        triggers = [
            text_guard(),
            append_only(),
            never_emptied(),
            time_entry_guards.fenced("within_allowance"),
            time_entry_guards.agreed("agreed_to"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.minutes} min"

    @property
    def takes_back(self) -> bool:
        """Whether it undoes the entry that it corrects."""
        return self.minutes < 0
