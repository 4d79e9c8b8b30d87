"""What kind of problem a case is, and what is known of it: each page says what that does to the clocks."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import lifecycle
from cases.forms.commitments import (
    ClassifyForm,
    ExcludeForm,
    IncludeForm,
    JudgeCodeChangeForm,
    JudgeCodeProblemForm,
    JudgeReachForm,
)
from cases.views.access import attempt
from cases.views.desk.access import asked, done, load, ours
from contacts.signed_in import SignedInRequest


@ours
@require_http_methods(["GET", "POST"])
def classify(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Say what the case is about, and whose defect it is."""
    case = load(request, case_id)
    form = ClassifyForm(request.POST or None, case=case)
    if attempt(request, form, lifecycle.classify, case):
        return done(request, case, _("The case is classified. The clocks follow what is promised for it."))
    return asked(request, "cases/desk/classification/classify.html", case, form)


@ours
@require_http_methods(["GET", "POST"])
def exclude(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Promise no times, for a cause."""
    case = load(request, case_id)
    form = ExcludeForm(request.POST or None, case=case)
    if attempt(request, form, lifecycle.exclude, case):
        return done(request, case, _("No times are promised for the case any more."))
    return asked(request, "cases/desk/commitments/exclude.html", case, form)


@ours
@require_http_methods(["GET", "POST"])
def include(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Promise times again."""
    case = load(request, case_id)
    form = IncludeForm(request.POST or None)
    if attempt(request, form, lifecycle.include, case):
        return done(request, case, _("Times are promised again, counted from now."))
    return asked(request, "cases/desk/commitments/include.html", case, form)


@ours
@require_http_methods(["GET", "POST"])
def judge_code_change(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Say whether a change of code is needed."""
    case = load(request, case_id)
    form = JudgeCodeChangeForm(request.POST or None, case=case)
    if attempt(request, form, lifecycle.judge_code_change, case):
        return done(request, case, _("It is noted, and the restoration follows it."))
    return asked(request, "cases/desk/classification/judge_code_change.html", case, form)


@ours
@require_http_methods(["GET", "POST"])
def judge_code_problem(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Say whether a problem of code was found."""
    case = load(request, case_id)
    form = JudgeCodeProblemForm(request.POST or None, case=case)
    if attempt(request, form, lifecycle.judge_code_problem, case):
        return done(request, case, _("It is noted, and the solution follows it."))
    return asked(request, "cases/desk/classification/judge_code_problem.html", case, form)


@ours
@require_http_methods(["GET", "POST"])
def judge_reach(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Say whether the problem touches the whole system."""
    case = load(request, case_id)
    form = JudgeReachForm(request.POST or None, case=case)
    if attempt(request, form, lifecycle.judge_reach, case):
        return done(request, case, _("It is noted, and the root-cause report follows it."))
    return asked(request, "cases/desk/classification/judge_reach.html", case, form)
