"""Loads the demo: who and what, then the stories, then the clocks as they stand now. All or nothing, and only once."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F
from tqdm import tqdm

from cases.demo import incidents, people, play, root_causes
from cases.demo.past_sweeps import catch_up
from cases.demo.relations import relate_cases
from cases.demo.stories import stories
from cases.jobs import commitments, release_fixes
from cases.models import OutboxMail
from cases.models.outbox_mail import Delivery
from cases.reports import tally
from contacts.models import User
from contacts.roles import Role

# So many mails of the very last turns are still sent, to be found in the demo's mailbox; the older ones went out then.
STILL_DUE = 6
IN_THE_POST = timedelta(seconds=4)


@transaction.atomic
def load(now: datetime, *, quiet: bool = True) -> int:
    """Make the demo's world as it stands at `now` (UTC); return how many cases were made: 0 where it is there."""
    if people.is_there():
        return 0
    everybody = people.assemble(now.date())
    root_causes.subscribe(now)
    told = play.steps(stories(), everybody, now)
    made: set[int] = set()
    steps = root_causes.among(incidents.among(told, everybody, now), everybody, now)
    changed = play.tell(steps, everybody)
    for case in tqdm(changed, total=len(told), unit="turn", disable=quiet or None, leave=False):
        made.add(case.pk)
    for instance in everybody.behind:
        people.update(everybody, instance, now.date())
    catch_up(now)
    root_causes.settle(now)
    made |= {case.pk for case in relate_cases(everybody, now)}
    commitments.sweep(now)
    release_fixes.sweep(now)
    tally.tally(now, everything=True)
    _settle_mail(made, now)
    with connection.cursor() as cursor:
        # Before PostgreSQL has looked at new tables by itself, it plans each page's query for a tenth of a second.
        cursor.execute("ANALYZE")
    return len(made)


def _settle_mail(cases: Iterable[int], now: datetime) -> None:
    """Mark the mails of the past as sent when they were due, but for the last few: a flood would hide what is new.

    Those that wait for somebody's working hours go on waiting.
    """
    mails = OutboxMail.objects.filter(case__in=cases, due_at__lte=now)
    last = mails.order_by("-due_at", "-pk").values_list("pk", flat=True)[:STILL_DUE]
    past = mails.exclude(pk__in=list(last))
    past.update(state=Delivery.SENT, attempts=1, claimed_at=F("due_at"), sent_at=F("due_at") + IN_THE_POST)


def logins() -> list[tuple[str, str, str]]:
    """Return role, e-mail address and password of one person a role, in the order of roles."""
    first: dict[str, User] = {}
    for person in User.objects.filter(email__in=[row["email"] for row in people.people()]).order_by("pk"):
        first.setdefault(person.role, person)
    return [(str(role.label), first[role].email, people.PASSWORD) for role in Role if role in first]
