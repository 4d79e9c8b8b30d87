"""What the charts of a report show, in words and shares. Where each shape stands: `cases/reports/chart_shapes.py`."""

from django.utils.translation import gettext as _

from cases.reports.chart_shapes import TRACK, Bar, BarChart, Column, ColumnChart, Part, bars, columns
from cases.reports.sla_report import Figures, Report, format_figure
from sla.figures import format_percent
from sla.time_words import format_month, format_short_month


def kept_by_month(report: Report) -> ColumnChart:
    """Return the share of promises kept, a column a month."""
    return columns(
        _("Commitments kept by month, per cent"),
        [
            Column(
                label=format_short_month(month),
                share=None if figures.kept is None else float(figures.kept),
                figure="" if figures.kept is None else format_percent(figures.kept),
                words=f"{format_month(month)}: {_kept(figures)}",
            )
            for month, figures in report.months
        ],
    )


def _kept(figures: Figures) -> str:
    if figures.kept is None:
        return _("none was due")
    return _("%(share)s kept (%(met)s of %(all)s)") % {
        "share": format_figure(figures.kept, "share"),
        "met": format_figure(figures.met),
        "all": format_figure(figures.met + figures.missed),
    }


def kept_by_metric(report: Report) -> BarChart:
    """Return the share kept of each kind of commitment."""
    rows = [
        Bar(label, format_figure(figures.kept, "share"), [[Part("kept", float(figures.kept or 0), _kept(figures))]])
        for label, figures in report.metrics
    ]
    return bars(_("Commitments kept, by commitment"), (), rows, whole=1)


def outcomes(report: Report) -> BarChart:
    """Return what became of the promises of each row; its excluded cases, which have none, behind them."""
    kinds = (
        ("met", _("Met")),
        ("missed", _("Missed")),
        ("void", _("Void")),
        ("excluded", _("Excluded (cases)")),
    )
    rows = [
        Bar(
            row.label,
            format_figure(row.figures.kept, "share"),
            [
                [
                    Part(kind, getattr(row.figures, kind), f"{label} {format_figure(getattr(row.figures, kind))}")
                    for kind, label in kinds
                ]
            ],
        )
        for row in report.rows
    ]
    return bars(_("What became of the commitments"), kinds, rows, depth=2 * TRACK)  # level with the other chart


def time_lost(report: Report) -> BarChart:
    """Return how long the customer was awaited while the clocks of each row lived, and how long these did not count."""
    kinds = (("waiting", _("Waiting for the customer")), ("paused", _("Clock paused")))
    rows = []
    for row in report.rows:
        waiting, paused = row.figures.waiting_seconds / 3600, row.figures.paused_seconds / 3600
        said = [format_figure(waiting, "hours"), format_figure(paused, "hours")]
        tracks = [
            [Part(kind, value, f"{label} {text}")]
            for (kind, label), value, text in zip(kinds, (waiting, paused), said, strict=True)
        ]
        rows.append(Bar(row.label, " / ".join(said), tracks))
    return bars(_("Waiting and paused time"), kinds, rows)
