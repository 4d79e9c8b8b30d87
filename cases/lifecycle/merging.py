"""A case that is about the same as another is merged into it: a pointer, which can be taken back. Nothing is moved.

Words, files and notes stay with the case in which they were said; the pages show them in the other one.
"""

from datetime import datetime
from typing import Unpack
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases.events.relations import ABSORBED, MERGED, UNMERGED
from cases.lifecycle.change import Change, Sent, changing, once
from cases.lifecycle.conversation import reply
from cases.lifecycle.followers import add_follower
from cases.lifecycle.opening import reopen
from cases.lifecycle.pairs import IntoItself, NoSuchCase, both, refuse_the_unseen
from cases.models import Case, Event, Follower
from cases.outbox import recipients
from cases.statuses import IllegalMove, Refusal
from contacts.models import User


class HasAbsorbed(IllegalMove):
    """Another case was merged into this one: a chain would lead nobody anywhere."""

    words = _("%(other)s was merged into this case. Merge the other way round, or take that back first.")


class CustomerLeftOut(IllegalMove):
    """The customer of the case could not read how it goes on."""

    words = _("%(customer)s may not see %(number)s, and would hear no more. Link the cases instead.")


class NotMerged(IllegalMove):
    """There is nothing to take back."""

    words = _("This case is not merged into another.")


class OutOfSight(Refusal):
    """The other case can no longer be seen by this person."""

    words = _("You may not see the case that goes on with this one. Phone or write to us.")


@once
def merge(case: Case, *, by: User, at: datetime, into: Case, submission: UUID | None = None) -> Case:
    """Close `case` as a duplicate of `into`, which goes on with it: clocks end, its customer follows `into`.

    Both are locked, in order of id. Raises NoSuchCase, IntoItself, HasAbsorbed, CustomerLeftOut, Merged, NotAllowed,
    IllegalMove (`into` is closed).
    """
    if case.pk == into.pk:
        raise IntoItself
    refuse_the_unseen(by, into)
    with (
        both(case, into),
        changing(case, "merge", by=by, at=at, submission=submission) as change,
        changing(into, "absorb", by=by, at=at) as other,
    ):
        _refuse_what_cannot_be_one(change.case, other.case)
        before = change.case.status
        change.set(merged_into=other.case)
        new = _follow_on(change, other.case)
        change.happened(MERGED, into=other.case.number, status_before=before, followers=new)
        other.happened(ABSORBED, merged=change.case.number)
        # The customer of the case that goes on hears of it, where somebody else asked in the merged one.
        if other.case.customer_id not in (change.case.customer_id, by.pk):
            other.notify(ABSORBED, other.case.customer_id)
    return change.case


def unmerge(case: Case, *, by: User, at: datetime, because: str) -> Case:
    """Take the merging of `case` back, for a reason that its customer reads: status and clocks are as if it never was.

    Who followed the other case because of it no longer does. Raises NotMerged, NotAllowed, IllegalMove.
    """
    into = Case.objects.visible_to(by).filter(absorbed=case.pk).first()
    if into is None:
        raise NotMerged
    with (
        both(case, into),
        changing(case, "unmerge", by=by, at=at) as change,
        changing(into, "let_go", by=by, at=at) as other,
    ):
        if change.case.merged_into_id != into.pk:
            raise NotMerged
        _put_back(change, into)
        change.set(merged_into=None)
        change.happened(UNMERGED, because=because)
        other.happened("let_go", merged=change.case.number, because=because)
    return change.case


def say_where_it_goes_on(case: Case, *, by: User, at: datetime, body: str, **sent: Unpack[Sent]) -> Case:
    """Say something of a merged `case` in the one that goes on with it, opening that again where it is closed.

    Returns that case. Raises OutOfSight, NotAllowed, IllegalMove.
    """
    into = Case.objects.visible_to(by).filter(absorbed=case.pk).first()
    if into is None:
        raise OutOfSight
    if into.is_closed:
        return reopen(into, by=by, at=at, reason=body, **sent)
    return reply(into, by=by, at=at, body=body, **sent)


def _refuse_what_cannot_be_one(case: Case, into: Case) -> None:
    if case.account_id != into.account_id:
        raise NoSuchCase
    absorbed = Case.objects.filter(merged_into=case).first()
    if absorbed is not None:
        raise HasAbsorbed(other=absorbed.number)
    if case.customer.is_active and not Case.objects.visible_to(case.customer).filter(pk=into.pk).exists():
        raise CustomerLeftOut(customer=case.customer.name, number=into.number)


def _follow_on(change: Change, into: Case) -> list[int]:
    """Let the customer of the merged case, and those who followed it, follow the other; return the new ones' ids."""
    assert change.by is not None
    people = User.objects.filter(pk__in=[change.case.customer_id, *recipients.followers(change.case)]).exclude(
        pk=into.customer_id
    )
    return [
        person.pk
        for person in people.order_by("pk")
        if Case.objects.visible_to(person).filter(pk=into.pk).exists()
        and add_follower(into, person, by=change.by, at=change.at)
    ]


def _put_back(change: Change, into: Case) -> None:
    """Give the case the status that its merging took, a countdown anew; who followed on because of it stops."""
    merged = Event.objects.filter(case=change.case, kind=MERGED).order_by("-pk")[0]
    before = merged.data["status_before"]
    if before != change.case.status:
        change.set(status=before, closed_at=None)
    because = Follower.objects.filter(case=into, user__in=merged.data["followers"], ended_at__isnull=True)
    because.update(ended_at=change.at)
