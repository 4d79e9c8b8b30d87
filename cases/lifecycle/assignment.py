"""Who works the case, and where it is being worked."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases import releases
from cases.lifecycle.change import changing, once
from cases.lifecycle.consent import refuse_without_consent
from cases.models import Case
from cases.statuses import Refusal
from contacts.models import Team, User
from products.models import Release


class AlreadyTaken(Refusal):
    """Somebody else took the case first."""

    def __init__(self, owner: User) -> None:
        super().__init__(_("%(owner)s has taken this case already.") % {"owner": owner.name})
        self.owner = owner


class CannotOwn(Refusal):
    """The person named cannot work cases."""

    def __init__(self, person: User) -> None:
        super().__init__(_("%(person)s cannot be given cases.") % {"person": person.name})


class OtherProduct(Refusal):
    """The release named is not of the product of the case."""

    def __init__(self) -> None:
        super().__init__(_("This is a version of another product."))


class NotToCome(Refusal):
    """The release named cannot bring the fix: it is out, withdrawn, or no newer than what the customer runs."""


def take(case: Case, *, by: User, at: datetime) -> Case:
    """Make `by` the owner of a case that has none; of two at once, one wins. Raises AlreadyTaken, NotAllowed."""
    with changing(case, "take", by=by, at=at) as change:
        owner = change.case.owner
        if owner is not None:
            raise AlreadyTaken(owner)
        change.set(owner=by)
        change.move("take")
        change.happened("taken")
    return change.case


@once
def assign(
    case: Case, *, by: User, at: datetime, owner: User, team: Team | None = None, submission: UUID | None = None
) -> Case:
    """Give the case to `owner`, and to `team` where one is named.

    Raises CannotOwn, NeedsConsent, NotAllowed, IllegalMove.
    """
    if not owner.is_active or not owner.works_here:
        raise CannotOwn(owner)
    with changing(case, "assign", by=by, at=at, submission=submission) as change:
        change.set(owner=owner)
        if team is not None:
            refuse_without_consent(change.case, team)
            change.set(team=team)
        change.happened("assigned", owner=owner.name)
    return change.case


@once
def hand_to_development(case: Case, *, by: User, at: datetime, body: str, submission: UUID | None = None) -> Case:
    """Say that a change of code is being made; `body` is a note for the developers. Raises NotAllowed, IllegalMove."""
    with changing(case, "hand_to_development", by=by, at=at, submission=submission) as change:
        change.jot(body)
        change.move("hand_to_development")
        change.happened("handed_to_development")
    return change.case


@once
def await_release(case: Case, *, by: User, at: datetime, release: Release, submission: UUID | None = None) -> Case:
    """Say that the fix is made and comes with `release`, which is to come and newer than what the customer runs.

    Raises OtherProduct, NotToCome, NotAllowed, IllegalMove.
    """
    if release.product_id != case.product_id:
        raise OtherProduct
    with changing(case, "await_release", by=by, at=at, submission=submission) as change:
        _refuse_what_cannot_bring_it(change.case, release, at)
        change.set(fixed_in=release)
        change.move("await_release")
        change.happened("release_awaited", release=str(release))
    return change.case


def _refuse_what_cannot_bring_it(case: Case, release: Release, at: datetime) -> None:
    named = {"release": release, "runs": releases.version_run(case)}
    if release.is_withdrawn:
        raise NotToCome(_("%(release)s was withdrawn. Name another release.") % named)
    if not releases.is_newer(case, release):
        raise NotToCome(_("The customer runs %(runs)s: the fix has to come with a newer release.") % named)
    if not releases.is_to_come(case, release, at=at):
        words = _("%(release)s is out already. If it contains the fix, give it to the customer as the solution.")
        raise NotToCome(words % named)


def resume_work(case: Case, *, by: User, at: datetime) -> Case:
    """Take up the work again: the customer is no longer awaited, nor developers, nor a release. Raises IllegalMove."""
    with changing(case, "resume_work", by=by, at=at) as change:
        change.move("resume_work")
        change.happened("work_resumed")
    return change.case
