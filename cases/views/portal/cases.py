"""The list of cases: mine or my company's."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases.commitments import promised_times
from cases.forms.case_list import CaseFilters, State, Whose
from cases.views.paging import BoundedPaginator
from cases.views.portal.access import for_customers
from contacts.signed_in import SignedInRequest

PAGE = 25
MOST_SHOWN = 99


@require_GET
@for_customers
def cases(request: SignedInRequest) -> HttpResponse:
    """List the cases that the address asks for, those that wait for the customer first."""
    asked, now = CaseFilters(request.GET, request=request), timezone.now()
    # Sorted by ids alone: what a row shows is joined to the rows of this page, not to all there are.
    paginator = BoundedPaginator(asked.qs.awaiting_customer_first().values_list("pk", flat=True), PAGE)
    page = paginator.get_page(request.GET.get("page"))
    shown = asked.queryset.filter(pk__in=list(page)).for_list().awaiting_customer_first()
    context = {
        "asked": asked,
        "page": page,
        "rows": [(case, promised_times.next_line(case, at=now)) for case in shown],
        "at": now,
        **_ways(asked),
    }
    alone = request.htmx and not request.htmx.history_restore_request
    return render(request, "cases/portal/_cases.html" if alone else "cases/portal/cases.html", context)


def _ways(asked: CaseFilters) -> dict[str, Any]:
    """The links from this list to its neighbours."""
    state, whose = asked.value("state"), asked.value("whose")
    waiting = asked.waiting(MOST_SHOWN + 1)
    counts = {State.WAITING: f"{MOST_SHOWN}+" if waiting > MOST_SHOWN else waiting or ""}
    return {
        "states": [
            {
                "label": one.label,
                "url": "?" + asked.address(state=one),
                "count": counts.get(one, ""),
                "current": one == state,
            }
            for one in State
        ],
        "switch": [
            {"label": one.label, "url": "?" + asked.address(whose=one), "current": one == whose} for one in Whose
        ],
        "is_narrowed": bool(asked.chosen.keys() - {"whose"}),
    }
