"""Root-cause reports as people read them: which are owed, how far each is, whom it concerns, who may open it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cases import permissions
from cases.models import (
    Case,
    Commitment,
    Incident,
    IncidentCase,
    RootCauseDelivery,
    RootCauseEvent,
    RootCauseReport,
    RootCauseVersion,
)
from cases.models.root_cause import VersionState
from cases.querysets import SEE_ALL
from cases.root_causes import history
from contacts.models import User
from sla.clocks import Metric
from sla.lateness import is_late

MOST_PUBLISHED = 50
MOST_ATTEMPTS = 5  # to notify one case; then it waits for somebody to look


@dataclass(frozen=True, slots=True)
class Row:
    """What is owed, or written: of a case or of an incident; `due_at` is the soonest promise still to be kept."""

    case: Case | None
    incident: Incident | None
    report: RootCauseReport | None
    version: RootCauseVersion | None
    due_at: datetime | None
    owing: int
    is_overdue: bool

    @property
    def about(self) -> str:
        """Number and words of what it is about."""
        return str(self.incident or self.case)

    @property
    def state(self) -> str:
        """How far it is, in words."""
        return str(self.version.get_state_display()) if self.version else str(_("Owed"))

    @property
    def badge(self) -> str:
        """The face of the state: see `config/look/marks.py`."""
        return _BADGES[self.version.state] if self.version else "new"


_BADGES = {
    VersionState.WRITING.value: "active",
    VersionState.IN_REVIEW.value: "waiting",
    VersionState.REVIEWED.value: "elsewhere",
    VersionState.PUBLISHED.value: "solved",
}


def affected(report: RootCauseReport) -> "QuerySet[Case]":
    """Return the cases that a report concerns now: its own, or those that are part of its incident."""
    if report.case_id:
        return Case.objects.filter(pk=report.case_id)
    links = IncidentCase.objects.filter(incident=report.incident_id, unlinked_at__isnull=True)
    return Case.objects.filter(pk__in=links.values("case"))


def open_to(user: User) -> "QuerySet[RootCauseReport]":
    """Return the reports that one of ours may open: of a case that they see, and of any incident."""
    reports = RootCauseReport.objects.select_related("case__account", "case__product", "incident")
    if not user.is_active or not user.works_here:
        return reports.none()
    if user.role in SEE_ALL:
        return reports
    return reports.filter(Q(incident__isnull=False) | Q(case__in=Case.objects.visible_to(user)))


def waiting_for(user: User) -> int:
    """Return how many reports wait for a step that `user` may take: a review by a second person, or publishing.

    One query at most.
    """
    wrote = RootCauseEvent.objects.filter(version=OuterRef("pk"), kind__in=history.WROTE, actor=user)
    step = Q(pk__in=[])
    if user.role in permissions.REVIEW_REPORTS:
        step |= Q(~Exists(wrote), ~Q(written_by=user), state=VersionState.IN_REVIEW)
    if user.role in permissions.PUBLISH_REPORTS:
        step |= Q(state=VersionState.REVIEWED)
    return RootCauseVersion.objects.filter(step, report__in=open_to(user).values("pk")).count()


def published_to(user: User) -> "QuerySet[RootCauseVersion]":
    """Return the versions that were published to a case that `user` may see, the latest first."""
    told = RootCauseDelivery.objects.filter(version=OuterRef("pk"), case__in=Case.objects.visible_to(user))
    versions = RootCauseVersion.objects.filter(Exists(told), state=VersionState.PUBLISHED)
    return versions.select_related("report").order_by("-number")


def of_case(case: Case, user: User) -> RootCauseVersion | None:
    """Return the latest version that was published to `case`, as a reader who sees it may read it. One query."""
    return published_to(user).filter(deliveries__case=case).first()


def overdue(at: datetime) -> int:
    """Return how many cases wait for a report that was due before `at`. One query, an index range scan."""
    return owed().filter(breach_at__lt=at).count()


def owed() -> "QuerySet[Commitment]":
    """Return the promises of a report that are still to be kept."""
    return Commitment.objects.filter(metric=Metric.ROOT_CAUSE, stopped_at=None, voided_at=None)


def rows(user: User, *, at: datetime) -> list[Row]:
    """Return what is owed, in work and lately published, as `user` may see it: overdue first, then by due time.

    Six queries, for any number.
    """
    clocks = list(owed().filter(case__in=Case.objects.visible_to(user)).select_related("case__account"))
    incidents = _incidents([clock.case_id for clock in clocks])
    dues: dict[tuple[str, int], list[Commitment]] = {}
    for clock in clocks:
        incident = incidents.get(clock.case_id)
        key = ("incident", incident.pk) if incident else ("case", clock.case_id)
        dues.setdefault(key, []).append(clock)
    found = [_row(report, dues.pop(_key(report), []), at) for report in _reports(user)]
    found += [_unwritten(clocks, incidents, at) for clocks in dues.values()]
    return sorted(found, key=_sort_key)


def state_of(*, case: Case | None = None, incident: Incident | None = None, at: datetime) -> Row | None:
    """Return how the report of a case (or of the incident that it is part of) or of an incident stands; None for none.

    Two queries where there is none, five at most.
    """
    waiting: list[Commitment] = []
    if case is not None:
        waiting = list(owed().filter(case=case).select_related("case"))
        part_of = Q(incident__links__case=case, incident__links__unlinked_at=None)
        reports = RootCauseReport.objects.filter(part_of | Q(case=case))
        report = _with_versions(reports).order_by(F("incident").desc(nulls_last=True)).first()
        if report is None and waiting:
            incident = _incidents([case.pk]).get(case.pk)
        elif report is not None:
            incident = report.incident
    else:
        report = _with_versions(RootCauseReport.objects.filter(incident=incident)).first()
    if incident is not None:
        links = IncidentCase.objects.filter(incident=incident, unlinked_at__isnull=True)
        waiting = list(owed().filter(case__in=links.values("case")).select_related("case"))
    if report is not None:
        return _row(report, waiting, at)
    return (
        _unwritten(waiting, {clock.case_id: incident for clock in waiting} if incident else {}, at) if waiting else None
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How many cases a version was to reach, and how many were told; `stuck` failed too often."""

    told: int
    total: int
    stuck: int

    @property
    def is_whole(self) -> bool:
        return self.told + self.stuck >= self.total


