"""Mail that must leave the house: written with the change, sent by a worker, claimed before it is sent."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.event import Event
from contacts.models import User


class Delivery(models.TextChoices):
    DUE = "due", _("Due")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    WITHHELD = "withheld", _("Withheld")


class OutboxMail(models.Model):
    """One mail to one person about one event. Its Message-ID is fixed here, so two sendings can be told to be one."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="mails", verbose_name=_("case"))
    event = models.ForeignKey(Event, models.PROTECT, related_name="mails", verbose_name=_("event"))
    notice = models.CharField(_("notice"), max_length=30)
    recipient = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("recipient"))
    message_id = models.CharField(_("Message-ID"), max_length=200, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=Delivery.choices, default=Delivery.DUE)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"))
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints = [
            models.UniqueConstraint(fields=["event", "notice", "recipient"], name="mail_once"),
            models.CheckConstraint(
                condition=~Q(state=Delivery.SENT) | Q(sent_at__isnull=False), name="mail_sent_has_time"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state=Delivery.DUE), name="mail_due"),
            models.Index(fields=["claimed_at"], condition=Q(state=Delivery.SENDING), name="mail_being_sent"),
            models.Index(fields=["case"], name="mail_of_case"),
        ]

    def __str__(self) -> str:
        return self.message_id
