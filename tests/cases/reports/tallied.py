"""Root-cause reports, brought to a step by the verbs as three people do it."""

from datetime import datetime
from typing import Any

from cases import lifecycle
from cases.jobs import root_cause_reports
from cases.models import Case, Incident, RootCauseReport, RootCauseVersion
from contacts.models import User
from contacts.roles import Role
from tests.factories.contacts import UserFactory

ENGLISH = {
    "title_en": "Time sheets could not be saved",
    "happened_en": "A disk ran full at 14:05 UTC.",
    "effect_en": "Nobody could save for 55 minutes.",
    "cause_en": "A log grew without a limit.",
    "done_en": "We emptied the disk.",
    "prevention_en": "Logs have a limit now.",
}
FRENCH = {
    "title_fr": "Enregistrement impossible des feuilles de temps",
    "happened_fr": "Un disque s’est rempli à 14 h 05 UTC.",
    "effect_fr": "Personne n’a pu enregistrer pendant 55 minutes.",
    "cause_fr": "Un journal grossissait sans limite.",
    "done_fr": "Nous avons vidé le disque.",
    "prevention_fr": "Les journaux ont désormais une limite.",
}
WORDS = ENGLISH | FRENCH


def somebody(role: str) -> User:
    """Return a person of this role, made where there is none."""
    return User.objects.filter(role=role).order_by("pk").first() or UserFactory(role=role)


def begun(*, at: datetime, by: User, case: Case | None = None, incident: Incident | None = None) -> RootCauseReport:
    """Return a report that `by` began, also of a case to which none is owed."""
    if case is not None and not case.commitments.filter(metric="root_cause").exists():
        report = RootCauseReport.objects.create(case=case, begun_at=at)
        RootCauseVersion.objects.create(report=report, written_by=by, written_at=at)
    return lifecycle.begin_report(by=by, at=at, case=case, incident=incident)


def reviewed(*, at: datetime, words: dict[str, str] | None = None, **about: Any) -> RootCauseReport:
    """Return the report about a case or an incident, waiting to be published: `reviewed(case=case, at=at)`."""
    writer = UserFactory(role=Role.CONSULTANT_2, name="Wanda Writer")
    report = begun(by=writer, at=at, **about)
    lifecycle.write_report(report, by=writer, at=at, words=WORDS | (words or {}))
    _examined(report, writer, at)
    return report


def published(
    *, at: datetime, words: dict[str, str] | None = None, by: User | None = None, **about: Any
) -> RootCauseVersion:
    """Return the published version of a report about a case or an incident; the affected cases are not told yet."""
    report = reviewed(at=at, words=words, **about)
    return lifecycle.publish_report(report, by=by or somebody(Role.MANAGER), at=at)


def given(*, at: datetime, **more: Any) -> RootCauseVersion:
    """The same, and the cases told."""
    version = published(at=at, **more)
    tell_all(at)
    return version


def given_again(report: RootCauseReport, *, at: datetime, by: User, because: str) -> RootCauseVersion:
    """Correct a report that was given, and give it again."""
    writer = UserFactory(role=Role.CONSULTANT_2, name="Cora Corrector")
    lifecycle.correct_report(report, by=writer, at=at, because=because)
    _examined(report, writer, at)
    version = lifecycle.publish_report(report, by=by, at=at)
    tell_all(at)
    return version


def tell_all(at: datetime) -> None:
    while root_cause_reports.notify(at):
        pass


def _examined(report: RootCauseReport, writer: User, at: datetime) -> None:
    lifecycle.submit_report(report, by=writer, at=at)
    lifecycle.review_report(report, by=UserFactory(role=Role.CONSULTANT_2, name="Rita Reviewer"), at=at)
