"""New cases of a generated population: who asks for what, when, by which channel, and what is promised then."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import TypeVar

from cases import commitments
from cases.commitments import Promise
from cases.models import Case, CaseType
from cases.models.case import Channel
from cases.population import phrases
from cases.population.society import Society, Someone, Source
from contacts.models import Desk, Plan, Team
from sla import compiled
from sla.editing import seal
from sla.matrices import Severity
from sla.querysets import matrix_in_force
from sla.working_time import WorkingTime

YEARS = timedelta(days=3 * 365)
MEAN_AGE_OF_THE_FORGOTTEN = 25.0  # days
IN_OPEN_HOURS = 0.8  # the share of cases that arrive while the desk is open
SEVERITIES = {Severity.CRITICAL: 4, Severity.MAJOR: 18, Severity.MODERATE: 48, Severity.MINOR: 30}
CHANNELS = {Channel.WEB: 72, Channel.MAIL: 18, Channel.PHONE: 10}
TYPES = {
    "issue": 34,
    "defect": 16,
    "functional": 13,
    "performance": 9,
    "integrations": 8,
    "enhancement": 8,
    "cloud_operations": 6,
    "security": 4,
    "privacy": 2,
}


Weighed = TypeVar("Weighed")


@dataclass(frozen=True, slots=True)
class Birth:
    """A case as its opening leaves it, before anything was said, with what its life needs."""

    case: Case
    source: Source
    customer: Someone
    promise: Promise
    hours: WorkingTime


class Births:
    """Makes cases at random moments of the three years before `now` (UTC)."""

    def __init__(self, chance: Random, society: Society, now: datetime) -> None:
        self.chance, self.society, self.now = chance, society, now
        self.types = {one.code: one for one in CaseType.objects.select_related("excluded_by_default")}
        self.team = Team.objects.get(code="customer-care-1")
        self.matrix = seal(matrix_in_force((now - YEARS).date()), at=now - YEARS)
        self.promised = cache(self._promised)

    def next(self, *, forgotten: bool) -> Birth:
        """Return a new case; one that will be `forgotten` is young, others are of any age."""
        chance = self.chance
        source = self.society.source(chance)
        customer = chance.choice(source.askers)
        severity = self._one_of(SEVERITIES)
        type_ = self.types[self._one_of(TYPES)]
        channel = self._one_of(CHANNELS)
        provisional = channel == Channel.MAIL and severity == Severity.MODERATE and chance.random() < 0.5
        promise = self.promised(source.desk, source.plan, severity, type_.excluded_by_default_id is not None)
        hours = compiled.working_time(promise.calendar)
        at = self._moment(hours, chance.expovariate(1 / MEAN_AGE_OF_THE_FORGOTTEN) if forgotten else None)
        delay = timedelta(0) if channel == Channel.WEB else timedelta(seconds=chance.randrange(60, 400))
        case = Case(
            account_id=source.account_id,
            customer_id=customer.id,
            product_id=source.product.pk,
            type_id=type_.pk,
            subject=phrases.subject(chance, customer.language),
            channel=channel.value,
            severity=severity.value,
            severity_is_provisional=provisional,
            team_id=self.team.pk,
            desk_id=source.desk.pk,
            plan_id=source.plan.pk,
            matrix=self.matrix,
            calendar=source.desk.calendar,
            critical_calendar=self.promised(source.desk, source.plan, Severity.CRITICAL, False).calendar,
            exclusion_id=type_.excluded_by_default_id,
            received_at=at - delay,
            opened_at=at,
        )
        self._run_a_version(case, source)
        return Birth(case, source, customer, promise, hours)

    def _one_of(self, weights: dict[Weighed, int]) -> Weighed:
        return self.chance.choices(list(weights), list(weights.values()))[0]

    def _promised(self, desk: Desk, plan: Plan, severity: Severity, excluded: bool) -> Promise:
        return commitments.promise(desk=desk, plan=plan, matrix=self.matrix, severity=severity, excluded=excluded)

    def _moment(self, hours: WorkingTime, age: float | None) -> datetime:
        """Return when a case is opened: `age` days ago, or at any time; mostly in open hours."""
        chance = self.chance
        ago = timedelta(days=age) if age is not None else YEARS * chance.random()
        at = self.now - min(ago, YEARS)
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        if chance.random() > IN_OPEN_HOURS or hours.is_open(at):
            return at
        # Spread over the next working day rather than all at its opening.
        later = hours.add(at, chance.uniform(0, 540))
        return at if later is None or later > self.now else later.replace(microsecond=0)

    def _run_a_version(self, case: Case, source: Source) -> None:
        """Set the instance, and the version it ran on the day of opening: as far behind as it is today."""
        instance, behind = self.chance.choice(source.instances)
        case.instance_id = instance
        if source.product.is_continuous:
            return
        latest = self.society.released(source.product, case.opened_at.date()) - 1
        release = self.society.release(source.product, latest - behind)
        case.release_id = release.pk if release else None
        covered = 1 if source.product.previous_version_supported else 0
        case.version_covered = release is None or behind <= covered
