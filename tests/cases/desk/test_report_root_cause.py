"""Giving the root-cause report."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases import lifecycle
from cases.models import OutboxMail
from tests.cases.desk.conftest import WITH_HTMX, fresh, last, read, to


@pytest.fixture
def owing(open_case, eve, nora, clock):
    """A Critical case of what we run that touches the whole system."""
    case = open_case(eve, severity="critical")
    lifecycle.classify(case, by=nora, at=clock.later(minutes=1), type=case.type, kind="other")
    return lifecycle.judge_reach(case, by=nora, at=clock.later(minutes=1), is_system_wide=True, because="All of them.")


class TestReportRootCause:
    def test_tells_the_customer_and_stops_the_clock(self, here, owing, eve):
        words = {"body": "A disk was full.", "files": [SimpleUploadedFile("report.txt", b"one")]}
        response = here.post(to("report_root_cause", owing), words, follow=True)
        assert "The report is on its way to the customer." in read(response)
        assert "A disk was full." in read(response)
        assert "Root-cause report" in read(response)
        assert last(owing).kind == "root_cause_reported"
        assert last(owing).message.attachments.get().name == "report.txt"
        assert owing.commitments.get(metric="root_cause").state == "met"
        assert OutboxMail.objects.get(notice="root_cause_reported").recipient == eve

    def test_is_offered_while_it_is_owed(self, here, owing, case):
        assert to("report_root_cause", case) not in read(here.get(to("case", case)))
        assert to("report_root_cause", owing) in read(here.get(to("case", owing)))
        here.post(to("report_root_cause", owing), {"body": "A disk was full."})
        assert to("report_root_cause", owing) not in read(here.get(to("case", owing)))

    def test_is_given_also_of_a_closed_case(self, here, owing, nora, clock):
        lifecycle.close(owing, by=nora, at=clock.later(minutes=1), reason="confirmed")
        assert to("report_root_cause", owing) in read(here.get(to("case", owing)))
        here.post(to("report_root_cause", owing), {"body": "A disk was full."})
        assert (fresh(owing).status, last(owing).kind) == ("closed", "root_cause_reported")

    def test_happens_once(self, here, owing):
        words = {"body": "A disk was full.", "submission": str(uuid4())}
        for _time in range(2):
            here.post(to("report_root_cause", owing), words)
        assert owing.events.filter(kind="root_cause_reported").count() == 1

    def test_is_refused_where_none_is_owed(self, here, case):
        response = here.post(to("report_root_cause", case), {"body": "Words that stay."})
        assert "No root-cause report is owed." in read(response)
        assert "Words that stay.</textarea>" in read(response)

    def test_sends_files_from_the_dialog_too(self, here, owing):
        part = read(here.get(to("report_root_cause", owing), **WITH_HTMX))
        assert 'hx-encoding="multipart/form-data"' in part
        assert "data-file-drop" in part
