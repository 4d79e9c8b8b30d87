"""What those who follow a case read beside what its customer gets."""

from typing import Any

from django.urls import reverse

from cases.events import KINDS
from cases.models import Case, Follower, OutboxMail
from cases.notifications.withheld import Reason, Withheld
from contacts.models import User
from contacts.site_address import absolute

# The mails that the customer of a case gets, and who follows it too.
TO_CUSTOMER = {kind.notice for kind in KINDS.values() if kind.notice}


def is_for_follower(mail: OutboxMail, case: Case) -> bool:
    """Say whether the recipient gets a mail to the customer only because they follow the case."""
    return mail.notice in TO_CUSTOMER and mail.recipient_id != case.customer_id


def still_follows(person: User, case: Case) -> bool:
    """Say whether they follow the case now. One query."""
    return Follower.objects.filter(case=case, user=person, ended_at__isnull=True).exists()


def content(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """Return whose case it is, and the page on which to stop following; the link alone changes nothing.

    Raises Withheld where they no longer follow it.
    """
    if not is_for_follower(mail, case):
        return {"follows": False}
    if not still_follows(mail.recipient, case):
        raise Withheld(Reason.UNFOLLOWED)
    page = reverse("desk:unfollow" if mail.recipient.works_here else "portal:unfollow", args=[case.number])
    customer = " ".join(case.customer.name.split())
    return {"follows": True, "customer": customer, "unfollow_url": absolute(page)}
