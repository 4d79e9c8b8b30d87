"""What mails about merged cases say, and what those who follow a case read beside what its customer gets.

As in `promise_news`: plain words for a template; what is no longer so raises Outdated.
"""

from typing import Any

from django.urls import reverse

from cases.events import KINDS
from cases.models import Case, Follower, OutboxMail
from cases.notifications.content.commitments import Outdated
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


def follower(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """Whose case it is, and the page on which to stop following; the link alone changes nothing."""
    page = reverse("desk:unfollow" if mail.recipient.works_here else "portal:unfollow", args=[case.number])
    return {"customer": " ".join(case.customer.name.split()), "unfollow_url": absolute(page)}


def merged(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """In which case it goes on, unless the merging was taken back or the reader may not see that case."""
    into = Case.objects.visible_to(mail.recipient).filter(absorbed=case.pk).first()
    if into is None:
        raise Outdated
    page = reverse("desk:case" if mail.recipient.works_here else "portal:case", args=[into.number])
    return {
        "into": into.number,
        "into_subject": " ".join(into.subject.split()),
        "url": absolute(page),
    }


def absorbed(mail: OutboxMail, _case: Case) -> dict[str, Any]:
    """That another report was merged; which, only for who may see that too."""
    seen = Case.objects.visible_to(mail.recipient).filter(merged_into=mail.case_id)
    other = next((one for one in seen if one.number == mail.event.data["merged"]), None)
    return {"merged": other.number if other else "", "merged_subject": " ".join(other.subject.split()) if other else ""}


def unmerged(mail: OutboxMail, _case: Case) -> dict[str, Any]:
    """Why the case goes on by itself again."""
    return {"because": mail.event.data["because"]}
