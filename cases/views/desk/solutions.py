"""Taking back that the service was restored. What is said with a restoration or a solution: `conversation.py`."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases import lifecycle
from cases.views.desk.access import act, ours
from contacts.signed_in import SignedInRequest


@ours
@require_POST
def withdraw_restoration(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Say that the service is disturbed after all."""
    return act(request, case_id, lifecycle.withdraw_restoration, _("The restoration clock runs again."))
