"""How much one person, and one account, may send and take in an hour or a day. What is beyond is refused in words.

Counted over the rows that are there anyway, inside the transaction that adds to them. Far from a limit that is one
query; near it the person, then the account, does one thing at a time, so that twenty requests at once add up to no more
than one after the other. Limits are settings, not reference data: they guard the house and promise nobody anything.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, IntegerField, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Attachment, Case, Event, ExportRecord
from cases.statuses import Refusal
from contacts.models import Account, Desk, DeskPhone, Membership, User
from products.models import Product
from sla import time_words

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# What our own people write by hand; whatever else they do, they may do to hundreds of cases of one incident.
WRITTEN = {
    "reply": "replied",
    "ask_customer": "asked",
    "note": "noted",
    "restore_service": "restored",
    "provide_solution": "solution_provided",
}
# More than are ever under way at once: nearer to a limit than this, nothing is counted that another may add to.
AT_ONCE = 50
# What was begun a little later may be there before; what is later still is of another life of a clock.
LATER = timedelta(minutes=1)
_LOCKS = 0x0A11  # the first half of the advisory locks taken here; the number of the quota is added


class OverQuota(Refusal):
    """A person or an account has sent or taken as much as is allowed for now. `until`: when it goes on (UTC)."""

    def __init__(self, words: str, until: datetime, phones: Iterable[str] = ()) -> None:
        self.until = until
        numbers = ", ".join(phones)
        urgent = _("If it is urgent, call %(phones)s.") % {"phones": numbers} if numbers else ""
        super().__init__(f"{words} {urgent}".strip())


@dataclass(frozen=True, slots=True)
class Quota:
    """A limit: `setting` names what a person may, with _ACCOUNT what all of an account may together, in `window`.

    `most` is the most that one request adds.
    """

    number: int
    setting: str
    window: timedelta
    mine: str | Promise
    ours: str | Promise
    most: int = 1

    def limit(self, by: User) -> int:
        """Return what `by` may; 0 is no limit."""
        allowed: int = getattr(settings, self.setting)
        return allowed if by.is_customer else allowed * settings.QUOTA_STAFF_TIMES

    @property
    def limit_of_account(self) -> int:
        return int(getattr(settings, f"{self.setting}_ACCOUNT"))


# What each quota is about to be used for: which of the rows count (None: all), and how much is added.
Adding = dict[Quota, tuple[Q | None, int]]

ENTRIES = Quota(
    1,
    "QUOTA_ENTRIES_PER_HOUR",
    HOUR,
    gettext_lazy(
        "You have sent %(most)s messages and answers within an hour, and we take no more. You can send "
        "the next one at %(at)s."
    ),
    gettext_lazy(
        "Your company has sent %(most)s messages and answers within an hour, and we take no more. You can "
        "send the next one at %(at)s."
    ),
)
CASES = Quota(
    2,
    "QUOTA_CASES_PER_HOUR",
    HOUR,
    gettext_lazy(
        "You have opened %(most)s cases within an hour, and we take no more. You can open the next one at %(at)s."
    ),
    gettext_lazy(
        "Your company has opened %(most)s cases within an hour, and we take no more. You can open the "
        "next one at %(at)s."
    ),
)
EXPORTS = Quota(
    3,
    "QUOTA_EXPORTS_PER_HOUR",
    HOUR,
    gettext_lazy(
        "You have taken %(most)s exports within an hour, and there are no more. You can take the next one at %(at)s."
    ),
    gettext_lazy(
        "Your company has taken %(most)s exports within an hour, and there are no more. You can take the "
        "next one at %(at)s."
    ),
)
FILES = Quota(
    4,
    "QUOTA_FILES_PER_DAY",
    DAY,
    gettext_lazy(
        "With these you would have sent more than %(most)s files within a day, and we take no more. You "
        "can send them at %(at)s."
    ),
    gettext_lazy(
        "With these your company would have sent more than %(most)s files within a day, and we take no "
        "more. You can send them at %(at)s."
    ),
)
BYTES = Quota(
    5,
    "QUOTA_FILE_BYTES_PER_DAY",
    DAY,
    gettext_lazy(
        "With these you would have sent files of more than %(most)s within a day, and we take no more. "
        "You can send them at %(at)s."
    ),
    gettext_lazy(
        "With these your company would have sent files of more than %(most)s within a day, and we take no "
        "more. You can send them at %(at)s."
    ),
)


@dataclass(frozen=True, slots=True)
class _Sender:
    """Whose rows are counted, for which account, at which instant; `actor` and `at_name` are the columns' names."""

    by: User
    account_id: int
    at: datetime
    actor: str = "actor"

    @property
    def own(self) -> Q:
        return Q(**{self.actor: self.by})

    @property
    def of_account(self) -> Q:
        return Q(case__account=self.account_id)

    def recent(self, rows: QuerySet, window: timedelta) -> QuerySet:
        """Narrow `rows` to those of the sender and, for a customer, of all of the account. Reads an index range."""
        within = rows.filter(at__gt=self.at - window, at__lt=self.at + LATER)
        if not self.by.is_customer:
            return within.filter(self.own)
        members = Membership.objects.filter(account=self.account_id).values("user")
        return within.filter(**{f"{self.actor}__in": members})


def check_entry(case: Case, verb: str, *, by: User, at: datetime) -> None:
    """Refuse what `by` is about to do by `verb` where that is too much; inside the transaction of the change.

    Everything that a customer does counts, and what our own people write by hand. Raises OverQuota. One query.
    """
    if not by.is_customer and verb not in WRITTEN:
        return
    rows = Event.objects.all() if by.is_customer else Event.objects.filter(kind__in=WRITTEN.values())
    _check(_Sender(by, case.account_id, at), rows, {ENTRIES: (None, 1)}, desk=case.desk_id)


