"""Speaking to all cases of an incident: an update, or that it is over. Both are looked at before they are sent."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases import incident_statuses, lifecycle
from cases.forms.incidents import PublishUpdateForm, ResolveIncidentForm
from cases.incidents import queries as incidents
from cases.models import Incident, IncidentCase
from cases.views.access import attempt
from cases.views.desk.access import ours
from cases.views.desk.incidents import load, only_leaders, show
from contacts.signed_in import SignedInRequest


@ours
@require_POST
@only_leaders
def publish_update(request: SignedInRequest, incident_id: int) -> HttpResponse:
    """Show the words as they will be read; once they are confirmed, say them."""
    found = load(incident_id)
    form = PublishUpdateForm(request.POST)
    if not form.is_valid() or (form.is_confirmed and not attempt(request, form, lifecycle.publish_update, found)):
        return show(request, found, form=form)
    if form.is_confirmed:
        messages.success(request, _("The update is published. The cases are being told one by one."))
        return redirect("incidents:incident", found.number)
    cases = IncidentCase.objects.filter(incident=found, holds=True).count()
    row = incident_statuses.STATES[form.cleaned_data["state"]]
    context = {"incident": found, "form": form, "cases": cases, "row": row}
    return render(request, "cases/desk/incidents/publish_update.html", context)


@ours
@require_http_methods(["GET", "POST"])
@only_leaders
def resolve_incident(request: SignedInRequest, incident_id: int) -> HttpResponse:
    """Show which cases would get the solution and which not; once that is confirmed, resolve the incident."""
    found = load(incident_id)
    prospects = incidents.prospects(found, request.user)
    form = ResolveIncidentForm(request.POST or None, cases=[one.case for one in prospects if not one.why_not])
    ready = form.is_valid()
    confirmed = ready and form.is_confirmed
    if confirmed and attempt(request, form, lifecycle.resolve_incident, found) is not None:
        messages.success(
            request, _("%(number)s is resolved. The cases are being told one by one.") % {"number": found.number}
        )
        return redirect("incidents:incident", found.number)
    return _preview(request, found, form, prospects, ready=ready)


def _preview(
    request: SignedInRequest,
    found: Incident,
    form: ResolveIncidentForm,
    prospects: list[incidents.Prospect],
    *,
    ready: bool,
) -> HttpResponse:
    ticked = set(form.cleaned_data.get("solves", [])) if form.is_bound else {one.case.pk for one in prospects}
    context = {
        "incident": found,
        "form": form,
        "rows": [(one, one.case.pk in ticked) for one in prospects],
        "solved": sum(one.case.pk in ticked and not one.why_not for one in prospects),
        "told": sum(not one.case.is_closed and (one.case.pk not in ticked or bool(one.why_not)) for one in prospects),
        "closed": sum(one.case.is_closed for one in prospects),
        "ready": ready and not form.errors,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "cases/desk/incidents/resolve_incident.html", context, status=status)
