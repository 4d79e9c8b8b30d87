"""Two managers publish a root-cause report at once, and two workers tell its cases: published once, each told once.

The same checker is shown a step that holds no report, and a telling that holds no row: both are stopped by the
database, and do harm without its fences.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import DatabaseError, connection
from django.db.models import QuerySet

from cases.jobs import root_cause_reports
from cases.lifecycle import classify, judge_reach, publish_report
from cases.lifecycle.root_causes import NotAtThisStep
from cases.models import Event, RootCauseDelivery, RootCauseEvent, RootCauseReport, RootCauseVersion
from contacts.roles import Role
from tests.cases.reports.tallied import published, reviewed
from tests.factories.contacts import UserFactory
from tests.proofs.races.pairs import at_once, names

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owing(open_case, alice, nora, later):
    """`owing(turn)`: one more case of Alice's to which a report is owed."""

    def make(turn):
        case = open_case(alice, severity="critical", subject=f"Down {turn}", at=later(minutes=1))
        classify(case, by=nora, at=later(minutes=5), type=case.type, kind="other")
        return judge_reach(case, by=nora, at=later(minutes=6), is_system_wide=True, because="All.")

    return make


@pytest.fixture
def managers(mona):
    return mona, UserFactory(role=Role.MANAGER, name="Max Manager")


def publish_at_once(report, managers, at):
    return at_once(*(lambda by=by: publish_report(report, by=by, at=at) for by in managers))


def wrong_publishing(report: RootCauseReport, results: list[object]) -> list[str]:
    """Return what is wrong after two published at once: the checker."""
    wrong = [] if names(results) == ["NotAtThisStep", "RootCauseVersion"] else [f"came of it: {names(results)}"]
    winners = [result.published_by_id for result in results if isinstance(result, RootCauseVersion)]
    if [report.versions.get().published_by_id] != winners:
        wrong.append("another published it than was told so")
    told = list(RootCauseEvent.objects.filter(report=report, kind="published").values_list("actor", flat=True))
    if len(told) != 1 or told != winners:
        wrong.append("not one event of who did")
    return wrong


def wrongly_notified(cases) -> list[str]:
    """Return which cases were not told exactly once: the checker."""
    counts = {case.number: Event.objects.filter(case=case, kind="root_cause_reported").count() for case in cases}
    return [f"{number}: told {count} times" for number, count in counts.items() if count != 1]


@contextmanager
def fence_down(table: str) -> Iterator[None]:
    """Take the triggers of a table away meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            yield
        finally:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


class TestTwoManagers:
    @pytest.mark.rotating(3)
    def test_publish_once_and_the_other_is_told(self, times, owing, managers, later, deadlocks):
        for turn in range(times(25, full=250)):
            case = owing(turn)
            report = reviewed(case=case, at=later(days=1))
            results = publish_at_once(report, managers, later(days=2))
            assert wrong_publishing(report, results) == []
            [refusal] = [result for result in results if isinstance(result, NotAtThisStep)]
            assert "published" in str(refusal).lower()
            assert RootCauseDelivery.objects.filter(case=case).count() == 1

    @pytest.fixture
    def unlocked(self, owing, managers, later, monkeypatch):
        """Let both publish one report, each without holding it; return it and what came of it."""
        gate, latest = Barrier(2), QuerySet.latest

        def together(self, *fields):
            found = latest(self, *fields)
            if self.model is RootCauseVersion:
                with suppress(BrokenBarrierError):
                    gate.wait(5)
            return found

        def publish():
            report = reviewed(case=owing(0), at=later(days=1))
            monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_how: self)
            monkeypatch.setattr(QuerySet, "latest", together)
            return report, publish_at_once(report, managers, later(days=2))

        return publish

    def test_that_hold_no_report_are_stopped_by_the_database(self, unlocked):
        report, results = unlocked()
        assert sum(isinstance(result, DatabaseError) for result in results) == 1
        assert sum(isinstance(result, RootCauseVersion) for result in results) == 1
        assert report.events.filter(kind="published").count() == 1
        assert wrong_publishing(report, results) != []  # not told what it is

    def test_without_its_fences_are_seen(self, unlocked, monkeypatch):
        bulk_create = QuerySet.bulk_create

        def of_deliveries(self, rows, **how):
            if self.model is RootCauseDelivery:
                how["ignore_conflicts"] = True
            return bulk_create(self, rows, **how)

        monkeypatch.setattr(QuerySet, "bulk_create", of_deliveries)
        with fence_down("cases_rootcauseversion"):
            report, results = unlocked()
        assert names(results) == ["RootCauseVersion", "RootCauseVersion"]
        assert "not one event of who did" in wrong_publishing(report, results)


class TestTwoWorkers:
    @pytest.mark.rotating(3)
    def test_tell_each_case_once(self, times, owing, managers, later, deadlocks):
        cases = [owing(turn) for turn in range(times(25, full=250))]
        for case in cases:
            published(case=case, at=later(days=1))
        results = at_once(
            *(lambda: root_cause_reports.notify(later(days=1), limit=len(cases)) for _worker in range(2)), patience=600
        )
        assert sum(result for result in results if isinstance(result, int)) == len(cases)
        assert wrongly_notified(cases) == []

    @pytest.fixture
    def hold_nothing(self, owing, managers, later, monkeypatch):
        """Let two tell one case, each without holding its row; return the case."""
        gate, report, select = Barrier(2), root_cause_reports.report_root_cause, QuerySet.select_for_update

        def together(case, **more):
            with suppress(BrokenBarrierError):
                gate.wait(5)
            return report(case, **more)

        def nothing_of_tellings(self, **how):
            return self if self.model is RootCauseDelivery else select(self, **how)

        monkeypatch.setattr(QuerySet, "select_for_update", nothing_of_tellings)
        monkeypatch.setattr(root_cause_reports, "report_root_cause", together)

        def tell():
            case = owing(0)
            published(case=case, at=later(days=1))
            at_once(*(lambda: root_cause_reports.notify(later(days=1)) for _worker in range(2)))
            return case

        return tell

    def test_that_hold_no_row_are_stopped_by_the_database(self, hold_nothing):
        assert wrongly_notified([hold_nothing()]) == []

    def test_without_the_fence_are_seen(self, hold_nothing):
        with fence_down("cases_rootcausedelivery"):
            assert wrongly_notified([hold_nothing()]) != []
