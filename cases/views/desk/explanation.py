"""Why a promise is due when it is, for our own people."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases.views.desk.access import address, load, ours
from cases.views.explanation import explained
from contacts.signed_in import SignedInRequest


@ours
@require_GET
def why(request: SignedInRequest, case_id: int, metric: str, cycle: int, period_no: int) -> HttpResponse:
    """Explain one clock of the case, span after span."""
    case = load(request, case_id)
    context = explained(case, metric, cycle, period_no, for_customer=False)
    return render(request, "cases/desk/commitments/why.html", context | {"address": address(request, case)})
