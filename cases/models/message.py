"""What was said: Messages between us and the customer; Notes among us, in a table that no customer page reads.

Words once said stay: the database refuses to change them or to take them away.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case, Channel
from cases.models.guards import append_only
from contacts.models import User
from sla.guards import never_emptied
from sla.text_fields import CleanTextField
from sla.text_guard import text_guard
from sla.time_bounds import within_bounds
from sla.time_words import format_utc


class Purpose(models.TextChoices):
    """Why a message was written."""

    OPENING = "opening", _("Description")
    REPLY = "reply", _("Reply")
    QUESTION = "question", _("Question")
    SOLUTION = "solution", _("Solution")
    REJECTION = "rejection", _("Not solved")
    REOPENING = "reopening", _("Reopening")
    RESTORATION = "restoration", _("Service restored")
    ROOT_CAUSE = "root_cause", _("Root-cause report")
    SEVERITY = "severity", _("Change of severity")
    CONSULTING = "consulting", _("Work that is billed")
    REVIEW = "review", _("Complete answer")
    INCIDENT = "incident", _("Known problem")


class Message(models.Model):
    """Words that the customer and we both see."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="messages", verbose_name=_("case"))
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("author"))
    from_customer = models.BooleanField(_("from the customer"))
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose.choices, default=Purpose.REPLY)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.WEB)
    body = CleanTextField(_("text"))
    at = models.DateTimeField(_("time"))
    copied_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("copied from"),
        help_text=_("The message from which this case was split off."),
    )

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [models.Index(fields=["case", "id"], name="message_of_case")]
        triggers = [text_guard(), append_only(), never_emptied()]
        constraints = [within_bounds("at")]

    def __str__(self) -> str:
        return f"{self.case_id} · {format_utc(self.at)}"


class Note(models.Model):
    """Words among ourselves."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="notes", verbose_name=_("case"))
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("author"))
    body = CleanTextField(_("text"))
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        indexes = [models.Index(fields=["case", "id"], name="note_of_case")]
        triggers = [text_guard(), append_only(), never_emptied()]
        constraints = [within_bounds("at")]

    def __str__(self) -> str:
        return f"{self.case_id} · {format_utc(self.at)}"
