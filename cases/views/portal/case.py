"""The page of one case, and its timeline alone."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases import permissions, severity_requests
from cases.case_page import related
from cases.case_page.next_step import next_step
from cases.commitments import promised_times
from cases.events import timeline as said_in
from cases.forms.base import VerbForm
from cases.forms.portal_conversation import RejectSolutionForm, ReopenForm, ReplyForm
from cases.incidents import queries as incidents
from cases.models import Case, Message
from cases.models.message import Purpose
from cases.root_causes import queries as root_causes
from cases.time_entries import allowance, consent
from cases.views.portal.access import of_case
from contacts.models import User
from contacts.signed_in import SignedInRequest

FORMS: dict[str, tuple[str, type[VerbForm]]] = {
    "answer": ("reply_form", ReplyForm),
    "reject_solution": ("reject_solution_form", RejectSolutionForm),
    "reopen": ("reopen_form", ReopenForm),
}


@require_GET
@of_case
def case(request: SignedInRequest, case: Case) -> HttpResponse:
    """Show what happens next, what was promised, said and done."""
    return show(request, case)


@require_GET
@of_case
def timeline(request: SignedInRequest, case: Case) -> HttpResponse:
    """Show the timeline alone; nothing (204) while it is as the page that asks already shows it."""
    now = timezone.now()
    after = said_in.event_id(request.GET.get("after", ""))
    if after is not None and after >= said_in.latest(case, request.user):
        return HttpResponse(status=204)
    shown = request.GET.get("status", case.status)
    context = {"case": case, "at": now, "shown_status": shown, "moved": shown != case.status}
    context |= _said(case, request.user)
    return render(request, "cases/portal/_timeline.html", context)


def show(request: SignedInRequest, case: Case, *, status: int = 200, **refused: VerbForm) -> HttpResponse:
    """Render the page of `case`; `refused` are forms to show again, by their names in the page."""
    now = timezone.now()
    if refused:  # what refused may be what somebody else did since the case was loaded
        case = Case.objects.visible_to(request.user).for_portal().get(pk=case.pk)
    upto = said_in.event_id(request.GET.get("upto", ""))
    context = {**_page(case, request.user, now, upto), **_forms(case, request.user), **refused}
    context["just_opened"] = "opened" in request.GET and case.customer_id == request.user.pk
    return render(request, "cases/portal/case.html", context, status=status)


def _forms(case: Case, user: User) -> dict[str, Any]:
    may = permissions.verbs_for(user, case) | ({"answer"} if case.is_merged else set())  # said where it goes on
    return {name: form(auto_id=f"{verb}_%s") for verb, (name, form) in FORMS.items() if verb in may}


def _page(case: Case, user: User, at: datetime, upto: int | None) -> dict[str, Any]:
    clocks = list(case.commitments.all())
    lines = promised_times.lines(case, clocks, at=at)
    said = _said(case, user, upto)
    return {
        "case": case,
        "at": at,
        "step": next_step(case),
        "next": promised_times.next_line(case, at=at),
        "lines": lines,
        "missed": promised_times.missed(clocks, lines),
        "asked": severity_requests.latest(case),
        "referral": (referral := consent.latest(case)),
        "estimated": consent.estimate_of(referral) if referral else "",
        "help": allowance.beside(case, user),
        "known": incidents.known_problem(case),
        "root_cause": root_causes.of_case(case, user),
        "related": related.related(case, user),
        "may": permissions.verbs_for(user, case),
        "others": permissions.who_else_sees(case, user),
        "hours": promised_times.hours(case.calendar_now, at=at),
        **said,
    }


def _said(case: Case, user: User, upto: int | None = None) -> dict[str, Any]:
    """Return the last entries, or those up to the event `upto`, and the solution that is provided."""
    shown = said_in.shown(case, user, upto=upto)
    entries = shown.entries
    solutions = [entry.said for entry in entries if not entry.origin and _is_solution(entry.said)]
    return {
        "entries": entries,
        "latest": entries[-1].event.pk if entries else 0,
        "solution": _solution(case, solutions, shown.earlier is None and upto is None)
        if case.state.has_solution
        else None,
        "earlier": shown.earlier,
        "upto": upto,
    }


def _solution(case: Case, shown: list[said_in.Said], whole: bool) -> said_in.Said:
    """Return the last solution: of those `shown`, or, where they are not the whole timeline, as it was said."""
    if shown or whole:
        return shown[-1] if shown else None
    return case.messages.filter(purpose=Purpose.SOLUTION).order_by("pk").last()


def _is_solution(said: said_in.Said) -> bool:
    return isinstance(said, said_in.AutomaticMessage) or (
        isinstance(said, Message) and said.purpose == Purpose.SOLUTION
    )
