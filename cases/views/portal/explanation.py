"""Why a promise is due when it is, for the customers who see the case."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases.models import Case
from cases.views.explanation import explained
from cases.views.portal.access import of_case
from contacts.signed_in import SignedInRequest


@require_GET
@of_case
def why(request: SignedInRequest, case: Case, metric: str, cycle: int, period_no: int) -> HttpResponse:
    """Explain one promise of the case, span after span."""
    return render(request, "cases/portal/why.html", explained(case, metric, cycle, period_no, for_customer=True))
