"""A customer's wish that a case be Critical, examined by a manager: asked once at a time, decided once."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case, Channel
from cases.models.guards import facts_stay, never_changed_after, never_deleted
from cases.models.message import Message
from contacts.models import User
from sla.guards import never_emptied
from sla.matrices import Severity
from sla.text_fields import CleanTextField
from sla.text_guard import text_guard
from sla.time_bounds import within_bounds


class RequestState(models.TextChoices):
    OPEN = "open", _("With a manager")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# What a manager said of a request, and what ended it otherwise.
EXAMINED = (RequestState.APPROVED, RequestState.DECLINED)

# What was asked: written once.
FACTS = ("case", "severity", "asked_at", "asked_by", "channel", "message")


class SeverityRequest(models.Model):
    """One request. `asked_by` is who brought it in: the customer, or whoever of ours wrote down their words.

    `decided_at` is when it ended, in whichever way; a request that ends with its case ends without a person.
    `criteria` are the codes of the criteria that the manager found to hold. The database refuses a second open request
    of a case, a decision by the asker, and any change of what is decided.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="severity_requests", verbose_name=_("case"))
    severity = models.PositiveSmallIntegerField(
        _("severity wanted"), choices=Severity.choices, default=Severity.CRITICAL
    )
    asked_at = models.DateTimeField(_("asked"))
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.WEB)
    message = models.ForeignKey(Message, models.PROTECT, related_name="+", verbose_name=_("the customer's words"))
    state = models.CharField(_("state"), max_length=10, choices=RequestState.choices, default=RequestState.OPEN)
    reminded_at = models.DateTimeField(_("managers told again"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    reason = CleanTextField(_("reason"), blank=True, help_text=_("The customer reads it."))
    criteria = models.JSONField(_("criteria that hold"), default=list, blank=True)

    class Meta:
        verbose_name = _("request for Critical")
        verbose_name_plural = _("requests for Critical")
        constraints = [
            within_bounds("asked_at", "reminded_at", "decided_at"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(state=RequestState.OPEN), name="severity_request_one_open"
            ),
            models.CheckConstraint(condition=Q(severity=Severity.CRITICAL), name="severity_request_for_critical"),
            models.CheckConstraint(
                condition=Q(state=RequestState.OPEN, decided_at__isnull=True, decided_by__isnull=True)
                | Q(state__in=EXAMINED, decided_at__isnull=False, decided_by__isnull=False)
                | Q(state=RequestState.WITHDRAWN, decided_at__isnull=False),
                name="severity_request_decided_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=EXAMINED) | ~Q(decided_by=F("asked_by")),
                name="severity_request_not_by_asker",
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.DECLINED) | ~Q(reason=""), name="severity_request_declined_why"
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.APPROVED) | ~Q(criteria=[]), name="severity_request_approved_why"
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state=RequestState.OPEN), name="severity_request_open"),
            models.Index(
                fields=["asked_at"],
                condition=Q(state=RequestState.OPEN, reminded_at__isnull=True),
                name="severity_request_unreminded",
            ),
        ]
        triggers = [
            text_guard(),
            facts_stay(*FACTS),
            never_changed_after("decided_once", f"OLD.state <> '{RequestState.OPEN.value}'"),
            never_deleted(),
            never_emptied(),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state == RequestState.OPEN

    @property
    def was_approved(self) -> bool:
        return self.state == RequestState.APPROVED

    @property
    def tells_customer(self) -> bool:
        """Whether there is something to tell: it waits, or was decided."""
        return self.state != RequestState.WITHDRAWN

    @property
    def minutes_taken(self) -> float | None:
        """How long the examination took; None while it lasts."""
        return (self.decided_at - self.asked_at).total_seconds() / 60 if self.decided_at else None


class ReviewRule(models.Model):
    """How long a request may wait before the managers are told again: one row, edited by a manager."""

    severity = models.PositiveSmallIntegerField(
        _("severity wanted"), primary_key=True, choices=Severity.choices, default=Severity.CRITICAL
    )
    remind_after_minutes = models.PositiveSmallIntegerField(_("tell the managers again after (minutes)"))

    class Meta:
        verbose_name = _("time to examine a request")
        verbose_name_plural = _("times to examine a request")
        constraints = [
            models.CheckConstraint(condition=Q(severity=Severity.CRITICAL), name="review_rule_for_critical"),
            models.CheckConstraint(condition=Q(remind_after_minutes__gte=1), name="review_rule_waits"),
        ]

    def __str__(self) -> str:
        return str(self.get_severity_display())
