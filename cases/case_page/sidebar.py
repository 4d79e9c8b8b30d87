"""What stands beside a case: its version, whether that is supported, the desk's hours, other cases of the account."""

from dataclasses import dataclass
from datetime import datetime

from cases.commitments import promised_times
from cases.commitments.terms import opened_day_of
from cases.models import Case
from contacts.models import User
from products.models import Release
from products.support_window import support_window
from sla import compiled

OTHER_CASES = 5


@dataclass(frozen=True, slots=True)
class Beside:
    """All of it. `covered` says whether `release` is supported now, `supported` which versions are."""

    release: Release | None
    covered: bool
    supported: tuple[Release, ...]
    hours: promised_times.Hours
    closes_at: datetime | None
    others: tuple[Case, ...]
    more_others: bool


def beside(case: Case, user: User, *, at: datetime) -> Beside:
    """Return what `user` is shown beside `case` at `at`. Two queries, calendars being kept in process."""
    hours = promised_times.hours(case.calendar, at=at)
    release = case.instance.release if case.instance else case.release
    supported = support_window(case.product, on=opened_day_of(case.calendar, at))
    covered = release is None or case.product.is_continuous or not supported.covered or supported.includes(release)
    others = Case.objects.visible_to(user).filter(account=case.account_id).exclude(pk=case.pk).not_closed().open()
    shown = tuple(others.most_urgent_first()[: OTHER_CASES + 1])
    return Beside(
        release=release,
        covered=covered,
        supported=supported.covered,
        hours=hours,
        closes_at=compiled.working_time(case.calendar).next_closing(at) if hours.is_open else None,
        others=shown[:OTHER_CASES],
        more_others=len(shown) > OTHER_CASES,
    )
