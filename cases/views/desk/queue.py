"""The queue: what our people open on."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases import permissions
from cases.incidents import queries as incidents
from cases.models import Case
from cases.models.case import id_of
from cases.queue import pages
from cases.queue.filters import QueueFilters, View
from cases.root_causes import queries as root_causes
from cases.views.desk.access import address, ours
from contacts.signed_in import SignedInRequest

SHOWN = 3  # incidents in the banner


@ours
@require_GET
def queue(request: SignedInRequest) -> HttpResponse:
    """Show the cases to work on, the most urgent first; a number that is entered goes to its case."""
    filters = QueueFilters(request.GET)
    # While a number is being typed its beginning is one too: only what was entered jumps.
    if not request.htmx and (case := _named(request, filters)):
        return redirect(address(request, case))
    at = timezone.now()
    page = pages.page(request.user, filters, after=request.GET.get("after", ""))
    context = {
        "filters": filters,
        "page": page,
        "views": [(view.label, filters.address(view=view), view == filters.view_chosen) for view in View],
        "query": filters.address(),
        "later": filters.address(after=page.after),
        "further": "after" in request.GET,
        "opens_cases": request.user.role in permissions.MAY["open_case"],
        "incidents": [] if request.htmx.target == "queue-rows" else list(incidents.under_way()[:SHOWN]),
        "overdue_reports": root_causes.overdue(at) if request.user.is_manager else 0,
        "at": at,
    }
    refreshes = request.htmx.target == "queue-rows"
    return render(request, "cases/desk/queue/_queue_rows.html" if refreshes else "cases/desk/queue/queue.html", context)


def _named(request: SignedInRequest, filters: QueueFilters) -> Case | None:
    number = id_of(filters.chosen.get("q", ""))
    return Case.objects.visible_to(request.user).filter(pk=number).first() if number else None
