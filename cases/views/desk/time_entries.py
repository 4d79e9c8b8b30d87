"""Hours of help at the desk: written down and corrected, with a preview of what is free and what is billable."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cases import lifecycle
from cases.forms.time_entries import MOST_MINUTES, CorrectAssistanceForm, LogAssistanceForm
from cases.models import Case, TimeEntry
from cases.time_entries import allowance
from cases.views.access import attempt
from cases.views.desk.access import asked, done, load, ours
from contacts.signed_in import SignedInRequest


@ours
@require_http_methods(["GET", "POST"])
def log_assistance(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Write down what was done, and how long it took."""
    case = load(request, case_id)
    outcome = allowance.forecast(case)
    form = LogAssistanceForm(**_sent(request), split_url=_split_url(case), may_consent=outcome.may_consent)
    if attempt(request, form, lifecycle.log_assistance, case):
        return done(request, case, _("The help is written down."))
    return asked(
        request, "cases/desk/time_entries/log_assistance.html", case, form, **_preview(outcome, form["minutes"].value())
    )


@ours
@require_http_methods(["GET", "POST"])
def correct_assistance(request: SignedInRequest, case_id: int, entry_id: int) -> HttpResponse:
    """Take an entry back, and perhaps put the right one in its place."""
    case = load(request, case_id)
    entry = _entry(case, entry_id)
    outcome = allowance.forecast(case, without=entry)
    options = {"split_url": _split_url(case, entry), "may_consent": outcome.may_consent}
    form = CorrectAssistanceForm(**_sent(request), entry=entry, **options)
    if attempt(request, form, partial(lifecycle.correct_assistance, entry=entry), case):
        return done(request, case, _("The entry is corrected."))
    shown = _preview(outcome, form["minutes"].value())
    return asked(request, "cases/desk/time_entries/correct_assistance.html", case, form, entry=entry, **shown)


@ours
@require_GET
def assistance_split(request: SignedInRequest, case_id: int, entry_id: int | None = None) -> HttpResponse:
    """Show how so many minutes would be split, while they are typed."""
    case = load(request, case_id)
    entry = _entry(case, entry_id) if entry_id is not None else None
    outcome = allowance.forecast(case, without=entry)
    return render(request, "cases/desk/time_entries/_split_parts.html", _preview(outcome, request.GET.get("minutes")))


def _sent(request: SignedInRequest) -> dict[str, Any]:
    """Return what a form is made of: what was sent, or what was typed where only the preview was asked for."""
    if "preview" in request.POST:
        return {"initial": {name: request.POST[name] for name in request.POST if name != "preview"}}
    return {"data": request.POST or None}


def _split_url(case: Case, entry: TimeEntry | None = None) -> str:
    if entry is None:
        return reverse("desk:assistance_split", args=[case.number])
    return reverse("desk:assistance_split", args=[case.number, entry.pk])


def _preview(outcome: allowance.AllowanceForecast, minutes: object) -> dict[str, Any]:
    """Return what the preview shows for what stands in the field of the minutes, if that is a number of them."""
    written = str(minutes or "")
    number = int(written) if written.isascii() and written.isdecimal() and len(written) < 6 else 0
    split = outcome.meter.split(number) if outcome.meter and 0 < number <= MOST_MINUTES else None
    return {"outlook": outcome, "split": split}


def _entry(case: Case, entry_id: int) -> TimeEntry:
    """Return the entry of that id if it is one of `case`. Raises Http404."""
    return get_object_or_404(TimeEntry.objects.select_related("kind", "by"), case=case, pk=entry_id)
