"""Hours of help over all accounts, for managers and administrators: as a list, and what is billable as a file."""

import structlog
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases.reports import spreadsheet
from cases.time_entries import billing
from cases.time_entries.filters import AssistanceFilters
from cases.views.desk.access import ours
from cases.views.desk.reports import for_managers
from cases.views.paging import BoundedPaginator
from contacts.recent_sign_in import gives_out_records
from contacts.signed_in import SignedInRequest

log = structlog.get_logger()
A_PAGE = 50


@ours
@require_GET
@for_managers
def assistance(request: SignedInRequest) -> HttpResponse:
    """Show what is billable by month and account, and the entries behind it."""
    filters = AssistanceFilters(request.GET, at=timezone.now())
    found = filters.narrowed(billing.seen_by(request.user))
    page = BoundedPaginator(billing.listed(found), A_PAGE).get_page(request.GET.get("page"))
    context = {"filters": filters, "query": filters.address(), "page": page, "charges": billing.sums(found)}
    return render(request, "cases/desk/time_entries/time_entries.html", context)


@ours
@require_GET
@for_managers
@gives_out_records("GET", "HEAD")
def assistance_csv(request: SignedInRequest) -> HttpResponse:
    """Give what is billable of the same list as a file for spreadsheets; that it was taken stands in the log."""
    filters = AssistanceFilters(request.GET, at=timezone.now())
    log.info("billable_help_taken", query=filters.address())
    rows = billing.spreadsheet_rows(filters.narrowed(billing.seen_by(request.user)))
    return spreadsheet.download(rows, filename="billable-help.csv")
