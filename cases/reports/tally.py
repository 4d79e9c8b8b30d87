"""What became of promises, counted by month: kept beside the work, so that reports never read cases or clocks.

A month whose cases had events since the last count is counted anew as a whole: nothing is added up twice.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import Max

from cases.models import Event, PromiseTally, TallyCursor
from sla.clocks import State

log = structlog.get_logger()

MARK = 1  # the id of the one row
# A transaction may commit an event after one with a higher id was counted: so many ids are looked at once more.
OVERLAP = 5_000
# More new events than this are no day's work, but a population that was loaded: everything is counted.
MANY = 200_000
# The sweep does not count again sooner than this after what it counted last.
PAUSE = timedelta(minutes=5)

# The months (UTC) of the cases with events in a range of ids: three scans of ranges of indexes.
TOUCHED = """
    WITH touched AS (SELECT DISTINCT case_id FROM cases_event WHERE id > %(after)s AND id <= %(last)s)
    SELECT date_trunc('month', clock.started_at AT TIME ZONE 'UTC')::date
    FROM touched JOIN cases_commitment AS clock USING (case_id)
    UNION
    SELECT date_trunc('month', received_at AT TIME ZONE 'UTC')::date
    FROM touched JOIN cases_case ON cases_case.id = case_id
"""

# From the first month to the last of all that is, or was, counted: the ends of three indexes.
SPAN = """
    SELECT LEAST(
        (SELECT min(received_at) FROM cases_case), (SELECT min(started_at) FROM cases_commitment),
        (SELECT min(month) FROM cases_promisetally)::timestamp AT TIME ZONE 'UTC'
    ), GREATEST(
        (SELECT max(received_at) FROM cases_case), (SELECT max(started_at) FROM cases_commitment),
        (SELECT max(month) FROM cases_promisetally)::timestamp AT TIME ZONE 'UTC'
    )
"""

# A missed promise stays missed whatever ended it afterwards, unless it was voided. OFFSET keeps each case a look-up by
# its key: else the planner would rather read all cases there are, and a month would cost more with every year.
COUNT = """
    INSERT INTO cases_promisetally (
        month, product_id, severity, plan_id, team_id, desk_id, metric,
        met, missed, void, cancelled, converted, pending, cases, excluded, waiting_seconds, paused_seconds
    )
    SELECT
        %(month)s, product_id, clock.severity, plan_id, team_id, desk_id, metric,
        count(*) FILTER (WHERE fate = %(met)s),
        count(*) FILTER (WHERE fate = %(missed)s),
        count(*) FILTER (WHERE fate = %(void)s),
        count(*) FILTER (WHERE fate = %(cancelled)s),
        count(*) FILTER (WHERE fate = %(converted)s),
        count(*) FILTER (WHERE fate NOT IN (%(met)s, %(missed)s, %(void)s, %(cancelled)s, %(converted)s)),
        0, 0, sum(waiting_seconds), sum(paused_seconds)
    FROM (
        SELECT case_id, severity, metric, waiting_seconds, paused_seconds, CASE
            WHEN voided_at IS NOT NULL THEN %(void)s
            WHEN breached_at IS NOT NULL THEN %(missed)s
            ELSE state
        END AS fate
        FROM cases_commitment WHERE started_at >= %(from)s AND started_at < %(to)s
    ) AS clock
    JOIN LATERAL (
        SELECT product_id, plan_id, team_id, desk_id FROM cases_case WHERE id = clock.case_id OFFSET 0
    ) AS whose ON true
    GROUP BY product_id, clock.severity, plan_id, team_id, desk_id, metric
    UNION ALL
    SELECT
        %(month)s, product_id, severity, plan_id, team_id, desk_id, '',
        0, 0, 0, 0, 0, 0, count(*), count(exclusion_id), 0, 0
    FROM cases_case WHERE received_at >= %(from)s AND received_at < %(to)s
    GROUP BY product_id, severity, plan_id, team_id, desk_id
"""


def keep(at: datetime) -> int:
    """Count what happened since the last count, if there is anything and it is time by `at`. Returns the months."""
    counted = counted_to()
    if counted is not None and timedelta(0) <= at - counted < PAUSE:
        return 0
    return tally(at)


def counted_to() -> datetime | None:
    """Return up to when what happened is in the tallies; None where nothing was counted yet. Two short scans.

    The latest of the last events, for those of a load, or told late, do not come in the order of their times.
    """
    mark = TallyCursor.objects.filter(pk=MARK).values_list("last_event", flat=True).first()
    if mark is None:
        return None
    return Event.objects.filter(pk__gt=mark - OVERLAP, pk__lte=mark).aggregate(latest=Max("at"))["latest"]


@transaction.atomic
def tally(at: datetime, *, everything: bool = False) -> int:
    """Count anew the months whose cases had events since the last count, or all. Returns how many months.

    `at` (UTC) is only what the log says. Safe to repeat; a second one at the same time waits for the first. With
    nothing new it costs two reads of a row.
    """
    mark = _locked()
    # Read before anything is counted: what is committed meanwhile is new to the next count.
    last = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if not everything and last == mark.last_event:
        return 0
    everything = everything or last - mark.last_event > MANY
    months = list(_all_months() if everything else _touched(mark.last_event - OVERLAP, last))
    for month in months:
        _count(month)
    mark.last_event = last
    mark.save(update_fields=["last_event"])
    log.debug("promises_tallied", at=at, months=len(months), last_event=last)
    return len(months)


def _locked() -> TallyCursor:
    TallyCursor.objects.get_or_create(pk=MARK)
    return TallyCursor.objects.select_for_update().get(pk=MARK)


def _touched(after: int, last: int) -> list[date]:
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED, {"after": after, "last": last})
        return sorted(month for (month,) in cursor.fetchall())


def _all_months() -> Iterator[date]:
    with connection.cursor() as cursor:
        cursor.execute(SPAN)
        first, last = cursor.fetchone()
    month = first and first.astimezone(UTC).date().replace(day=1)
    while month and month <= last.astimezone(UTC).date():
        yield month
        month = following(month)


def following(month: date) -> date:
    """Return the first day of the month after the one that begins on `month`."""
    return (month + timedelta(days=31)).replace(day=1)


def _count(month: date) -> None:
    states: dict[str, Any] = {
        state.value: state.value for state in (State.MET, State.MISSED, State.VOID, State.CANCELLED, State.CONVERTED)
    }
    begin, end = (datetime(day.year, day.month, 1, tzinfo=UTC) for day in (month, following(month)))
    PromiseTally.objects.filter(month=month).delete()
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"month": month, "from": begin, "to": end, **states})
