"""Hours of help of the reader's instances: what is used, what is left, and for what, as far as they see the cases."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases.time_entries import allowance
from cases.views.portal.access import for_customers
from contacts.signed_in import SignedInRequest

MOST_ENTRIES = 20


@require_GET
@for_customers
def assistance(request: SignedInRequest) -> HttpResponse:
    """Show a meter an instance, with the last entries."""
    instances = allowance.of_reader(request.user)
    found = allowance.statements(instances, request.user, most=MOST_ENTRIES)
    several = len({one.instance.account_id for one in found}) > 1
    return render(request, "cases/portal/time_entries.html", {"statements": found, "several": several})
