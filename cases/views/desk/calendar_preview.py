"""What edited hours would do to the clocks that run: part of the back office's preview, or a page of its own."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from cases.commitments import calendar_preview
from cases.forms.calendar_preview import HoursForm
from cases.views.desk.access import ours
from contacts.signed_in import SignedInRequest


@ours
@require_POST
def moving_clocks(request: SignedInRequest) -> HttpResponse:
    """Show which clocks would be due at another time, to those who may change the hours. Nothing is changed."""
    if not request.user.has_perm("sla.change_calendar"):
        raise Http404
    form = HoursForm(request.POST)
    moves = None
    if form.is_valid():
        calendar, hours = form.cleaned_data["calendar"], form.cleaned_data["definition"]
        moves = calendar_preview.moves(request.user, calendar, hours, at=timezone.now())
    template = (
        "cases/desk/commitments/_calendar_preview.html"
        if request.htmx
        else "cases/desk/commitments/calendar_preview.html"
    )
    return render(request, template, {"form": form, "moves": moves}, status=200 if moves else 422)
