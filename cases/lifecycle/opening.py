"""Opening a case, and opening it again."""

from datetime import datetime
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import IntegrityError, transaction
from django.db.models import Subquery

from cases import permissions, reviewing, terms
from cases.attachments import Accepted, keep
from cases.exclusions import starting_exclusion
from cases.lifecycle.change import Change, changing, finish, once
from cases.models import Case, CaseType, Event
from cases.models.case import Channel
from cases.models.message import Purpose
from contacts.entitlements import NotEntitled, may_open
from contacts.models import Account, Desk, Instance, Team, User
from products.models import Product
from products.support_window import is_covered
from sla.editing import seal
from sla.matrices import Severity
from sla.querysets import matrix_in_force


def open_case(
    *,
    by: User,
    at: datetime,
    account: Account,
    product: Product,
    type: CaseType,
    subject: str,
    body: str,
    severity: int | None,
    instance: Instance | None = None,
    customer: User | None = None,
    received_at: datetime | None = None,
    channel: str = Channel.WEB,
    files: tuple[Accepted, ...] = (),
    submission: UUID | None = None,
) -> Case:
    """Open a case for `customer` (by default `by`) of `account` at `at` (UTC) and return it.

    `received_at` is when the customer reached us (call start, mail received); by default `at`. Without a severity it is
    Moderate, provisional (section on opening a case). A Critical case is Critical at once. The same `submission` twice
    gives the same case. Raises NotAllowed (also for an instance that is not of this account and product), NotEntitled.
    """
    customer = customer or by
    _refuse_the_unentitled(by, customer, account, product, instance)
    if first := _opened_before(by, submission):
        return first
    try:
        with transaction.atomic():
            case = _new_case(account, product, instance, customer, at, received_at or at)
            case.subject, case.channel = subject, channel
            _classify(case, type, severity).save(force_insert=True)
            change = Change(case=case, by=by, at=at, channel=channel, managers=case.desk.managers)  # type: ignore[attr-defined]
            keep(files, change.say(body, Purpose.OPENING, author=customer), by=by, at=at)
            change.happened("opened", **terms.opening_data(case))
            return finish(change, submission)
    except IntegrityError:  # both sendings were under way at once
        if first := _opened_before(by, submission):
            return first
        raise


def _opened_before(by: User, submission: UUID | None) -> Case | None:
    """Return the case that `by` opened with the key `submission`; a key of somebody else's gives nothing away."""
    if submission is None:
        return None
    first = Event.objects.filter(submission=submission, actor=by, kind="opened").select_related("case").first()
    return first.case if first else None


def _refuse_the_unentitled(
    by: User, customer: User, account: Account, product: Product, instance: Instance | None
) -> None:
    if instance and (instance.account_id, instance.product_id) != (account.pk, product.pk):
        raise permissions.NotAllowed
    may = by.is_active and by.role in permissions.MAY["open_case"]
    if not may or (by.is_customer and by != customer):
        raise permissions.NotAllowed
    verdict = may_open(customer, account, product)
    if not verdict.allowed:
        raise NotEntitled(verdict)


def _classify(case: Case, type: CaseType, severity: int | None) -> Case:
    case.type = type
    case.exclusion_id = starting_exclusion(type, version_covered=case.version_covered)
    case.severity = severity or Severity.MODERATE
    case.severity_is_provisional = severity is None
    return case


def _new_case(
    account: Account,
    product: Product,
    instance: Instance | None,
    customer: User,
    at: datetime,
    received_at: datetime,
) -> Case:
    release = instance.release if instance else None
    team = Team.objects.filter(code="customer-care-1").values("pk")
    # The managers are told of a Critical case; read here, one query less.
    managers = ArraySubquery(reviewing.managers().values("pk"))
    desks = Desk.objects.select_related("calendar", "region").annotate(first_team=Subquery(team), managers=managers)
    desk = desks.serving(product, account.region)
    return Case(
        account=account,
        customer=customer,
        product=product,
        instance=instance,
        release=release,
        version_covered=is_covered(product, release, on=at.date()),
        desk=desk,
        calendar=desk.calendar,
        critical_calendar=terms.calendar_for(desk, account.plan, Severity.CRITICAL),
        plan=account.plan,
        matrix=seal(matrix_in_force(received_at.date()), at=at),
        team_id=desk.first_team,  # type: ignore[attr-defined]
        opened_at=at,
        received_at=received_at,
        last_word_at=at,
        last_word_by=customer,
    )


@once
def reopen(
    case: Case,
    *,
    by: User,
    at: datetime,
    reason: str,
    files: tuple[Accepted, ...] = (),
    channel: str = Channel.WEB,
    submission: UUID | None = None,
) -> Case:
    """Open a closed case again for `reason`, by the customer or by us (section on closing); clocks begin a new cycle.

    Raises NotAllowed, IllegalMove.
    """
    with changing(case, "reopen", by=by, at=at, channel=channel, submission=submission) as change:
        keep(files, change.say(reason, Purpose.REOPENING), by=by, at=at)
        change.move("reopen")
        change.set(reopenings=change.case.reopenings + 1, restored_at=None)
        change.happened("reopened")
    return change.case
