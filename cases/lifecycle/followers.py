"""Following a case: who does gets the mails that its customer gets, as long as they may see it."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cases.lifecycle.change import changing
from cases.models import Case, Follower
from cases.permissions import NotAllowed
from cases.statuses import IllegalMove, Refusal
from contacts.models import User


class CannotFollow(Refusal):
    """The person named may not see the case."""

    words = _("%(person)s may not see this case, and cannot follow it.")


def follow(case: Case, *, by: User, at: datetime, person: User | None = None) -> Case:
    """Let `person` follow the case: oneself, or, where one of ours does it, somebody who may see it.

    Raises CannotFollow, NotAllowed, IllegalMove (does so already, or gets the mails anyway as its customer).
    """
    person = person or by
    with changing(case, "follow", by=by, at=at) as change:
        if person != by and by.is_customer:
            raise NotAllowed
        if person.pk == change.case.customer_id:
            raise IllegalMove(_("It is their case: they get these mails anyway."))
        if not Case.objects.visible_to(person).filter(pk=change.case.pk).exists():
            raise CannotFollow(person=person)
        if not add_follower(change.case, person, by=by, at=at):
            raise IllegalMove(_("%(person)s follows this case already."), person=person)
        change.happened("followed" if person == by else "follower_added", person=person.name)
    return change.case


def unfollow(case: Case, *, by: User, at: datetime, person: User | None = None) -> Case:
    """End that `person`, by default oneself, follows the case; of others only one of ours may do so.

    Raises NotAllowed, IllegalMove (does not follow it).
    """
    person = person or by
    with changing(case, "unfollow", by=by, at=at) as change:
        if person != by and by.is_customer:
            raise NotAllowed
        following = Follower.objects.filter(case=change.case, user=person, ended_at__isnull=True)
        if not following.update(ended_at=at):
            raise IllegalMove(_("%(person)s does not follow this case."), person=person)
        change.happened("unfollowed", person=person.name)
    return change.case


def add_follower(case: Case, person: User, *, by: User, at: datetime) -> bool:
    """Let `person` follow a locked `case`; say whether that is new. Records nothing."""
    following = Follower.objects.filter(case=case, user=person, ended_at__isnull=True)
    if following.exists():
        return False
    Follower.objects.create(case=case, user=person, at=at, by=by)
    return True
