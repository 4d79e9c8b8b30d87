"""A case that ought to go to Consulting, whose work is billed: the customer is asked, and decides once."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case, Channel
from cases.models.guards import facts_stay, never_changed_after, never_deleted
from cases.models.message import Message
from contacts.models import User
from sla.guards import never_emptied
from sla.text_fields import LineField
from sla.text_guard import text_guard
from sla.time_bounds import within_bounds


class ReferralState(models.TextChoices):
    OPEN = "open", _("Waits for the customer’s consent")
    AGREED = "agreed", _("The customer agreed")
    DECLINED = "declined", _("The customer declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# What a customer said of a referral, and what ended it otherwise.
ANSWERED = (ReferralState.AGREED, ReferralState.DECLINED)
# What was asked: written once.
FACTS = ("case", "asked_at", "asked_by", "message", "estimate_minutes", "estimate")


class ConsultingReferral(models.Model):
    """One referral. `given_by` is the customer whose word it is, `decided_by` who entered it: they, or one of ours.

    `words` are what the customer said where one of ours wrote it down. A referral that ends with its case ends without
    a person. The database refuses a second open referral of a case, and any change of what is decided.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="consulting_referrals", verbose_name=_("case"))
    asked_at = models.DateTimeField(_("asked"))
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    message = models.ForeignKey(Message, models.PROTECT, related_name="+", verbose_name=_("what the customer was told"))
    estimate_minutes = models.PositiveIntegerField(_("estimated minutes"), null=True, blank=True)
    estimate = LineField(_("estimate in words"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ReferralState.choices, default=ReferralState.OPEN)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered by")
    )
    given_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("word of")
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.WEB)
    words = models.ForeignKey(
        Message, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("the customer’s words")
    )

    class Meta:
        verbose_name = _("referral to Consulting")
        verbose_name_plural = _("referrals to Consulting")
        constraints = [
            within_bounds("asked_at", "decided_at"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(state=ReferralState.OPEN), name="consulting_referral_one_open"
            ),
            models.CheckConstraint(
                condition=Q(
                    state=ReferralState.OPEN,
                    decided_at__isnull=True,
                    decided_by__isnull=True,
                    given_by__isnull=True,
                )
                | Q(
                    state__in=ANSWERED,
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                    given_by__isnull=False,
                )
                | Q(state=ReferralState.WITHDRAWN, decided_at__isnull=False, given_by__isnull=True),
                name="consulting_referral_decided_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=ANSWERED) | ~Q(given_by=F("asked_by")), name="consulting_referral_not_by_asker"
            ),
            # Where somebody else than the customer entered it, the customer's words are kept.
            models.CheckConstraint(
                condition=~Q(state__in=ANSWERED) | Q(given_by=F("decided_by")) | Q(words__isnull=False),
                name="consulting_referral_in_whose_words",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state=ReferralState.OPEN), name="consulting_referral_open")
        ]
        triggers = [
            text_guard(),
            facts_stay(*FACTS),
            never_changed_after("decided_once", f"OLD.state <> '{ReferralState.OPEN.value}'"),
            never_deleted(),
            never_emptied(),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state == ReferralState.OPEN

    @property
    def was_agreed(self) -> bool:
        return self.state == ReferralState.AGREED

    @property
    def tells_customer(self) -> bool:
        """Whether there is something to tell: it waits, or was answered."""
        return self.state != ReferralState.WITHDRAWN
