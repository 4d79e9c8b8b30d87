# ruff: noqa: F811  the fixtures of incidents are those of their own tests
"""Root-cause reports that are published: each affected case is told once, whatever runs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.jobs import root_cause_reports
from cases.jobs import sweep as sweeping
from cases.lifecycle import link_case, report_root_cause, unlink_case
from cases.lifecycle.root_causes import NotOwed
from cases.permissions import NotAllowed
from cases.root_causes import queries as root_causes
from tests.cases.incidents.conftest import incident, open_incident, publish, resolve  # noqa: F401
from tests.cases.reports.tallied import given, published, reviewed, tell_all

pytestmark = pytest.mark.django_db


class TestTelling:
    def test_happens_once_whatever_runs(self, owing, later):
        given(case=owing, at=later(days=3))
        assert root_cause_reports.notify(later(days=3)) == 0
        sweeping.sweep(later(days=3, minutes=1))
        assert owing.events.filter(kind="root_cause_reported").count() == 1

    def test_is_done_by_the_sweep_where_the_doorbell_was_lost(self, owing, later):
        published(case=owing, at=later(days=3))
        sweeping.sweep(later(days=3, minutes=1))
        assert owing.events.filter(kind="root_cause_reported").exists()

    def test_reaches_a_case_that_is_linked_later(self, incident, case, nora, later):
        given(incident=incident, at=later(days=3))
        link_case(case, by=nora, at=later(days=4), incident=incident)
        sweeping.sweep(later(days=4, minutes=1))
        assert case.events.filter(kind="root_cause_reported").count() == 1

    def test_leaves_out_a_case_that_was_taken_out_again(self, incident, case, nora, later):
        link_case(case, by=nora, at=later(minutes=7), incident=incident)
        unlink_case(case, by=nora, at=later(minutes=8), because="Another cause.")
        assert given(incident=incident, at=later(days=3)).deliveries.count() == 0

    def test_that_fails_holds_up_no_other_and_is_tried_five_times(
        self, incident, owing, case, nora, later, monkeypatch
    ):
        for one in (owing, case):
            link_case(one, by=nora, at=later(minutes=9), incident=incident)
        version = published(incident=incident, at=later(days=3))
        real = root_cause_reports.report_root_cause

        def fail(one, **more):
            if one == owing:
                raise RuntimeError
            return real(one, **more)

        monkeypatch.setattr(root_cause_reports, "report_root_cause", fail)
        for _time in range(7):
            tell_all(later(days=3))
        progress = root_causes.progress(version)
        assert (progress.told, progress.total, progress.stuck, progress.is_whole) == (1, 2, 1, True)

    def test_takes_as_many_queries_for_many_cases_each(self, incident, open_case, alice, nora, later):
        cases = [open_case(alice, at=later(minutes=1), subject=str(number)) for number in range(4)]
        for case in cases:
            link_case(case, by=nora, at=later(minutes=9), incident=incident)
        published(incident=incident, at=later(days=3))
        counts = []
        for _time in cases:
            with CaptureQueriesContext(connection) as captured:
                assert root_cause_reports.notify(later(days=3), limit=1) == 1
            counts.append(len(captured))
        assert max(counts[1:]) <= counts[0]


class TestReportRootCause:
    def test_is_refused_before_it_is_published(self, owing, mona, later):
        report = reviewed(case=owing, at=later(days=2))
        with pytest.raises(NotOwed):
            report_root_cause(owing, by=mona, at=later(days=2), version=report.versions.get())

    def test_is_refused_for_a_case_that_it_does_not_concern(self, owing, case, mona, later):
        version = published(case=owing, at=later(days=2))
        with pytest.raises(NotOwed):
            report_root_cause(case, by=mona, at=later(days=2), version=version)

    def test_is_refused_to_customers(self, owing, eve, later):
        with pytest.raises(NotAllowed):
            report_root_cause(owing, by=eve, at=later(days=2), version=published(case=owing, at=later(days=2)))
