"""What mails about dispatch, other teams and billed work say. Here are also the notices that go to our own people.

Plain values for the templates; raises Outdated where it is no longer so.
"""

from typing import Any

from cases.models import Case, ConsultingReferral, OutboxMail
from cases.notifications.withheld import Outdated
from contacts.models import Team
from sla.time_words import format_estimate

TO_OURS = (
    "dispatched",
    "dispatch_failed",
    "transferred",
    "consulting_asked",
    "consulting_unattended",
    "consulting_answered",
)


def dispatched(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """A case that was handed to the reader, while it is still theirs."""
    if case.owner_id != mail.recipient_id or case.is_closed:
        raise Outdated
    return _brief(case) | {"team": _team(mail.event.data["team"])}


def dispatch_failed(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """A case that nobody could be handed, while it still waits."""
    if case.dispatch_failed_at is None or case.owner_id is not None:
        raise Outdated
    return _brief(case) | {"team": _team(mail.event.data["team"])}


def transferred(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """A case that came to the reader or their team, while it is there and nobody else has it."""
    to = mail.event.data.get("to") or {"team": mail.event.data["team"], "owner": ""}
    if case.team.code != to["team"] or case.owner_id not in (None, mail.recipient_id):
        raise Outdated
    return _brief(case) | {
        "team": _team(to["team"]),
        "owner": to["owner"],
        "agreed": mail.event.kind == "consulting_agreed",
    }


def consulting_asked(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """The question about billed work, while it waits for the customer's word; to them, and to who looks after them."""
    referral = ConsultingReferral.objects.filter(case=case, message=mail.event.message_id).first()
    if referral is None or not referral.is_open:
        raise Outdated
    estimated = format_estimate(referral.estimate_minutes, referral.estimate)
    return _brief(case) | {"estimated": estimated, "files": 0}


consulting_referred = consulting_unattended = consulting_asked


def consulting_withdrawn(_mail: OutboxMail, _case: Case) -> dict[str, Any]:
    """That the question about billed work was taken back."""
    return {}


def consulting_answered(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """What the customer said of billed work."""
    agreed = mail.event.kind == "consulting_agreed"
    team = _team(mail.event.data["team"]) if agreed else str(case.team)
    return _brief(case) | {"agreed": agreed, "given_by": mail.event.data["given_by"], "team": team}


consulting_recorded = consulting_answered


def _brief(case: Case) -> dict[str, Any]:
    return {"owner": " ".join(case.owner.name.split()) if case.owner else "", "plan": case.plan.name}


def _team(code: str) -> str:
    return str(Team.objects.filter(code=code).first() or code)
