"""What mails about merged cases say.

Plain values for the templates; raises Outdated where it is no longer so.
"""

from typing import Any

from django.urls import reverse

from cases.models import Case, OutboxMail
from cases.notifications.withheld import Outdated
from contacts.site_address import absolute


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
