"""Mail about a case that must leave the house: written with the change, sent by a worker, claimed before it is sent."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.event import Event
from contacts.models import User
from contacts.models.mail_delivery import Delivery, MailDelivery
from sla.text_guard import text_guard
from sla.time_bounds import within_bounds


class OutboxMail(MailDelivery):
    """One mail to one person about one event."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="mails", verbose_name=_("case"))
    event = models.ForeignKey(Event, models.PROTECT, related_name="mails", verbose_name=_("event"))
    notice = models.CharField(_("notice"), max_length=30)
    recipient = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("recipient"))

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        triggers = [text_guard()]
        constraints = [
            within_bounds("claimed_at", "sent_at", computed=("due_at",)),
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

    @property
    def put_at(self) -> datetime:
        """When it came to be: with its event."""
        return self.event.at