@contextmanager
def opening(account: Account, product: Product, *, by: User, at: datetime) -> Iterator[None]:
    """Be the transaction in which `by` opens a case of `account`; refused where there are too many.

    Raises OverQuota. One query.
    """
    with transaction.atomic():
        _check_opening(account, product, by=by, at=at)
        yield


def _check_opening(account: Account, product: Product, *, by: User, at: datetime) -> None:
    opened = Q(kind="opened")
    counted: Adding = {CASES: (opened, 1)}
    if by.is_customer:
        counted[ENTRIES] = (Q(), 1)
    rows = Event.objects.all() if by.is_customer else Event.objects.filter(opened)
    _check(_Sender(by, account.pk, at), rows, counted, desk=(product, account))


def check_files(sizes: list[int], case: Case, *, by: User, at: datetime) -> None:
    """Refuse files of these sizes (bytes) where `by` has sent too many or too large ones; inside the transaction that
    keeps them. Raises OverQuota. Three to five queries.
    """
    sender = _Sender(by, case.account_id, at, "uploaded_by")
    _check(sender, Attachment.objects.all(), {FILES: (None, len(sizes)), BYTES: (None, sum(sizes))}, desk=case.desk_id)


def check_export(account_id: int, *, by: User, at: datetime) -> None:
    """Refuse an export where `by` has taken too many; inside the transaction that writes it down. Raises OverQuota."""
    _check(_Sender(by, account_id, at, "by"), ExportRecord.objects.all(), {EXPORTS: (None, 1)})


def one_at_a_time(by: User, number: int = 0) -> None:
    """Let nobody else pass here for `by` until the transaction ends."""
    _lock(number, by.pk)


def _check(sender: _Sender, rows: QuerySet, adding: Adding, desk: Any = None) -> None:
    limited = {quota: one for quota, one in adding.items() if quota.limit(sender.by) or quota.limit_of_account}
    if not limited:
        return
    counted = _counted(sender, rows, limited)
    if _lock_near(sender, counted, limited):
        counted = _counted(sender, rows, limited)
    for quota, (which, more) in limited.items():
        mine, ours = counted[quota]
        found = sender.recent(rows, quota.window).filter(which or Q())
        if (limit := quota.limit(sender.by)) and mine + more > limit:
            raise _refusal(quota, quota.mine, sender, found.filter(sender.own), limit, more, desk)
        if sender.by.is_customer and (limit := quota.limit_of_account) and ours + more > limit:
            raise _refusal(quota, quota.ours, sender, found.filter(sender.of_account), limit, more, desk)


def _counted(sender: _Sender, rows: QuerySet, quotas: Adding) -> dict[Quota, tuple[int, int]]:
    """Return for each quota what the person, and what the account, has used of it. One query."""
    window = max(quota.window for quota in quotas)
    wanted: dict[str, Any] = {}
    for quota, (which, _more) in quotas.items():
        for scope, whose in (("mine", sender.own), ("ours", sender.of_account)):
            wanted[f"{scope}{quota.number}"] = _sum(quota, (which or Q()) & whose)
    found = sender.recent(rows, window).aggregate(**wanted)
    return {quota: (found[f"mine{quota.number}"], found[f"ours{quota.number}"]) for quota in quotas}


def _sum(quota: Quota, which: Q) -> Any:
    if quota is BYTES:
        return Coalesce(Sum("size", filter=which), Value(0), output_field=IntegerField())
    return Count("pk", filter=which)


def _lock_near(sender: _Sender, counted: dict[Quota, tuple[int, int]], quotas: Adding) -> bool:
    """Take the locks of the limits that may be reached by what is under way now; say whether any was taken."""
    taken = False
    for quota in sorted(quotas, key=lambda one: one.number):
        mine, ours = counted[quota]
        step = settings.MAX_UPLOAD_BYTES if quota is BYTES else settings.MAX_UPLOAD_FILES if quota is FILES else 1
        if (limit := quota.limit(sender.by)) and mine + AT_ONCE * step > limit:
            taken = _lock(quota.number, sender.by.pk)
        limit = quota.limit_of_account
        if sender.by.is_customer and limit and ours + AT_ONCE * step > limit:
            taken = _lock(100 + quota.number, sender.account_id)
    return taken


def _lock(number: int, whose: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCKS + number, whose])
    return True


def _refusal(
    quota: Quota, words: str | Promise, sender: _Sender, used: QuerySet, limit: int, more: int, desk: Any
) -> OverQuota:
    """Return the refusal, with the instant at which so much of what was `used` is old that `more` is within `limit`."""
    until, recent = sender.at + quota.window, 0
    for at, size in used.order_by("-at").values_list("at", "size" if quota is BYTES else Value(1)):
        recent += size
        if recent > limit - more:
            until = at + quota.window
            break
    until = (until + timedelta(seconds=59)).replace(second=0, microsecond=0)
    most = filesizeformat(limit) if quota is BYTES else limit
    return OverQuota(words % {"most": most, "at": time_words.format_instant(until)}, until, _phones(sender, desk))


def _phones(sender: _Sender, desk: Any) -> list[str]:
    """Return the numbers of a desk, or of the one that serves a product for an account; none for our own people."""
    if desk is None or not sender.by.is_customer:
        return []
    if isinstance(desk, tuple):
        product, account = desk
        desk = Desk.objects.serving(product, account.region).pk
    return list(DeskPhone.objects.filter(desk=desk).order_by("position").values_list("number", flat=True)[:2])


def reached_at_once(running: int) -> bool:
    """Say whether `running` exports are as many as are made at once for one person."""
    return bool(settings.QUOTA_EXPORTS_AT_ONCE) and running >= settings.QUOTA_EXPORTS_AT_ONCE
