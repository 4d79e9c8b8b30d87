"""The pages of incidents: the list, one of them with what was said, opening and correcting, how far a telling is."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cases import lifecycle, permissions
from cases.forms.incidents import IncidentFilters, IncidentForm, PublishUpdateForm
from cases.incidents import broadcast, history
from cases.incidents import queries as incidents
from cases.incidents.queries import public_page
from cases.models import Incident
from cases.root_causes import queries as root_causes
from cases.views.access import attempt, only_where
from cases.views.desk.access import ours
from contacts.signed_in import SignedInRequest

PAGE = 50


def leads(request: SignedInRequest) -> bool:
    """Say whether the reader may open incidents and speak in them."""
    return request.user.role in permissions.LEAD_INCIDENTS


only_leaders = only_where(leads)  # who speak for the house


@ours
@require_GET
def listing(request: SignedInRequest) -> HttpResponse:
    """Show the incidents, those under way first."""
    filters = IncidentFilters(request.GET)
    page = Paginator(incidents.listed(**filters.chosen), PAGE).get_page(request.GET.get("page"))
    query, at = filters.address(), timezone.now()
    context = {"filters": filters, "page": page, "query": query, "leads": leads(request), "at": at}
    return render(request, "cases/desk/incidents/incidents.html", context)


@ours
@require_GET
def incident(request: SignedInRequest, incident_id: int) -> HttpResponse:
    """Show one incident: what was said, who was told, which cases are part of it."""
    return show(request, load(incident_id))


@ours
@require_GET
def progress(request: SignedInRequest, incident_id: int) -> HttpResponse:
    """Show alone how far the updates have come; asked for again and again while a worker tells cases."""
    return render(request, "cases/desk/incidents/_updates.html", _delivery_progress(load(incident_id)))


@ours
@require_http_methods(["GET", "POST"])
@only_leaders
def open_incident(request: SignedInRequest) -> HttpResponse:
    """Open an incident."""
    at = timezone.now()
    form = IncidentForm(request.POST or None, initial={"started_at": at})
    if opened := attempt(request, form, lifecycle.open_incident, at=at):
        messages.success(
            request, _("%(number)s is open. Link the cases that are part of it.") % {"number": opened.number}
        )
        return redirect("incidents:incident", opened.number)
    return _asked(request, "open", form)


@ours
@require_http_methods(["GET", "POST"])
@only_leaders
def correct_incident(request: SignedInRequest, incident_id: int) -> HttpResponse:
    """Change what is known of it."""
    found = load(incident_id)
    form = IncidentForm(request.POST or None, incident=found)
    if attempt(request, form, lifecycle.correct_incident, found):
        messages.success(request, _("It is noted. Nobody has been told: that is what an update is for."))
        return redirect("incidents:incident", found.number)
    return _asked(request, "correct", form)


def load(incident_id: int) -> Incident:
    """Return the incident with what its page shows. Raises Http404."""
    return get_object_or_404(incidents.for_page(), pk=incident_id)


def show(request: SignedInRequest, found: Incident, *, form: PublishUpdateForm | None = None) -> HttpResponse:
    """Show the page of `found`; a refused `form` stands in the composer, with the reason."""
    cases = Paginator(incidents.linked(found, request.user), PAGE).get_page(request.GET.get("page"))
    links = incidents.link_times(found, list(cases.object_list))
    context = {
        "page": cases,
        "rows": [(case, links.get(case.pk)) for case in cases],
        "form": form or PublishUpdateForm(initial={"state": found.state}),
        "record": history.lines(found),
        "leads": leads(request),
        "links": request.user.role in permissions.LINK_CASES,
        "public_page": public_page(found),
        "standing": root_causes.state_of(incident=found, at=timezone.now()),
        "writes": request.user.role in permissions.WRITE_REPORTS,
        **_delivery_progress(found),
    }
    return render(request, "cases/desk/incidents/incident.html", context, status=422 if form else 200)


def _delivery_progress(found: Incident) -> dict[str, Any]:
    counted = broadcast.progress(found)
    said = [(update, counted.get(update.pk)) for update in incidents.updates(found)]
    return {
        "incident": found,
        "at": timezone.now(),
        "said": said,
        "waiting": any(one and one.due for _update, one in said),
        "refused": list(broadcast.refused(found)[:PAGE]),
    }


def _asked(request: SignedInRequest, verb: str, form: IncidentForm) -> HttpResponse:
    context = {"form": form, "incident": form.known}
    template = f"cases/desk/incidents/{verb}_incident.html"
    return render(request, template, context, status=422 if form.is_bound else 200)
