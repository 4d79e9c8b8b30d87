"""Promises beside the matrix: a release in place of a workaround, an agreed date, the root-cause report; and breaches
that a manager lets count no more.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases import releases
from cases.lifecycle.change import Change, changing, once
from cases.models import Breach, Case, Commitment
from cases.statuses import IllegalMove, Refusal
from contacts.models import User
from products.models import Release
from sla import compiled
from sla.clocks import Metric
from sla.desk_days import wall_day
from sla.matrices import Fallback, Kind
from sla.models import Calendar


class NoRelease(Refusal):
    """No release of the product is planned: a manager enters it first."""

    words = _("No coming release of this product is entered. A manager can enter it in the admin.")


class NotPromised(Refusal):
    """What is promised to this case leaves no room for this."""


def coming_release(case: Case, *, at: datetime) -> tuple[Release | None, datetime | None]:
    """Return the release that a promise made at `at` would name, and when it would be due (UTC); None for none.

    The first of a later day that is newer than what the customer runs.
    """
    today = wall_day(compiled.working_time(case.calendar), at)
    later = (release for release in releases.releases_to_come(case, at=at) if release.released_on > today)
    release = next(later, None)
    return (release, end_of_day(case.calendar, release.released_on)) if release else (None, None)


def end_of_day(calendar: Calendar, day: date) -> datetime:
    """Return when a date is over for those who count on `calendar` (UTC): its last closing, else its midnight."""
    hours = compiled.working_time(calendar)
    span = hours.opening_and_closing(day)
    if span is not None:
        return span[1]
    zone = hours.local(datetime.combine(day, time(12), UTC)).tzinfo
    return datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)


def promise_release(case: Case, *, by: User, at: datetime, because: str) -> Case:
    """Promise the solution with the product's next release, there being no stable workaround (second matrix row).

    The clock of the solution ends as replaced, unless it had run out; a new one is due on the day of that release.
    Raises NotPromised where the matrix offers no release instead, NoRelease, NotAllowed, IllegalMove.
    """
    with changing(case, "promise_release", by=by, at=at) as change:
        if not _offers_release(change.case):
            raise NotPromised(_("Nothing is promised for this case that a release could take the place of."))
        _refuse_a_second_release(change.case)
        release, due = coming_release(change.case, at=at)
        if release is None or due is None:
            raise NoRelease
        change.happened("release_promised", release=str(release), due_at=due.isoformat(), because=because)
    return change.case


def _offers_release(case: Case) -> bool:
    rows = () if case.exclusion_id else compiled.rows(case.matrix, case.kind or Kind.OWN, case.severity)
    return any(row.metric == Metric.RESOLUTION and row.fallback == Fallback.NEXT_RELEASE for row in rows)


def _refuse_a_second_release(case: Case) -> None:
    solution = Commitment.objects.filter(case=case, metric=Metric.RESOLUTION).order_by("cycle", "period_no").last()
    if solution is not None and solution.is_dated and solution.stopped_at is None:
        raise IllegalMove(_("The solution is promised with a release already."))


@once
def agree_date(case: Case, *, by: User, at: datetime, due_at: datetime, submission: UUID | None = None) -> Case:
    """Note the date that both sides agreed on for the solution: a promise like the others, due at `due_at` (UTC).

    Takes the place of a date agreed before. Raises NotPromised for a date that is past, or an excluded case;
    NotAllowed, IllegalMove.
    """
    if due_at <= at:
        raise NotPromised(_("The agreed date has to be in the future."))
    with changing(case, "agree_date", by=by, at=at, submission=submission) as change:
        if change.case.exclusion_id is not None:
            raise NotPromised(_("No times are promised for this case. Include it first."))
        change.happened("date_agreed", due_at=due_at.astimezone(UTC).isoformat())
    return change.case


def withdraw_agreed_date(case: Case, *, by: User, at: datetime, because: str) -> Case:
    """Take the agreed date back, for a reason that the customer reads. Raises NotAllowed, IllegalMove."""
    with changing(case, "withdraw_agreed_date", by=by, at=at) as change:
        live = Commitment.objects.filter(case=change.case, metric=Metric.AGREED, stopped_at=None)
        if not live.exists():
            raise IllegalMove(_("No date is agreed."))
        change.happened("agreed_date_withdrawn", due_at=None, because=because)
    return change.case


def void_breach(case: Case, *, by: User, at: datetime, breach: Breach, because: str) -> Case:
    """Let a recorded breach count no more, for a reason; it stays on record. Raises IllegalMove, NotAllowed."""
    with changing(case, "void_breach", by=by, at=at) as change:
        clock = _clock_of(change, breach)
        if clock.voided_at is not None:
            raise IllegalMove(_("This missed commitment already counts no more."))
        change.happened("breach_voided", **_key(breach), because=because)
    return change.case


def reinstate_breach(case: Case, *, by: User, at: datetime, breach: Breach, because: str) -> Case:
    """Let a breach count again that a manager had voided. Raises IllegalMove, NotAllowed."""
    with changing(case, "reinstate_breach", by=by, at=at) as change:
        clock = _clock_of(change, breach)
        if clock.void_event is None or clock.void_event.kind != "breach_voided":
            raise IllegalMove(_("No manager has voided this missed commitment."))
        change.happened("breach_reinstated", **_key(breach), because=because)
    return change.case


def _clock_of(change: Change, breach: Breach) -> Commitment:
    # One that ended because nothing is promised any more has its breach on record all the same.
    clock = Commitment.objects.filter(case=change.case, **_key(breach)).select_related("void_event").first()
    if breach.case_id != change.case.pk or clock is None or clock.breached_at is None:
        raise IllegalMove(_("This is no missed commitment of the case."))
    return clock


def _key(breach: Breach) -> dict[str, Any]:
    return {"metric": breach.metric, "cycle": breach.cycle, "period_no": breach.period_no}