def progress(version: RootCauseVersion) -> Progress:
    """Return how far the notification of a published version has come. One query."""
    counted = version.deliveries.aggregate(
        told=Count("pk", filter=Q(told_at__isnull=False)),
        total=Count("pk"),
        stuck=Count("pk", filter=Q(told_at__isnull=True, attempts__gte=MOST_ATTEMPTS)),
    )
    return Progress(**counted)


def _incidents(cases: Iterable[int]) -> dict[int, Incident]:
    """Return the incident that each of these cases is part of, the last one where it was part of several."""
    links = IncidentCase.objects.filter(case__in=cases, unlinked_at__isnull=True).select_related("incident")
    return {link.case_id: link.incident for link in links.order_by("pk")}


def _with_versions(reports: "QuerySet[RootCauseReport]") -> "QuerySet[RootCauseReport]":
    versions = RootCauseVersion.objects.select_related("written_by", "reviewed_by").order_by("-number")
    return reports.select_related("case__account", "incident").prefetch_related(Prefetch("versions", versions))


def _reports(user: User) -> list[RootCauseReport]:
    in_work = RootCauseVersion.objects.exclude(state=VersionState.PUBLISHED).filter(report=OuterRef("pk"))
    seen = _with_versions(open_to(user)).order_by("-pk")
    return [*seen.filter(Exists(in_work)), *seen.filter(~Exists(in_work))[:MOST_PUBLISHED]]


def _key(report: RootCauseReport) -> tuple[str, int]:
    return ("incident", report.incident_id) if report.incident_id else ("case", report.case_id or 0)


def _row(report: RootCauseReport, clocks: list[Commitment], at: datetime) -> Row:
    version = report.versions.all()[0]
    due = None if version.is_published else _soonest(clocks)
    return Row(
        report.case, report.incident, report, version, due, len(clocks), due is not None and _is_late(clocks, at)
    )


def _unwritten(clocks: list[Commitment], incidents: "dict[int, Incident]", at: datetime) -> Row:
    due, incident = _soonest(clocks), incidents.get(clocks[0].case_id)
    case = None if incident else clocks[0].case
    return Row(case, incident, None, None, due, len(clocks), _is_late(clocks, at))


def _is_late(clocks: list[Commitment], at: datetime) -> bool:
    return any(is_late(clock.breach_at, at) for clock in clocks)


def _soonest(clocks: list[Commitment]) -> datetime | None:
    return min((clock.due_at for clock in clocks if clock.due_at), default=None)


def _sort_key(row: Row) -> tuple[bool, bool, bool, float]:
    published = row.version is not None and row.version.is_published
    latest = -(row.version.published_at.timestamp()) if row.version and row.version.published_at else 0.0
    return published, not row.is_overdue, row.due_at is None, row.due_at.timestamp() if row.due_at else latest
