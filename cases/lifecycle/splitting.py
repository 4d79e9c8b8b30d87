"""A message that is about something else becomes a case of its own: words and files are copied, both are linked."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases.attachments import copies
from cases.lifecycle.change import changing, once
from cases.lifecycle.opening import open_case
from cases.models import Case, CaseLink, CaseType, Event, Message
from cases.models.case import Channel
from cases.models.case_link import LinkKind
from cases.statuses import IllegalMove
from contacts.models import User


class NotFromCustomer(IllegalMove):
    """Only what a customer said in this case can become a case of theirs."""

    words = _("Only a message of the customer can be split off.")


@once
def split(
    case: Case,
    *,
    by: User,
    at: datetime,
    message: Message,
    subject: str,
    type: CaseType,
    severity: int | None = None,
    submission: UUID | None = None,
) -> Case:
    """Open a case of its own for `message`, with its words and files, and return the case it was said in.

    Same account, customer, product and instance. Its clocks count from the split: until then nobody could know that
    it is a request of its own. `split_off` finds it. Raises NotTheirWords, NotEntitled, NotAllowed.
    """
    with changing(case, "split", by=by, at=at, submission=submission) as change:
        origin = Message.objects.filter(pk=message.pk, case=change.case, from_customer=True).first()
        if origin is None:
            raise NotFromCustomer
        made = open_case(
            by=by,
            at=at,
            account=change.case.account,
            product=change.case.product,
            instance=change.case.instance,
            customer=change.case.customer,
            type=type,
            subject=subject,
            body=origin.body,
            severity=severity,
            # Split off, not told on the telephone: nobody has answered this request yet.
            channel=origin.channel if origin.channel == Channel.MAIL else Channel.WEB,
            files=copies(origin),
            origin=origin,
        )
        CaseLink.objects.create(case=made, other=change.case, kind=LinkKind.SPLIT_OFF, at=at, by=by)
        change.happened("split", number=made.number, subject=subject, case=made.pk, message=origin.pk)
    return change.case


def split_off(case: Case, submission: UUID | None = None) -> Case | None:
    """Return the case that was last split off from `case`, or the one of that submission."""
    events = Event.objects.filter(case=case, kind="split").order_by("-pk")
    event = (events.filter(submission=submission) if submission else events).first()
    return Case.objects.filter(pk=event.data["case"]).first() if event else None
