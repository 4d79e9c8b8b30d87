"""Which cases are part of an incident: many at once, from its page. From the page of a case: `cases/urls/desk.py`."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from cases import lifecycle, permissions
from cases.forms.incidents import MOST_AT_ONCE, CandidateFilters
from cases.incidents import queries as incidents
from cases.models import Case, Incident
from cases.querysets import CaseQuerySet
from cases.statuses import Refusal
from cases.views.access import only_where
from cases.views.desk.access import ours
from cases.views.desk.incidents import PAGE, load
from contacts.signed_in import SignedInRequest

NAMED = 5


@ours
@require_http_methods(["GET", "POST"])
@only_where(lambda request: request.user.role in permissions.LINK_CASES)
def link_cases(request: SignedInRequest, incident_id: int) -> HttpResponse:
    """Offer the cases that could be part of it, and link those ticked, or all that are found."""
    found = load(incident_id)
    filters = CandidateFilters(request.GET, since=found.started_at - incidents.BEFORE)
    candidates = incidents.candidates(found, request.user, **filters.chosen)
    if request.method == "POST":
        _link(request, found, _chosen(request, candidates))
        return redirect("incidents:incident", found.number)
    page = Paginator(candidates, PAGE).get_page(request.GET.get("page"))
    context = {
        "incident": found,
        "filters": filters,
        "page": page,
        "query": filters.address(),
        "at_once": min(page.paginator.count, MOST_AT_ONCE),
        "at": timezone.now(),
    }
    return render(request, "cases/desk/incidents/link_cases.html", context)


def _chosen(request: SignedInRequest, candidates: CaseQuerySet) -> list[Case]:
    if "all" in request.POST:
        return list(candidates[:MOST_AT_ONCE])
    ids = [int(pk) for pk in request.POST.getlist("case")[:MOST_AT_ONCE] if pk.isdecimal() and len(pk) < 15]
    return list(Case.objects.visible_to(request.user).filter(pk__in=ids).order_by("pk"))


def _link(request: SignedInRequest, incident: Incident, cases: Iterable[Case]) -> None:
    """Link each in a transaction of its own, and say how many were linked, which were not, and why."""
    linked, refused = 0, []
    for case in cases:
        try:
            lifecycle.link_case(case, by=request.user, at=timezone.now(), incident=incident)
        except Refusal as refusal:
            refused.append(f"{case.number}: {refusal}")
        else:
            linked += 1
    if not linked and not refused:
        messages.warning(request, _("No case was ticked."))
    if linked:
        words = ngettext("%(count)s case is part of it now.", "%(count)s cases are part of it now.", linked)
        messages.success(request, words % {"count": linked})
    for words in refused[:NAMED]:
        messages.warning(request, words)
    if len(refused) > NAMED:
        words = ngettext("%(count)s more was not linked.", "%(count)s more were not linked.", len(refused) - NAMED)
        messages.warning(request, words % {"count": len(refused) - NAMED})
