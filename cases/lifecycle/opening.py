"""Opening a case, and opening it again."""

from dataclasses import replace
from datetime import datetime
from typing import Any, NoReturn, Unpack
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import IntegrityError
from django.db.models import Subquery
from django.db.models.functions import JSONObject

from cases import enqueue, permissions, quotas
from cases.attachments import Accepted
from cases.commitments import terms
from cases.commitments.exclusions import starting_exclusion
from cases.lifecycle.change import AnotherText, Change, Sent, changing, finish, once
from cases.models import Case, CaseType, DispatchRule, Event, Message
from cases.models.case import Channel
from cases.models.dispatch_rule import OTHERWISE, Facts
from cases.models.message import Purpose
from cases.outbox import recipients
from contacts.entitlements import NotEntitled, may_open
from contacts.models import Account, Desk, Instance, User
from products.models import Product
from products.support_window import is_covered
from sla.editing import seal
from sla.matrices import Severity

# The rule for a case whose version is supported, and for one whose version is not.
RULES = {True: "rule_if_covered", False: "rule_if_not_covered"}


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
    origin: Message | None = None,
) -> Case:
    """Open a case for `customer` (by default `by`) of `account` at `at` (UTC) and return it.

    `received_at`: when the customer reached us, by default `at`. Without a severity: Moderate, provisional. The same
    `submission` gives the same case. `origin`: the message it comes from. Raises NotAllowed, NotEntitled, OverQuota.
    """
    customer = customer or by
    _refuse_the_unentitled(by, customer, account, product, instance)
    if first := _opened_before(by, submission, subject, body):
        return first
    try:
        with quotas.opening(account, product, by=by, at=at):
            facts = _facts(account, product, customer, type, severity, channel)
            case = _new_case(account, product, instance, customer, at, received_at or at, facts, subject)
            _classify(case, type, severity).save(force_insert=True)
            change = Change(case=case, by=by, at=at, channel=channel, files=files, managers=case.desk.managers)  # type: ignore[attr-defined]
            change.say(body, Purpose.OPENING, author=origin.author if origin else customer, copied_from=origin)
            change.happened("opened", **terms.opening_data(case))
            return _dispatched(finish(change, submission))
    except IntegrityError:  # both sendings were under way at once
        if first := _opened_before(by, submission, subject, body):
            return first
        raise


def _dispatched(case: Case) -> Case:
    """Wake a worker for a case that waits to be handed to somebody."""
    if case.dispatch_at is not None:
        enqueue.dispatch_case(case.pk)
    return case


def _opened_before(by: User, submission: UUID | None, subject: str, body: str) -> Case | None:
    """Return the case that `by` opened with the key `submission`; a key of somebody else's gives nothing away.

    Raises AnotherText where it was opened with others.
    """
    if submission is None:
        return None
    found = Event.objects.filter(submission=submission, actor=by, kind="opened").select_related("case", "message")
    first = found.first()
    if first is None:
        return None
    if first.message is not None and (first.case.subject, first.message.body) != (subject, body):
        raise AnotherText
    return first.case


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


def _facts(
    account: Account, product: Product, customer: User, type: CaseType, severity: int | None, channel: str
) -> Facts:
    """Return what decides where the case goes, but for whether its version is supported: its desk says on what day."""
    return Facts(
        product=product.pk,
        region=account.region_id,
        language=customer.language,
        type=type.pk,
        plan=account.plan_id,
        severity=severity or Severity.MODERATE,
        channel=channel,
        version_covered=True,
    )


def _classify(case: Case, type: CaseType, severity: int | None) -> Case:
    case.type = type
    own = type.excluded_by_default_id is not None and terms.is_own(case.matrix)
    case.exclusion_id = starting_exclusion(type, version_covered=case.version_covered, has_matrix=own)
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
    facts: Facts,
    subject: str,
) -> Case:
    desk = _desk(product, account, facts)
    stands_in = desk.stands_in_for(product, account.region)
    release = instance.release if instance else None
    covered = is_covered(product, release, on=terms.opened_day_of(desk.calendar, at))
    taking = _by_hand() if stands_in else _rule(desk, covered=covered)
    return Case(
        account=account,
        customer=customer,
        product=product,
        instance=instance,
        subject=subject,
        channel=facts.channel,
        release=release,
        version_covered=covered,
        desk=desk,
        desk_stands_in=stands_in,
        calendar=desk.calendar,
        critical_calendar=terms.calendar_for(desk, account.plan, Severity.CRITICAL),
        plan=account.plan,
        matrix=seal(terms.matrix_for(facts.type, terms.day_of(desk.calendar, received_at)), at=at),
        team_id=taking["team"],
        dispatch_rule_id=taking["code"],
        dispatch_at=at if taking["hands_over"] else None,
        opened_at=at,
        received_at=received_at,
        last_word_at=at,
        last_word_by=customer,
    )


def _desk(product: Product, account: Account, facts: Facts) -> Desk:
    """Return the desk, and on it the rules that `_rule` reads and the managers, who are told of a Critical one.

    One query: which of two rules takes the case depends on the day of the desk that is found.
    """
    rules = {
        name: Subquery(
            DispatchRule.objects.fitting(replace(facts, version_covered=covered)).values(
                taking=JSONObject(code="code", team="team", hands_over="hands_over")
            )[:1]
        )
        for covered, name in RULES.items()
    }
    managers = ArraySubquery(recipients.managers().values("pk"))
    desks = Desk.objects.select_related("calendar", "region").annotate(managers=managers, **rules)
    return desks.serving(product, account.region)


def _rule(desk: Desk, *, covered: bool) -> dict[str, Any]:
    """Return the rule that takes a case at `desk` whose version is supported, or is not."""
    rule: dict[str, Any] | None = getattr(desk, RULES[covered])
    return rule or _no_rule()


def _by_hand() -> dict[str, Any]:
    """Return where a case goes that no desk is listed for: as all else, and nobody is handed it but by a dispatcher."""
    rule = DispatchRule.objects.get(code=OTHERWISE)
    return {"code": rule.code, "team": rule.team_id, "hands_over": False}


def _no_rule() -> NoReturn:
    raise DispatchRule.DoesNotExist("no rule for all other cases: a hole in the reference data")


@once
def reopen(case: Case, *, by: User, at: datetime, reason: str, **sent: Unpack[Sent]) -> Case:
    """Open a closed case again for `reason`, by the customer or by us (section on closing); clocks begin a new cycle.

    Raises NotAllowed, IllegalMove.
    """
    with changing(case, "reopen", by=by, at=at, **sent) as change:
        change.say(reason, Purpose.REOPENING)
        change.set(reopenings=change.case.reopenings + 1, restored_at=None)
        change.happened("reopened")
    return change.case
