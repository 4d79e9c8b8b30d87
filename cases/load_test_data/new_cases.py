"""New cases of a generated population: who asks for what, when, by which channel, and what is promised then."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import TypeVar

from cases.commitments import terms
from cases.commitments.exclusions import starting_exclusion
from cases.load_test_data import phrases
from cases.load_test_data.accounts import Person, Population, Source
from cases.models import Case, CaseType, DispatchRule
from cases.models.case import Channel
from cases.models.dispatch_rule import Facts
from sla import compiled
from sla.editing import seal
from sla.matrices import Severity
from sla.working_time import WorkingTime

YEARS = timedelta(days=3 * 365)
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
class Mix:
    """What is particular about a population; by default that of a desk after three years of work.

    `forgotten` is the share of cases with which nobody goes on, so that a tenth of all is open: `age` days old on
    average, after at most `turns` turns.
    """

    forgotten: float = 0.085
    age: float = 25.0
    turns: int = 8
    severities: Mapping[Severity, int] = field(default_factory=lambda: SEVERITIES)


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case as its opening leaves it, before anything was said, with what its history needs."""

    case: Case
    source: Source
    customer: Person
    hours: WorkingTime


class NewCases:
    """Makes new cases at random moments of the three years before `now` (UTC)."""

    def __init__(self, chance: Random, population: Population, now: datetime, mix: Mix) -> None:
        self.chance, self.population, self.now, self.mix = chance, population, now, mix
        self.types = {one.code: one for one in CaseType.objects.select_related("excluded_by_default")}
        self.matrix = seal(terms.matrix_for("", (now - YEARS).date()), at=now - YEARS)
        self.rule_for = cache(lambda facts: DispatchRule.objects.fitting(facts)[0])
        self.calendar_for = cache(terms.calendar_for)

    def next(self, *, forgotten: bool) -> NewCase:
        """Return a new case; one that will be `forgotten` is young, others are of any age."""
        chance = self.chance
        source = self.population.source(chance)
        customer = chance.choice(source.askers)
        severity = self._one_of(self.mix.severities)
        type_ = self.types[self._one_of(TYPES)]
        channel = self._one_of(CHANNELS)
        provisional = channel == Channel.MAIL and severity == Severity.MODERATE and chance.random() < 0.5
        hours = compiled.working_time(self.calendar_for(source.desk, source.plan, severity))
        at = self._moment(hours, chance.expovariate(1 / self.mix.age) if forgotten else None)
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
            desk_id=source.desk.pk,
            plan_id=source.plan.pk,
            matrix=self.matrix,
            calendar=source.desk.calendar,
            critical_calendar=self.calendar_for(source.desk, source.plan, Severity.CRITICAL),
            received_at=at - delay,
            opened_at=at,
        )
        self._run_a_version(case, source)
        case.exclusion_id = starting_exclusion(type_, version_covered=case.version_covered)
        self._route(case, source, customer)
        return NewCase(case, source, customer, hours)

    def _route(self, case: Case, source: Source, customer: Person) -> None:
        """Let the rules say where the case goes; one query for all cases that are alike."""
        facts = Facts(
            product=case.product_id,
            region=source.region_id,
            language=customer.language,
            type=case.type_id,
            plan=case.plan_id,
            severity=case.severity,
            channel=case.channel,
            version_covered=case.version_covered,
        )
        rule = self.rule_for(facts)
        case.team_id, case.dispatch_rule_id = rule.team_id, rule.pk
        case.dispatch_at = case.opened_at if rule.hands_over else None

    def _one_of(self, weights: Mapping[Weighed, int]) -> Weighed:
        return self.chance.choices(list(weights), list(weights.values()))[0]

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
        latest = self.population.released(source.product, terms.opened_day_of(case.calendar, case.opened_at)) - 1
        release = self.population.release(source.product, latest - behind)
        case.release_id = release.pk if release else None
        covered = 1 if source.product.previous_version_supported else 0
        case.version_covered = release is None or behind <= covered
