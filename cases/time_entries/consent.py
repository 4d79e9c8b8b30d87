"""Work that is billed: whether a customer agreed to it, and what waits for their word.

What is asked and answered stands in `cases/lifecycle/consulting.py`.
"""

from collections.abc import Collection
from datetime import datetime

from cases.models import Case, ConsultingReferral
from cases.models.case_type import BEYOND_FREE_HELP, FUNCTIONAL
from cases.models.consulting_referral import ReferralState
from contacts.models import User
from sla.time_words import format_estimate

# Causes without promised times for which the service description names Consulting.
REFERABLE = {FUNCTIONAL, BEYOND_FREE_HELP}


def consent_for(case: Case) -> ConsultingReferral | None:
    """Return the customer's consent to billed work on `case`, the latest; None: such work may not begin. One query."""
    agreed = ConsultingReferral.objects.filter(case=case, state=ReferralState.AGREED)
    return agreed.select_related("given_by", "decided_by").order_by("-pk").first()


def open_referral(case: Case) -> ConsultingReferral | None:
    """Return the referral of `case` that waits for the customer's word, if any. One query."""
    return ConsultingReferral.objects.filter(case=case, state=ReferralState.OPEN).first()


def latest(case: Case) -> ConsultingReferral | None:
    """Return the last referral of `case`, open or ended. One query."""
    known = ConsultingReferral.objects.filter(case=case)
    return known.select_related("asked_by", "given_by", "decided_by", "message").order_by("-pk").first()


def lapse(cases: Collection[Case], *, by: User | None, at: datetime) -> None:
    """Let the open referrals of cases end where nobody waits for them any more. One query, none for no cases."""
    if not cases:
        return
    open_ones = ConsultingReferral.objects.filter(case__in=cases, state=ReferralState.OPEN)
    open_ones.update(state=ReferralState.WITHDRAWN, decided_at=at, decided_by=by)


def is_referable(case: Case) -> bool:
    """Say whether `case` is one that Consulting should answer: no times are promised for it, for what it is about."""
    return case.exclusion_id in REFERABLE and not case.team.needs_consent


def estimate_of(referral: ConsultingReferral) -> str:
    """Say how much work a referral expects, in the active language."""
    return format_estimate(referral.estimate_minutes, referral.estimate)
