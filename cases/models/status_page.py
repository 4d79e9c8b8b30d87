"""Who gets the updates of the status page by mail, without being anybody here; and the mails to them."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from cases.models.incident import IncidentUpdate
from contacts.models.mail_delivery import Delivery, MailDelivery
from products.models import Product
from sla.text_fields import EmailColumn
from sla.text_guard import text_guard
from sla.time_bounds import within_bounds


class Language(models.TextChoices):
    ENGLISH = "en", _("English")
    FRENCH = "fr", _("French")


class StatusSubscriber(models.Model):
    """An address that wants updates: asked for, and once its owner has said so by the link in a mail, confirmed.

    Of an address there is at most one confirmed row and one that waits. `token_hash` is all that is kept of the link:
    it ends with its use. A row is deleted when its owner leaves, or never confirmed.
    """

    email = EmailColumn(_("e-mail address"))
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.ENGLISH)
    all_products = models.BooleanField(_("all products"), default=True)
    products = models.ManyToManyField(Product, blank=True, related_name="+", verbose_name=_("products"))
    asked_at = models.DateTimeField(_("asked for"))
    token_hash = models.CharField(_("hash of the link"), max_length=64, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    class Meta:
        verbose_name = _("subscriber of the status page")
        verbose_name_plural = _("subscribers of the status page")
        constraints = [
            within_bounds("asked_at", "confirmed_at"),
            models.UniqueConstraint(
                Lower("email"), condition=Q(confirmed_at__isnull=False), name="status_subscriber_once"
            ),
            models.UniqueConstraint(
                Lower("email"), condition=Q(confirmed_at__isnull=True), name="status_subscriber_asks_once"
            ),
            models.UniqueConstraint(fields=["token_hash"], condition=~Q(token_hash=""), name="status_subscriber_link"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(token_hash=""), name="status_subscriber_link_used_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"], condition=Q(confirmed_at__isnull=True), name="status_subscriber_unconfirmed"
            )
        ]
        triggers = [text_guard()]

    def __str__(self) -> str:
        # Not the address: this stays in the record of the back office when the row is deleted.
        return str(_("Subscriber %(number)s") % {"number": self.pk})


class StatusMail(MailDelivery):
    """One mail to one subscriber: about one update, or, without one, asking to confirm."""

    subscriber = models.ForeignKey(StatusSubscriber, models.CASCADE, related_name="mails", verbose_name=_("subscriber"))
    update = models.ForeignKey(
        IncidentUpdate, models.PROTECT, null=True, blank=True, related_name="mails", verbose_name=_("update")
    )
    put_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("mail of the status page")
        verbose_name_plural = _("mails of the status page")
        triggers = [text_guard()]
        constraints = [
            within_bounds("put_at", "claimed_at", "sent_at", computed=("due_at",)),
            models.UniqueConstraint(fields=["update", "subscriber"], name="status_mail_once"),
            models.CheckConstraint(
                condition=~Q(state=Delivery.SENT) | Q(sent_at__isnull=False), name="status_mail_sent_has_time"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state=Delivery.DUE), name="status_mail_due"),
            models.Index(fields=["claimed_at"], condition=Q(state=Delivery.SENDING), name="status_mail_being_sent"),
        ]

    @property
    def notice(self) -> str:
        """What it is about, for the log."""
        return "status_update" if self.update_id else "status_confirmation"
