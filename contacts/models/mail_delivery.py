"""What every mail that waits to leave the house has, whomever it goes to: how its delivery stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sla.text_fields import CleanTextField


class Delivery(models.TextChoices):
    DUE = "due", _("Due")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    WITHHELD = "withheld", _("Withheld")


class MailDelivery(models.Model):
    """A mail in an outbox. Its Message-ID is fixed here, so two sendings can be told to be one."""

    message_id = models.CharField(_("Message-ID"), max_length=200, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=Delivery.choices, default=Delivery.DUE)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"))
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    error = CleanTextField(_("error"), blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.message_id
