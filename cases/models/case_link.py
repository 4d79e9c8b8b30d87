"""That two cases have to do with each other: one row a pair at a time. Taken back, never deleted."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.guards import all_or_none, facts_stay, never_deleted
from contacts.models import User
from sla.guards import never_emptied
from sla.time_bounds import within_bounds


class LinkKind(models.TextChoices):
    """What a case is to the other one, read from the first case of the pair."""

    RELATED = "related", _("has to do with")
    CAUSED_BY = "caused_by", _("is caused by")
    FOLLOW_UP = "follow_up", _("follows up on")
    SPLIT_OFF = "split_off", _("was split off from")


# The same, read from the other case of the pair.
SEEN_FROM_OTHER = {
    LinkKind.RELATED: _("has to do with"),
    LinkKind.CAUSED_BY: _("is the cause of"),
    LinkKind.FOLLOW_UP: _("is followed up by"),
    LinkKind.SPLIT_OFF: _("was divided; split off:"),
}


class CaseLink(models.Model):
    """One link. `case` is what `kind` says to `other`; the pair has no order for the database: one link at a time.

    Cases of several accounts may be linked: each reader sees only those that they may see anyway.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="links", verbose_name=_("case"))
    other = models.ForeignKey(Case, models.PROTECT, related_name="links_to", verbose_name=_("other case"))
    kind = models.CharField(_("kind"), max_length=10, choices=LinkKind.choices, default=LinkKind.RELATED)
    at = models.DateTimeField(_("since"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    removed_at = models.DateTimeField(_("until"), null=True, blank=True)
    removed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken back by")
    )

    class Meta:
        verbose_name = _("link between cases")
        verbose_name_plural = _("links between cases")
        constraints = [
            within_bounds("at", "removed_at"),
            models.UniqueConstraint(
                Least("case", "other"),
                Greatest("case", "other"),
                condition=Q(removed_at__isnull=True),
                name="case_pair_linked_once",
            ),
            models.CheckConstraint(condition=~Q(case=F("other")), name="case_not_linked_to_itself"),
            models.CheckConstraint(condition=all_or_none("removed_at", "removed_by"), name="case_link_removed_by_whom"),
        ]
        triggers = [facts_stay("case", "other", "kind", "at", "by"), never_deleted(), never_emptied()]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.other_id}"
