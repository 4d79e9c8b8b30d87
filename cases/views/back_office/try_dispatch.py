"""A page of the back office on which a manager tries the dispatch rules: which takes a sample, and who would get it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cases.assignment import candidates
from cases.forms.dispatch_rules import SampleForm
from cases.models import DispatchRule
from contacts.models import Desk


@require_GET
def try_dispatch(request: HttpRequest) -> HttpResponse:
    """Show the rules as they hold for a sample, and the people of the team that takes it."""
    now = timezone.now()
    form = SampleForm(request.GET if "product" in request.GET else None)
    context = {
        **admin.site.each_context(request),
        "title": _("Try the dispatch rules"),
        "opts": DispatchRule._meta,
        "form": form,
        **(_tried(form, now) if form.is_valid() else {}),
    }
    return render(request, "admin/cases/dispatchrule/try_dispatch.html", context)


def _tried(form: SampleForm, now: Any) -> dict[str, Any]:
    said, at = form.cleaned_data, form.at(now)
    rules = list(DispatchRule.objects.tried_on(form.facts()))
    taking = next((rule for rule in rules if rule.fits), None)  # type: ignore[attr-defined]
    found = {"rules": rules, "taking": taking, "at": at}
    if taking is None:
        return found
    desk = Desk.objects.select_related("calendar", "region").serving(said["product"], said["region"])
    if desk.stands_in_for(said["product"], said["region"]):
        return found | {"no_desk": True}
    language = said["language"] if taking.speaks_language else ""
    people = candidates.candidates(taking.team, desk.calendar, at=at, language=language)
    return found | {"calendar": desk.calendar, "candidates": people}
