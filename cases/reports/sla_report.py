"""The reports on promises: what was kept and what was not, read from the tallies alone.

How the tallies are counted is told in `cases/reports/tally.py`, what they are narrowed by in
`cases/reports/filters.py`.
"""

from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass, field, fields
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from cases.models import PromiseTally
from cases.queue.filters import SEVERITIES
from cases.reports import spreadsheet, tally
from cases.reports.filters import By, ReportFilters, reference
from sla.figures import Number, format_number, format_percent
from sla.matrices import METRIC_LABELS, Metric
from sla.time_words import format_month

Words = str | Promise


@dataclass(slots=True)
class Figures:
    """Sums of tallies. Times are in seconds."""

    cases: int = 0
    excluded: int = 0
    met: int = 0
    missed: int = 0
    void: int = 0
    cancelled: int = 0
    converted: int = 0
    pending: int = 0
    waiting_seconds: float = 0
    paused_seconds: float = 0

    def add(self, row: dict[str, Any]) -> None:
        """Add the sums of some tallies."""
        for name in SUMMED:
            setattr(self, name, getattr(self, name) + row[f"sum_{name}"])

    @property
    def kept(self) -> Fraction | None:
        """The share of promises kept, of those that were kept or missed; None where there were none."""
        decided = self.met + self.missed
        return Fraction(self.met, decided) if decided else None

    @property
    def is_empty(self) -> bool:
        return not any(astuple(self))


SUMMED = tuple(one.name for one in fields(Figures))


@dataclass(slots=True)
class Row:
    """One row of a report; `address` is the query string that narrows the report to it."""

    label: str
    address: str
    figures: Figures = field(default_factory=Figures)


@dataclass(frozen=True, slots=True)
class Report:
    """Figures by what was asked for, by month, by commitment, and all together."""

    by: By
    rows: list[Row]
    months: list[tuple[date, Figures]]
    metrics: list[tuple[str, Figures]]
    total: Figures
    counted_to: datetime | None

    @property
    def is_empty(self) -> bool:
        return self.total.is_empty


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table and of the file: what it counts, as "count", "share" or "hours"."""

    heading: Words
    read: Callable[[Figures], Number | None]
    unit: str = "count"


COLUMNS = (
    Column(_("Cases"), lambda row: row.cases),
    Column(_("Excluded"), lambda row: row.excluded),
    Column(_("Met"), lambda row: row.met),
    Column(_("Missed"), lambda row: row.missed),
    Column(_("Void"), lambda row: row.void),
    Column(_("Cancelled"), lambda row: row.cancelled),
    Column(_("Replaced by a date"), lambda row: row.converted),
    Column(_("Still running"), lambda row: row.pending),
    Column(_("Rate kept"), lambda row: row.kept, "share"),
    Column(_("Waiting for the customer"), lambda row: row.waiting_seconds / 3600, "hours"),
    Column(_("Paused"), lambda row: row.paused_seconds / 3600, "hours"),
)


def read(filters: ReportFilters) -> Report:
    """Return the report that `filters` ask for. Three queries: tallies, names of the rows, time of the last count."""
    by = filters.rows_by
    keys = ("month", "metric") if by == By.MONTH else ("month", "metric", by.value)
    sums = {f"sum_{name}": Sum(name) for name in SUMMED}
    found: dict[Any, Figures] = {}
    months = {month: Figures() for month in filters.months}
    metrics = {metric.value: Figures() for metric in METRIC_LABELS}
    total = Figures()
    for row in filters.narrowed().values(*keys).annotate(**sums).order_by():
        sinks = [total, months[row["month"]], found.setdefault(row[by.value], Figures())]
        for figures in [*sinks, metrics[row["metric"]]] if row["metric"] else sinks:
            figures.add(row)
    rows = [Row(label, filters.address(**narrow), found[key]) for key, label, narrow in _names(by, filters, found)]
    named = [(str(METRIC_LABELS[Metric(metric)]), figures) for metric, figures in metrics.items()]
    return Report(
        by=by,
        rows=[row for row in rows if not row.figures.is_empty],
        months=list(months.items()),
        metrics=[(label, figures) for label, figures in named if not figures.is_empty],
        total=total,
        counted_to=tally.counted_to(),
    )


def _names(by: By, filters: ReportFilters, found: dict[Any, Figures]) -> Iterable[tuple[Any, str, dict[str, str]]]:
    """Yield key, words and narrower choice of each row that was found, in the order of the house."""
    if by == By.MONTH:
        for month in filters.months:
            if month in found:
                text = f"{month:%Y-%m}"
                yield month, format_month(month), {"since": text, "until": text}
        return
    if by == By.SEVERITY:
        rows: list[tuple[Any, str, str]] = [(member, str(member.label), name) for name, member in SEVERITIES.items()]
    else:
        rows = [*reference(by)]
    yield from ((key, label, {by.value: value, "by": By.MONTH.value}) for key, label, value in rows if key in found)


def nothing_counted() -> bool:
    """Say whether there is no tally at all: nothing was ever counted, or no case has reached us."""
    return not PromiseTally.objects.exists()


def format_figure(value: Number | None, unit: str = "count") -> str:
    """Say a figure of a column in the active language, for the eye."""
    if value is None:
        return "–"
    if unit == "share":
        return now("%(figure)s%%") % {"figure": format_percent(value, 1)}
    figure = format_number(value, grouped=True)
    return now("%(hours)s h") % {"hours": figure} if unit == "hours" else figure


def plain(value: Number | None, unit: str = "count") -> str:
    """Say a figure of a column for a spreadsheet: with the decimal sign of the language, without unit or groups."""
    if value is None:
        return ""
    if unit == "share":
        return spreadsheet.Figure(format_percent(value, 2))
    return spreadsheet.Figure(format_number(value, 0 if unit == "count" else 2))


def table(report: Report) -> list[tuple[Row, list[str]]]:
    """Return each row of `report` with its cells in words."""
    return [(row, cells(row.figures)) for row in report.rows]


def cells(figures: Figures) -> list[str]:
    """Return the figures in the order of COLUMNS, in words."""
    return [format_figure(column.read(figures), column.unit) for column in COLUMNS]


def spreadsheet_rows(report: Report) -> list[list[str]]:
    """Return `report` as rows of a spreadsheet: headings, rows, and all together."""
    units = {"count": "", "share": " (%)", "hours": now(" (hours)")}
    columns = (f"{column.heading}{units[column.unit]}" for column in COLUMNS)
    head = [row_heading(report.by), *columns, f"{HEADINGS[By.MONTH]} (UTC)"]
    first, last = report.months[0][0], report.months[-1][0]
    months = f"{first:%Y-%m}" if first == last else f"{first:%Y-%m} – {last:%Y-%m}"
    body = [*((row.label, row.figures) for row in report.rows), (now("Total"), report.total)]
    return [head, *([label, *(plain(one.read(row), one.unit) for one in COLUMNS), months] for label, row in body)]


def row_heading(by: By) -> str:
    """Name the first column."""
    return str(HEADINGS[by])


HEADINGS = {
    By.PRODUCT: _("Product"),
    By.SEVERITY: _("Severity"),
    By.PLAN: _("Plan"),
    By.TEAM: _("Team"),
    By.DESK: _("Desk"),
    By.MONTH: _("Month"),
}
