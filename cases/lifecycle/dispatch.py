"""Handing a case to whoever of its team is at work and has the fewest, and passing it on to another team."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases import permissions
from cases.assignment import candidates
from cases.lifecycle.assignment import AlreadyTaken, CannotOwn, refuse_without_consent
from cases.lifecycle.change import Change, changing
from cases.models import Case
from cases.outbox import recipients
from cases.statuses import IllegalMove, Refusal
from contacts.models import Team, User

# A case for which nobody was at work is looked at again when somebody comes, and at least so often: hours, absences and
# members may have been edited meanwhile.
LOOK_AGAIN = timedelta(minutes=10)


class NobodyAtWork(Refusal):
    """Nobody of the team may be handed a case now."""

    words = _("Nobody of %(team)s is at work and may be handed this case.")


class SameTeam(IllegalMove):
    """The case is with this team, and with nobody else of it, already."""

    words = _("The case is with %(team)s already.")


class NotOfTheTeam(Refusal):
    """The person named does not belong to the team."""

    words = _("%(person)s is not of %(team)s.")


def dispatch(case: Case, *, by: User | None = None, at: datetime) -> Case:
    """Hand a case without an owner to the least loaded of its team who is at work at `at` (UTC).

    `by` is None for the house, or who does it by hand. Raises AlreadyTaken, NobodyAtWork, NotAllowed, IllegalMove.
    """
    with changing(case, "dispatch", by=by, at=at) as change:
        _refuse_an_owner(change)
        team = _hold_team(change.case.team_id)
        language = _language(change.case)
        first = next(iter(candidates.candidates(team, change.case.calendar, at=at, language=language)), None)
        if first is None or first.why_not is not None:
            raise NobodyAtWork(team=team)
        change.set(owner=first.person)
        if by is None or by.pk != first.person.pk:
            change.notify("dispatched", first.person.pk)
        change.happened("dispatched", owner=first.person.name, team=team.code, rule=change.case.dispatch_rule_id or "")
    return change.case


def hold_dispatch(case: Case, *, by: User | None = None, at: datetime) -> Case:
    """Leave a case with its team, nobody being at work there, and tell the dispatchers, once.

    The house alone does it (`by` None), and only where the case was to be handed over. Raises AlreadyTaken,
    IllegalMove.
    """
    with changing(case, "hold_dispatch", by=by, at=at) as change:
        _refuse_an_owner(change)
        if change.case.dispatch_at is None or change.case.dispatch_failed_at is not None:
            raise IllegalMove(_("This is known already."))
        team = Team.objects.get(pk=change.case.team_id)
        change.set(dispatch_failed_at=at, dispatch_at=look_again(change.case, team, at=at))
        change.notify("dispatch_failed", *recipients.dispatchers(change.case.calendar, at=at))
        change.happened("dispatch_failed", team=team.code, rule=change.case.dispatch_rule_id or "")
    return change.case


def look_again(case: Case, team: Team, *, at: datetime) -> datetime:
    """Return when a case for which nobody is at work is looked at again: when somebody comes, or before."""
    found = candidates.candidates(team, case.calendar, at=at, language=_language(case))
    coming = [one.back_at for one in found if one.back_at is not None and one.back_at > at]
    return min([*coming, at + LOOK_AGAIN])


def transfer(case: Case, *, by: User, at: datetime, team: Team, body: str, owner: User | None = None) -> Case:
    """Pass the case on to another team, with a note for it, and to `owner`, who is of that team, where one is named.

    Otherwise it waits in their queue; whoever of them is at work is told. Raises SameTeam, NeedsConsent, CannotOwn,
    NotOfTheTeam, NotAllowed, IllegalMove.
    """
    if owner is not None:
        _refuse_a_stranger(owner, team)
    with changing(case, "transfer", by=by, at=at) as change:
        if change.case.team_id == team.pk:
            raise SameTeam(team=team)
        refuse_without_consent(change.case, team)
        change.jot(body)
        pass_on(change, team, owner)
        change.happened("transferred", to={"team": team.code, "owner": owner.name if owner else ""})
    return change.case


def pass_on(change: Change, team: Team, owner: User | None) -> None:
    """Set team and owner of a locked case, and tell the owner, or those of the team who are at work."""
    waits_for_nobody = {"dispatch_rule": None, "dispatch_at": None, "dispatch_failed_at": None}
    change.set(team=team, owner=owner, **waits_for_nobody)
    people = [owner.pk] if owner else recipients.team_at_work(team, change.case.calendar, at=change.at)
    actor = change.by.pk if change.by else None
    change.notify("transferred", *(person for person in people if person != actor))


def _refuse_an_owner(change: Change) -> None:
    if change.case.owner is not None:
        raise AlreadyTaken(owner=change.case.owner)


def _refuse_a_stranger(owner: User, team: Team) -> None:
    if not owner.is_active or owner.role not in permissions.MAY["take"]:
        raise CannotOwn(person=owner)
    if not team.members.filter(pk=owner.pk).exists():
        raise NotOfTheTeam(person=owner, team=team)


def _hold_team(pk: int) -> Team:
    """Return the team, held until the transaction ends: who counts its members' cases next counts this one too.

    Always after the row of a case, never before. Keys that refer to the team are not kept waiting.
    """
    assert transaction.get_connection().in_atomic_block
    return Team.objects.select_for_update(no_key=True).get(pk=pk)


def _language(case: Case) -> str:
    rule = case.dispatch_rule
    return case.customer.language if rule is not None and rule.speaks_language else ""
