"""The root-cause report: begun, written, handed in, read by a second person, published; corrected by a next version.

Who wrote never reviews. What is published goes to each affected case one by one (`cases/jobs/root_cause_reports.py`),
by `report_root_cause`, the one verb here that changes a case. The report is locked before a case.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import enqueue, permissions
from cases.lifecycle.change import changing
from cases.lifecycle.incident_links import latest_link
from cases.models import Case, Commitment, Incident, RootCauseDelivery, RootCauseReport, RootCauseVersion
from cases.models.message import Purpose
from cases.models.root_cause import WORDS, VersionState
from cases.root_causes import confidentiality, history
from cases.root_causes import queries as root_causes
from cases.statuses import IllegalMove, Refusal
from contacts.models import User
from contacts.site_address import absolute
from sla.clocks import Metric
from sla.plain_text import trimmed


class NotOwed(IllegalMove):
    """Nothing is promised here that a report would keep."""

    words = gettext_lazy("No root-cause report is owed.")


class MayNotReport(Refusal):
    """This step is for others of ours."""

    words = gettext_lazy("This step of a root-cause report is not yours to take.")


class WriterReviews(Refusal):
    """A second person reads what goes out."""

    words = gettext_lazy("You wrote at this version: somebody else reviews it.")


class NotAtThisStep(IllegalMove):
    """The version is at another step than was thought."""

    words = gettext_lazy("Version %(number)s is “%(state)s” now: this cannot be done.")


class SavedSince(IllegalMove):
    """Two wrote at once; neither text is lost."""

    words = gettext_lazy("%(who)s has saved this report since you opened it. Compare before you save yours.")


class TextMissing(IllegalMove):
    """A report is whole, in both languages, before anybody reviews it."""

    words = gettext_lazy("Every section is wanted in both languages before the report is handed in.")


class NamesSomebody(IllegalMove):
    """Several accounts read the same report."""

    words = gettext_lazy("The report names what not every reader may know: %(names)s.")


def begin_report(
    *, by: User, at: datetime, case: Case | None = None, incident: Incident | None = None
) -> RootCauseReport:
    """Begin the report of a case or of an incident, or return the one that is there. Raises NotOwed, MayNotReport.

    A case that is part of an incident has the report of the incident: one problem, one report.
    """
    _refuse(by, permissions.WRITE_REPORTS)
    if case is not None:
        if not permissions.may(by, "report_root_cause", case):
            raise permissions.NotAllowed
        link = latest_link(case)
        case, incident = (None, link.incident) if link else (case, None)
    about = {"case": case} if case else {"incident": incident}
    known = RootCauseReport.objects.filter(**about).first()
    if known is not None:
        return known
    if case is not None and not _owes(case):
        raise NotOwed
    try:
        with transaction.atomic():
            report = RootCauseReport.objects.create(**about, begun_at=at)
            version = RootCauseVersion.objects.create(report=report, written_by=by, written_at=at)
            history.record(version, "drafted", by=by, at=at)
    except IntegrityError:  # somebody else began it at the same instant
        return RootCauseReport.objects.get(**about)
    return report


def write_report(
    report: RootCauseReport, *, by: User, at: datetime, words: Mapping[str, str], seen: datetime | None = None
) -> RootCauseVersion:
    """Save what is written so far (`words` by column, as "cause_fr"); `seen` is the version that the writer began from.

    Raises NotAtThisStep, SavedSince, MayNotReport.
    """
    with _at_step(report, VersionState.WRITING, by=by, roles=permissions.WRITE_REPORTS) as version:
        if seen is not None and version.written_by_id != by.pk and version.written_at != seen:
            raise SavedSince(who=version.written_by)
        for name in WORDS:
            setattr(version, name, trimmed(words.get(name, getattr(version, name))))
        version.written_by, version.written_at = by, at
        version.save(update_fields=[*WORDS, "written_by", "written_at"])
        if not has_written(version, by):
            history.record(version, "drafted", by=by, at=at)
    return version


def submit_report(report: RootCauseReport, *, by: User, at: datetime) -> RootCauseVersion:
    """Hand the version in for review. Raises TextMissing, NamesSomebody, NotAtThisStep, MayNotReport."""
    with _at_step(report, VersionState.WRITING, by=by, roles=permissions.WRITE_REPORTS) as version:
        if version.missing:
            raise TextMissing
        _refuse_names(version)
        _go(version, VersionState.IN_REVIEW, submitted_at=at)
        history.record(version, "submitted", by=by, at=at)
    return version


def return_report(report: RootCauseReport, *, by: User, at: datetime, because: str) -> RootCauseVersion:
    """Give a version back that is in review or reviewed, to be written on. Raises NotAtThisStep, MayNotReport."""
    steps = (VersionState.IN_REVIEW, VersionState.REVIEWED)
    with _at_step(report, *steps, by=by, roles=permissions.REVIEW_REPORTS) as version:
        _go(version, VersionState.WRITING, submitted_at=None, reviewed_by=None, reviewed_at=None)
        history.record(version, "returned", by=by, at=at, because=because)
    return version


def review_report(report: RootCauseReport, *, by: User, at: datetime) -> RootCauseVersion:
    """Say that the version can go out. Raises WriterReviews, NotAtThisStep, MayNotReport."""
    with _at_step(report, VersionState.IN_REVIEW, by=by, roles=permissions.REVIEW_REPORTS) as version:
        if version.written_by_id == by.pk or has_written(version, by):
            raise WriterReviews
        _go(version, VersionState.REVIEWED, reviewed_by=by, reviewed_at=at)
        history.record(version, "reviewed", by=by, at=at)
    return version


def publish_report(report: RootCauseReport, *, by: User, at: datetime) -> RootCauseVersion:
    """Give the reviewed version to every affected case: it can be read at once, and each case is told by the worker.

    Raises NamesSomebody (of an account that is affected since), NotAtThisStep, MayNotReport.
    """
    with _at_step(report, VersionState.REVIEWED, by=by, roles=permissions.PUBLISH_REPORTS) as version:
        _refuse_names(version)
        _go(version, VersionState.PUBLISHED, published_by=by, published_at=at)
        cases = list(root_causes.affected(report).order_by("pk").values_list("pk", flat=True))
        RootCauseDelivery.objects.bulk_create(RootCauseDelivery(version=version, case_id=pk) for pk in cases)
        history.record(version, "published", by=by, at=at, cases=len(cases))
        enqueue.notify_root_causes()
    return version


def correct_report(report: RootCauseReport, *, by: User, at: datetime, because: str) -> RootCauseVersion:
    """Begin the next version of a published report, with the same words; it is reviewed and published like the first.

    Until then readers keep the published one. `because` is for our own people. Raises NotAtThisStep, MayNotReport.
    """
    with _at_step(report, VersionState.PUBLISHED, by=by, roles=permissions.WRITE_REPORTS) as last:
        words = {name: getattr(last, name) for name in WORDS}
        version = RootCauseVersion.objects.create(
            report=report, number=last.number + 1, written_by=by, written_at=at, **words
        )
        history.record(version, "correction_begun", by=by, at=at, because=because)
    return version


def report_root_cause(case: Case, *, by: User, at: datetime, version: RootCauseVersion) -> Case:
    """Tell the customer that the report, or its correction, can be read; the promise of one is kept by it.

    For the worker, whatever the status of the case. Raises NotOwed where it was not published to the case, NotAllowed.
    """
    with changing(case, "report_root_cause", by=by, at=at) as change:
        if not version.is_published or not version.deliveries.filter(case=change.case).exists():
            raise NotOwed
        change.say(customer_text(version, change.case.customer.language), Purpose.ROOT_CAUSE)
        kind = "root_cause_corrected" if version.is_correction else "root_cause_reported"
        change.happened(kind, report=version.report.number, version=version.number)
    return change.case


def customer_text(version: RootCauseVersion, language: str) -> str:
    """Return what a customer is told of a version, in their language: its beginning, and where the whole is read."""
    page = reverse("portal:root_cause_report", args=[version.report.number])
    with translation.override(language):
        first = (
            _("We have corrected our root-cause report: %(title)s")
            if version.is_correction
            else _("Our root-cause report: %(title)s")
        )
        last = _("The whole report, with the cause and what we do about it: %(url)s")
        url = absolute(page)
        return "\n\n".join((first % {"title": version.title}, version.happened, last % {"url": url}))


@contextmanager
def _at_step(report: RootCauseReport, *steps: VersionState, by: User, roles: set[Any]) -> Iterator[RootCauseVersion]:
    """Lock the last version of the report, for somebody of these roles, at one of these steps."""
    _refuse(by, roles)
    with transaction.atomic():
        RootCauseReport.objects.select_for_update(no_key=True).get(pk=report.pk)
        version = RootCauseVersion.objects.filter(report=report).select_related("report", "written_by").latest("number")
        if version.state not in steps:
            raise NotAtThisStep(number=version.number, state=version.get_state_display())
        yield version


def _go(version: RootCauseVersion, state: VersionState, **values: Any) -> None:
    for name, value in {"state": state.value, **values}.items():
        setattr(version, name, value)
    version.save(update_fields=["state", *values])


def _refuse(by: User, roles: set[Any]) -> None:
    if not by.is_active or by.role not in roles:
        raise MayNotReport


def _refuse_names(version: RootCauseVersion) -> None:
    found = confidentiality.named_in(version)
    if found:
        raise NamesSomebody(names=", ".join(found))


def has_written(version: RootCauseVersion, who: User) -> bool:
    """Say whether `who` had a hand in the words of this version. One query."""
    return version.events.filter(kind__in=history.WROTE, actor=who).exists()


def _owes(case: Case) -> bool:
    return Commitment.objects.filter(case=case, metric=Metric.ROOT_CAUSE, stopped_at=None).exists()
