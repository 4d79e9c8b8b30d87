"""Related cases: a link says how two have to do with each other. Both pages show it."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.lifecycle.change import changing
from cases.lifecycle.pairs import IntoItself, both, refuse_the_unseen
from cases.models import Case, CaseLink
from cases.models.case_link import LinkKind
from cases.statuses import IllegalMove
from contacts.models import User


class LinkedAlready(IllegalMove):
    """There is one link a pair."""

    words = _("This case and %(other)s are linked already.")


class NotLinked(IllegalMove):
    """There is nothing to take back."""

    words = _("These cases are not linked.")


def link(case: Case, *, by: User, at: datetime, other: Case, kind: str = LinkKind.RELATED) -> Case:
    """Say how `case` has to do with `other`, as LinkKind; of another account too, which its customers never see.

    An event on both. Raises NoSuchCase, IntoItself, LinkedAlready, NotAllowed.
    """
    if case.pk == other.pk:
        raise IntoItself
    refuse_the_unseen(by, other)
    with both(case, other), changing(case, "link", by=by, at=at) as one, changing(other, "link", by=by, at=at) as two:
        if between(one.case, two.case) is not None:
            raise LinkedAlready(other=two.case.number)
        CaseLink.objects.create(case=one.case, other=two.case, kind=LinkKind(kind), at=at, by=by)
        one.happened("linked", other=two.case.number, link=LinkKind(kind).value)
        two.happened("linked", other=one.case.number, link=f"-{LinkKind(kind).value}")
    return one.case


def unlink(case: Case, *, by: User, at: datetime, other: Case) -> Case:
    """Take the link between the two back. Raises NoSuchCase, NotLinked, NotAllowed."""
    refuse_the_unseen(by, other)
    with (
        both(case, other),
        changing(case, "unlink", by=by, at=at) as one,
        changing(other, "unlink", by=by, at=at) as two,
    ):
        found = between(one.case, two.case)
        if found is None:
            raise NotLinked
        found.removed_at, found.removed_by = at, by
        found.save(update_fields=["removed_at", "removed_by"])
        one.happened("unlinked", other=two.case.number)
        two.happened("unlinked", other=one.case.number)
    return one.case


def between(case: Case, other: Case) -> CaseLink | None:
    """Return the link between the two, None where there is none. One query."""
    pair = Q(case=case, other=other) | Q(case=other, other=case)
    return CaseLink.objects.filter(pair, removed_at__isnull=True).first()
