"""The release is out that fixes a case: the house gives it to the customer as the solution."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cases import releases
from cases.lifecycle.change import changing
from cases.models import Case
from cases.models.event import SolutionWay
from cases.permissions import NotAllowed
from cases.statuses import IllegalMove
from contacts.models import User


class NotReleased(IllegalMove):
    """The release is not out yet for the desk of the case, or was withdrawn."""

    words = _("The release that fixes the case is not out.")


class OutBeforeTheFix(NotReleased):
    """The release was out before the case began to wait for it: it was made without the fix, as far as is known."""


def release_fix(case: Case, *, by: User | None = None, at: datetime) -> Case:
    """Provide the release that the case waits for as its solution, at `at` (UTC), in words for the customer.

    The house alone does it (`by` None), from the opening of the case's desk on the day of the release on. The day is
    read again under the lock. Raises NotAllowed, NotReleased, OutBeforeTheFix (its day was moved to before the case
    began to wait: somebody of ours decides), IllegalMove (it waits for none any more).
    """
    if by is not None:
        raise NotAllowed
    with changing(case, "release_fix", by=None, at=at) as change:
        release = change.case.fixed_in
        if release is None or release.is_withdrawn:
            raise NotReleased
        out = releases.out_at(change.case.calendar, release.released_on)
        if out is None or out > at:
            raise NotReleased
        if releases.was_out_before(change.case, release, releases.waiting_since(change.case)):
            raise OutBeforeTheFix
        change.happened(
            "fix_released",
            way=SolutionWay.RELEASE.value,
            release=str(release),
            notes_url=release.notes_url or release.product.release_notes_url,
            words=releases.format_notice(change.case, release),
        )
    return change.case
