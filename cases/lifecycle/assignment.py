"""Who works the case, and where it is being worked."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases import releases
from cases.lifecycle.change import changing, once
from cases.models import Case
from cases.statuses import Refusal
from cases.time_entries.consent import consent_for
from contacts.models import Team, User
from products.models import Release


class AlreadyTaken(Refusal):
    """Somebody else took the case first."""

    words = _("%(owner)s has taken this case already.")


class CannotOwn(Refusal):
    """The person named cannot work cases."""

    words = _("%(person)s cannot be given cases.")


class NeedsConsent(Refusal):
    """The work of this team is billed, and the customer has not agreed to it."""

    words = _("The work of %(team)s is billed: refer the case, and it goes there when its customer agrees.")


class OtherProduct(Refusal):
    """The release named is not of the product of the case."""

    words = _("This is a version of another product.")


class NotToCome(Refusal):
    """The release named cannot bring the fix: it is out, withdrawn, or no newer than what the customer runs."""


def take(case: Case, *, by: User, at: datetime) -> Case:
    """Make `by` the owner of a case that has none; of two at once, one wins. Raises AlreadyTaken, NotAllowed."""
    with changing(case, "take", by=by, at=at) as change:
        owner = change.case.owner
        if owner is not None:
            raise AlreadyTaken(owner=owner)
        change.set(owner=by)
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
        raise CannotOwn(person=owner)
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
        change.happened("release_awaited", release=str(release))
    return change.case


def refuse_without_consent(case: Case, team: Team) -> None:
    """Raise NeedsConsent where `case` would come to a team whose work its customer has not agreed to pay."""
    if team.needs_consent and case.team_id != team.pk and consent_for(case) is None:
        raise NeedsConsent(team=team)


def _refuse_what_cannot_bring_it(case: Case, release: Release, at: datetime) -> None:
    if release.is_withdrawn:
        raise NotToCome(_("%(release)s was withdrawn. Name another release."), release=release)
    if not releases.is_newer(case, release):
        words = _("The customer runs %(runs)s: the fix has to come with a newer release.")
        raise NotToCome(words, runs=releases.version_run(case))
    if not releases.is_to_come(case, release, at=at):
        words = _("%(release)s is out already. If it contains the fix, give it to the customer as the solution.")
        raise NotToCome(words, release=release)


def resume_work(case: Case, *, by: User, at: datetime) -> Case:
    """Take up the work again: the customer is no longer awaited, nor developers, nor a release. Raises IllegalMove."""
    with changing(case, "resume_work", by=by, at=at) as change:
        change.happened("work_resumed")
    return change.case
