"""Referring a case to Consulting, whose work is billed: the customer is asked, and only their yes moves the case."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases.lifecycle.change import Change, Sent, changing, once
from cases.lifecycle.dispatch import pass_on
from cases.models import Case, ConsultingReferral
from cases.models.case import Channel
from cases.models.consulting_referral import ReferralState
from cases.models.message import Purpose
from cases.outbox import recipients
from cases.statuses import IllegalMove, Refusal
from cases.time_entries import consent
from contacts.models import Account, Team, User


class ReferralIsOpen(IllegalMove):
    """The customer has been asked already."""

    words = _("The customer has been asked already whether the work may be billed.")


class NothingAsked(IllegalMove):
    """No referral waits for the customer's word: it was answered or taken back, or there never was one."""

    words = _("No question about billed work waits for an answer any more.")


class NoSuchTeam(Refusal):
    """No team is marked as one whose work is billed: a hole in the reference data."""

    words = _("No team does billed work. A manager can mark one in the back office.")


@once
def refer_to_consulting(
    case: Case,
    *,
    by: User,
    at: datetime,
    reason: str,
    estimate_minutes: int | None = None,
    estimate: str = "",
    submission: UUID | None = None,
) -> Case:
    """Ask the customer whether Consulting may go on as billed work; the Customer Success manager is told, or managers.

    `reason` is what the customer reads; what is expected as `estimate_minutes`, in words, or neither. The customer is
    awaited. Raises ReferralIsOpen, NoSuchTeam, NotAllowed, IllegalMove.
    """
    with changing(case, "refer_to_consulting", by=by, at=at, submission=submission) as change:
        if consent.open_referral(change.case) is not None:
            raise ReferralIsOpen
        _team()
        message = change.say(reason, Purpose.CONSULTING)
        ConsultingReferral.objects.create(
            case=change.case,
            asked_at=at,
            asked_by=by,
            message=message,
            estimate_minutes=estimate_minutes,
            estimate=estimate,
        )
        for notice, person in _looking_after(change):
            change.notify(notice, person)
        change.happened("consulting_referred", estimated={"minutes": estimate_minutes, "words": estimate})
    return change.case


def agree_to_consulting(case: Case, *, by: User, at: datetime, channel: str = Channel.WEB) -> Case:
    """Agree as the customer that the work is billed: the case goes to Consulting, whose work may begin.

    Raises NothingAsked, NotAllowed, IllegalMove.
    """
    with changing(case, "agree_to_consulting", by=by, at=at, channel=channel) as change:
        _answer(change, agreed=True, given_by=by)
    return change.case


def decline_consulting(case: Case, *, by: User, at: datetime, channel: str = Channel.WEB) -> Case:
    """Decline as the customer: the case stays where it is. Raises NothingAsked, NotAllowed, IllegalMove."""
    with changing(case, "decline_consulting", by=by, at=at, channel=channel) as change:
        _answer(change, agreed=False, given_by=by)
    return change.case


@once
def record_consulting_consent(
    case: Case,
    *,
    by: User,
    at: datetime,
    agreed: bool,
    body: str,
    channel: str = Channel.PHONE,
    submission: UUID | None = None,
) -> Case:
    """Write down what the customer answered by phone or mail: `body` are their words, and they get a copy.

    Raises NothingAsked, NotAllowed, IllegalMove.
    """
    sent: Sent = {"channel": channel, "submission": submission}
    with changing(case, "record_consulting_consent", by=by, at=at, **sent) as change:
        change.say(body, Purpose.CONSULTING, author=change.case.customer)
        _answer(change, agreed=agreed, given_by=change.case.customer)
    return change.case


def withdraw_referral(case: Case, *, by: User, at: datetime) -> Case:
    """Take the question about billed work back; the customer is told. Raises NothingAsked, NotAllowed, IllegalMove."""
    with changing(case, "withdraw_referral", by=by, at=at) as change:
        _end(_asked(change), ReferralState.WITHDRAWN, change)
        change.happened("consulting_withdrawn")
    return change.case


def _answer(change: Change, *, agreed: bool, given_by: User) -> None:
    found = _asked(change)
    found.given_by, found.channel, found.words = given_by, change.channel, change.message
    _end(found, ReferralState.AGREED if agreed else ReferralState.DECLINED, change)
    asked_owner = change.case.owner_id or found.asked_by_id
    team = _team()
    if agreed and change.case.team_id != team.pk:
        pass_on(change, team, None)
    told = dict.fromkeys([asked_owner, *(person for _notice, person in _looking_after(change, managers=False))])
    actor = change.by.pk if change.by else None
    change.notify("consulting_answered", *(person for person in told if person != actor))
    if agreed:
        change.happened("consulting_agreed", given_by=given_by.name, team=team.code)
    else:
        change.happened("consulting_declined", given_by=given_by.name)


def _asked(change: Change) -> ConsultingReferral:
    """Return the referral that waits, as it is now that its case is locked."""
    found = consent.open_referral(change.case)
    if found is None:
        raise NothingAsked
    return found


def _end(referral: ConsultingReferral, state: ReferralState, change: Change) -> None:
    referral.state, referral.decided_at, referral.decided_by = state, change.at, change.by
    referral.save(update_fields=["state", "decided_at", "decided_by", "given_by", "channel", "words"])


def _team() -> Team:
    team = Team.objects.filter(needs_consent=True).order_by("position", "pk").first()
    if team is None:
        raise NoSuchTeam
    return team


def _looking_after(change: Change, *, managers: bool = True) -> list[tuple[str, int]]:
    """Return who brings customer and Consulting together, as notice and id; without such a person the managers."""
    account = Account.objects.select_related("customer_success_manager").get(pk=change.case.account_id)
    person = account.customer_success_manager
    if person is not None and person.is_active:
        return [("consulting_asked", person.pk)]
    ids = recipients.managers().values_list("pk", flat=True) if managers else ()
    return [("consulting_unattended", pk) for pk in ids if change.by is None or pk != change.by.pk]
