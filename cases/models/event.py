"""What happened to a case: one row a change, never altered. The database refuses updates and deletions."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases import statuses
from cases.models.case import Case, Channel
from cases.models.guards import append_only
from cases.models.message import Message, Note
from contacts.models import User
from sla.guards import never_emptied
from sla.text_fields import DetailsField
from sla.time_bounds import within_bounds


class ClosingReason(models.TextChoices):
    """Why a case was closed otherwise than by accepting its solution."""

    CONFIRMED = "confirmed", _("the solution was confirmed by phone or mail")
    WITHDRAWN = "withdrawn", _("it is no longer needed")
    DUPLICATE = "duplicate", _("another case is about the same")
    SOLVED = "solved", _("it is solved")


# What customers may say at any time of a case of theirs (section on closing, the fourth way to a solution).
OF_CUSTOMERS = (ClosingReason.SOLVED, ClosingReason.WITHDRAWN)


class SolutionWay(models.TextChoices):
    """The four ways in which a solution is given (section on closing)."""

    ANSWER = "answer", _("An answer to the question")
    STEPS = "steps", _("Steps that correct the problem")
    RELEASE = "release", _("A release that fixes it")
    CUSTOMER = "customer", _("The customer says that it is solved")


class HeldBecause(models.TextChoices):
    """Why a case does not close by itself when its days have passed in silence."""

    NOT_TOLD = "not_told", _("not enough reminders reached the customer’s mail server")
    SPOKE = "spoke", _("the customer has said something since the solution")


class Event(models.Model):
    """One change. `status` is the case's status after it; `data` holds what the sentence of `cases/events/` names."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="events", verbose_name=_("case"))
    kind = models.CharField(_("kind"), max_length=30)
    at = models.DateTimeField(_("time"))
    actor = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("by")
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.WEB)
    status = models.CharField(_("status after"), max_length=20, choices=statuses.CHOICES)
    message = models.ForeignKey(
        Message, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("message")
    )
    note = models.ForeignKey(
        Note, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("internal note")
    )
    data = DetailsField(_("details"), default=dict)
    submission = models.UUIDField(
        _("submission"),
        null=True,
        blank=True,
        help_text=_("One key a form sent; a second sending changes nothing."),
    )

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            within_bounds("at"),
            models.UniqueConstraint(
                fields=["submission"], condition=Q(submission__isnull=False), name="event_submission_once"
            ),
        ]
        indexes = [
            models.Index(fields=["case", "id"], name="event_of_case"),
            models.Index(fields=["actor", "at"], name="event_of_actor"),
        ]
        triggers = [append_only(), never_emptied()]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.kind}"
