"""Who follows a case: they get the mails that its customer gets, as long as they may see it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.guards import never_deleted
from contacts.models import User
from sla.guards import never_emptied
from sla.time_bounds import within_bounds


class Follower(models.Model):
    """That a person follows a case, or did: `ended_at` says until when. `by` is who began it, mostly themselves."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="followers", db_index=False, verbose_name=_("case"))
    user = models.ForeignKey(
        User, models.PROTECT, related_name="followed", db_index=False, verbose_name=_("who follows")
    )
    at = models.DateTimeField(_("since"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        constraints = [
            within_bounds("at", "ended_at"),
            models.UniqueConstraint(
                fields=["case", "user"], condition=Q(ended_at__isnull=True), name="case_followed_once"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "case"], condition=Q(ended_at__isnull=True), name="cases_followed"),
        ]
        triggers = [never_deleted(), never_emptied()]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.user_id}"
