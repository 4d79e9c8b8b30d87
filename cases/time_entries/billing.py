"""Hours of help as managers read them: all entries by filters, what is billable by month and account, and as a file.

Months are those of UTC in which an entry was written down, so one that is over never changes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from cases.models import Case, TimeEntry
from cases.reports.spreadsheet import Figure
from contacts.models import User
from sla.figures import format_number
from sla.time_words import format_month

MOST_SUMS = 200


@dataclass(frozen=True, slots=True)
class Charge:
    """What is billable of one account in one month."""

    month: str
    account: str
    account_id: int
    minutes: int
    entries: int


def seen_by(user: User) -> "QuerySet[TimeEntry]":
    """Return the entries of cases that `user` may see."""
    return TimeEntry.objects.filter(case__in=Case.objects.visible_to(user))


def within(found: "QuerySet[TimeEntry]", since: date | None, until: date | None) -> "QuerySet[TimeEntry]":
    """Return those written down from the month `since` to the month `until` (their first days), each included."""
    if since:
        found = found.filter(at__gte=_begins(since))
    return found.filter(at__lt=_begins(_next(until))) if until else found


def billable(found: "QuerySet[TimeEntry]") -> "QuerySet[TimeEntry]":
    """Return what is billed, and what is taken back of it."""
    return found.exclude(billable_minutes=0)


def listed(found: "QuerySet[TimeEntry]") -> "QuerySet[TimeEntry]":
    """Return entries with what a row shows, the latest first."""
    return found.select_related("case__account", "instance", "kind", "by").order_by("-at", "-pk")


def sums(found: "QuerySet[TimeEntry]") -> list[Charge]:
    """Return what is billable by month and account, the latest month first, MOST_SUMS rows at most. One query."""
    rows = (
        billable(found)
        .values("case__account", "case__account__name", month=TruncMonth("at", tzinfo=UTC))
        .annotate(minutes=Sum("billable_minutes"), entries=Count("pk"))
        .order_by("-month", "case__account__name", "case__account")
    )
    return [
        Charge(
            format_month(row["month"].date()),
            row["case__account__name"],
            row["case__account"],
            row["minutes"],
            row["entries"],
        )
        for row in rows[:MOST_SUMS]
    ]


def spreadsheet_rows(found: "QuerySet[TimeEntry]") -> Iterable[list[Any]]:
    """Yield the rows of a spreadsheet: headings, then what is billable, by month and account. One query."""
    yield [
        f"{_('Month')} (UTC)",
        _("Account"),
        _("Instance"),
        _("Case"),
        _("Help"),
        _("Day of the work"),
        f"{_('Written down')} (UTC)",
        _("By"),
        _("What was done"),
        _("Billable minutes"),
        _("Billable hours"),
        _("Corrects"),
        _("Agreed by"),
        f"{_('Agreed on')} (UTC)",
    ]
    month = TruncMonth("at", tzinfo=UTC)
    ordered = billable(found).annotate(month=month).order_by("month", "case__account__name", "case__account", "pk")
    for entry in ordered.select_related("case__account", "instance", "kind", "by", "referral__given_by"):
        yield [f"{entry.month:%Y-%m}", *_cells(entry)]


def _cells(entry: TimeEntry) -> list[Any]:
    consent = entry.referral
    return [
        entry.case.account.name,
        entry.instance.name,
        entry.case.number,
        entry.kind.name,
        entry.worked_on.isoformat(),
        f"{entry.at.astimezone(UTC):%Y-%m-%d %H:%M}",
        entry.by.name,
        " ".join(entry.words.split()),
        entry.billable_minutes,
        Figure(format_number(Fraction(entry.billable_minutes, 60), 2)),
        entry.corrects_id or "",
        consent.given_by.name if consent and consent.given_by else "",
        f"{consent.decided_at.astimezone(UTC):%Y-%m-%d %H:%M}" if consent and consent.decided_at else "",
    ]


def _begins(month: date) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=UTC)


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
