"""The page of one case: timeline with the composers at its foot, clocks and people beside it, the queue folded."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases import permissions, severity_requests
from cases.case_page import related
from cases.case_page.clock_panel import panel
from cases.case_page.desk_timeline import lines
from cases.case_page.sidebar import beside
from cases.events import timeline
from cases.forms.conversation import NoteForm, PublicForm
from cases.incidents import queries as incidents
from cases.models import Case
from cases.queue import pages as queue
from cases.queue.filters import QueueFilters
from cases.root_causes import queries as root_causes
from cases.time_entries import allowance, consent
from cases.views.desk.access import load, ours
from contacts.signed_in import SignedInRequest

SPEAKING = {"reply", "ask_customer", "provide_solution", "restore_service"}


@ours
@require_GET
def case(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Show the case; entries of others after the event `seen` are marked as new."""
    seen, upto = (timeline.event_id(request.GET.get(name, "")) for name in ("seen", "upto"))
    return show(request, load(request, case_id), seen=seen, upto=upto)


def show(
    request: SignedInRequest,
    case: Case,
    *,
    reply: PublicForm | None = None,
    note: NoteForm | None = None,
    seen: int | None = None,
    upto: int | None = None,
) -> HttpResponse:
    """Show the page of `case`, its timeline as far as `upto`; a refused `reply` or `note` stands in its composer."""
    user, at = request.user, timezone.now()
    shown = timeline.shown(case, user, upto=upto)
    filters = QueueFilters(request.GET)
    verbs = permissions.verbs_for(user, case)
    context = {
        "case": case,
        "at": at,
        "lines": lines(case, shown, user, seen=seen),
        "last_event": timeline.latest(case, user) if upto or not shown.entries else shown.entries[-1].event.pk,
        "earlier": shown.earlier,
        "upto": upto,
        "verbs": verbs,
        "speaks": bool(verbs & SPEAKING),
        "reply": reply or PublicForm(),
        "note": note or NoteForm(),
        "asked": severity_requests.latest(case),
        "referral": consent.latest(case),
        "referable": consent.is_referable(case) and "refer_to_consulting" in verbs,
        "known": incidents.of_case(case),
        "standing": root_causes.state_of(case=case, at=at),
        "panel": panel(case, verbs=verbs, at=at),
        "related": related.related(case, user),
        "beside": beside(case, user, at=at),
        "help": allowance.beside(case, user),
        "queue": queue.short(user, filters),
        "query": filters.address(),
        "filters": filters,
    }
    return render(request, "cases/desk/case/case.html", context, status=422 if reply or note else 200)
