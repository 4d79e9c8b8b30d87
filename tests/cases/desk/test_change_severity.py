"""Changing how severe a case is."""

from cases import lifecycle
from cases.models import OutboxMail
from tests.cases.desk.conftest import WITH_HTMX, fresh, last, read, to

LOWER = {"severity": "3", "because": "Only one of your people is hindered."}


class TestChangeSeverity:
    def test_changes_it_and_tells_the_customer(self, here, case, alice):
        response = here.post(to("change_severity", case), LOWER, follow=True)
        assert "The severity is changed, and the customer is told." in read(response)
        assert (fresh(case).severity, last(case).kind) == (3, "severity_changed")
        assert "from Major to Moderate: Only one of your people is hindered." in read(here.get(to("case", case)))
        assert OutboxMail.objects.get(notice="severity_changed").recipient == alice

    def test_shows_what_makes_a_case_so_severe(self, here, case):
        page = read(here.get(to("change_severity", case)))
        assert "cc-criteria" in page
        assert "cc-severity-moderate" in page
        assert 'value="2" class="' in page or 'value="2"' in page

    def test_offers_critical_to_managers_alone_and_says_so_to_others(self, here, signed_in, mona, case):
        assert 'name="severity" value="1"' not in read(here.get(to("change_severity", case)))
        assert "examined by a manager" in read(here.get(to("change_severity", case)))
        page = read(signed_in(mona).get(to("change_severity", case)))
        assert "cc-severity-critical" in page
        assert "examined by a manager" not in page

    def test_refuses_critical_from_a_consultant_who_sends_it_all_the_same(self, here, case):
        response = here.post(to("change_severity", case), {"severity": "1", "because": "Please"})
        assert response.status_code == 422
        assert fresh(case).severity == 2

    def test_makes_it_critical_for_a_manager(self, signed_in, mona, case):
        words = {"severity": "1", "because": "Nobody can book."}
        signed_in(mona).post(to("change_severity", case), words, follow=True)
        assert fresh(case).severity == 1
        assert fresh(case).commitments.filter(metric="status_update", state="running").exists()

    def test_keeps_the_texts_of_what_is_refused(self, here, case):
        page = here.post(to("change_severity", case), LOWER | {"severity": "2"}, **WITH_HTMX)
        assert page.status_code == 200
        assert "The case is “Major” already." in read(page)
        assert "Only one of your people is hindered.</textarea>" in read(page)

    def test_is_refused_on_a_closed_case(self, here, case, carl, clock):
        lifecycle.close(case, by=carl, at=clock.later(minutes=1), reason="withdrawn")
        assert "“Closed”" in read(here.post(to("change_severity", case), LOWER))
        assert to("change_severity", case) not in read(here.get(to("case", case)))
