"""Reports on promises, for managers and administrators: a page of charts with the table behind, and as a file."""

import structlog
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases.reports import charts, sla_report, spreadsheet
from cases.reports.filters import ReportFilters
from cases.views.access import only_where
from cases.views.desk.access import ours
from contacts.recent_sign_in import gives_out_records
from contacts.signed_in import SignedInRequest

log = structlog.get_logger()
for_managers = only_where(lambda request: request.user.is_staff)  # and for administrators


@ours
@require_GET
@for_managers
def reports(request: SignedInRequest) -> HttpResponse:
    """Show what was promised, kept and missed: charts first, then the figures behind them."""
    filters = ReportFilters(request.GET, at=timezone.now())
    report = sla_report.read(filters)
    context = {
        "filters": filters,
        "form": filters.shown(),
        "query": filters.address(),
        "report": report,
        "nothing_counted": report.is_empty and sla_report.nothing_counted(),
        "kept_by_month": charts.kept_by_month(report),
        "kept_by_metric": charts.kept_by_metric(report),
        "outcomes": charts.outcomes(report),
        "time_lost": charts.time_lost(report),
        "heading": sla_report.row_heading(report.by),
        "columns": sla_report.COLUMNS,
        "rows": sla_report.table(report),
        "total": sla_report.cells(report.total),
    }
    return render(request, "cases/desk/reports/reports.html", context)


@ours
@require_GET
@for_managers
@gives_out_records("GET", "HEAD")
def reports_csv(request: SignedInRequest) -> HttpResponse:
    """Give the table of the same report as a file for spreadsheets; that it was taken stands in the log."""
    filters = ReportFilters(request.GET, at=timezone.now())
    since, until = filters.period
    log.info("report_taken", query=filters.address())
    name = f"commitments-by-{filters.rows_by.value}-{since:%Y-%m}-to-{until:%Y-%m}.csv"
    return spreadsheet.download(sla_report.spreadsheet_rows(sla_report.read(filters)), filename=name)
