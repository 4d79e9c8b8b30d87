"""The customer's word on work that is billed."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from cases import lifecycle
from cases.models import Case
from cases.views.portal.access import act, verb_of_case
from contacts.signed_in import SignedInRequest


@verb_of_case
def agree_to_consulting(request: SignedInRequest, case: Case) -> HttpResponse:
    """Agree that the work is billed; Consulting goes on with the case."""
    return act(
        request,
        case,
        lifecycle.agree_to_consulting,
        _("Thank you. Our Consulting team goes on with your case, as billed work."),
    )


@verb_of_case
def decline_consulting(request: SignedInRequest, case: Case) -> HttpResponse:
    """Decline billed work; the case stays where it is."""
    return act(
        request,
        case,
        lifecycle.decline_consulting,
        _("Nothing is billed. The case stays with us, and we go on without Consulting."),
    )
