"""Mail that did not leave, sent again."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases import permissions
from cases.notifications import delivery
from cases.views.desk.access import address, load, ours
from contacts.signed_in import SignedInRequest


@ours
@require_POST
def send_again(request: SignedInRequest, case_id: int, mail_id: int) -> HttpResponse:
    """Send a mail of the case again that failed or was withheld, as those may who write to the customer."""
    case = load(request, case_id)
    mail = get_object_or_404(case.mails, pk=mail_id)
    if not permissions.may(request.user, "reply", case):
        raise Http404
    if delivery.send_again(mail, at=timezone.now()):
        messages.success(request, _("The mail is on its way again."))
    else:
        messages.info(request, _("This mail needs no second sending."))
    return redirect(address(request, case))
