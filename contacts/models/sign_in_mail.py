"""Mail about signing in that must leave the house: written in the request, sent by a worker, gone once it is sent."""

from django.db import models
from django.db.models import Q

from contacts.models.mail_delivery import Delivery, MailDelivery
from sla.text_fields import EmailColumn
from sla.text_guard import text_guard
from sla.time_bounds import within_bounds


class SignInMail(MailDelivery):
    """One mail as it will be sent. It may hold a link that opens an account: no page shows it, and it does not stay."""

    notice = models.CharField(max_length=60)
    address = EmailColumn()
    subject = models.TextField()
    text = models.TextField()
    html = models.TextField()
    put_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        triggers = [text_guard()]
        constraints = [
            within_bounds("put_at", "expires_at", "claimed_at", "sent_at", computed=("due_at",)),
            models.CheckConstraint(
                condition=Q(state__in=[Delivery.DUE, Delivery.SENDING]), name="sign_in_mail_kept_only_unsent"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state=Delivery.DUE), name="sign_in_mail_due"),
            models.Index(fields=["claimed_at"], condition=Q(state=Delivery.SENDING), name="sign_in_mail_being_sent"),
            models.Index(fields=["expires_at"], name="sign_in_mail_expires"),
        ]
