"""The customer asks for another severity beside the composer, and sees what becomes of it."""

from django.urls import reverse

from cases import lifecycle
from cases.models import SeverityRequest
from tests.cases.portal.conftest import read


def to(name, case):
    return reverse(f"portal:{name}", args=[case.number])


CRITICAL = {"severity": "1", "body": "Nobody can work any more."}


class TestRequestSeverity:
    def test_is_offered_beside_the_composer_with_the_criteria(self, here, case):
        assert to("request_severity", case) in read(here.get(to("case", case)))
        page = read(here.get(to("request_severity", case)))
        assert "Production is down, or an essential function no longer works." in page
        assert "A manager examines a change to Critical" in page

    def test_to_critical_is_with_a_manager_until_decided(self, here, case, mona, clock):
        response = here.post(to("request_severity", case), CRITICAL, follow=True)
        assert "A manager examines it now." in read(response)
        assert "With a manager since" in read(response)
        assert case.severity_requests.get().is_open
        clock.later(minutes=12)
        lifecycle.decline_severity(
            case, by=mona, at=clock(), request=case.severity_requests.get(), because="One <b>function</b> works."
        )
        page = read(here.get(to("case", case)))
        assert "by Mona Manager" in page
        assert "12 min" in page
        assert "One &lt;b&gt;function&lt;/b&gt; works." in page
        assert "With a manager since" not in page

    def test_downward_holds_at_once(self, here, case):
        response = here.post(to("request_severity", case), {"severity": "4", "body": "Only I see it."}, follow=True)
        assert "The severity is changed." in read(response)
        case.refresh_from_db()
        assert case.severity == 4

    def test_keeps_the_texts_of_what_is_refused(self, here, case):
        response = here.post(to("request_severity", case), {"severity": "2", "body": "Just so."})
        assert response.status_code == 422
        assert "The case is “Major” already." in read(response)
        assert "Just so.</textarea>" in read(response)

    def test_takes_nothing_but_its_own_fields(self, here, case, mona):
        forged = CRITICAL | {"state": "approved", "status": "closed", "decided_by": mona.pk, "channel": "phone"}
        here.post(to("request_severity", case), forged)
        case.refresh_from_db()
        asked = SeverityRequest.objects.get()
        assert (case.severity, case.status, asked.state, asked.channel) == (2, "new", "open", "web")

    def test_says_that_one_is_with_a_manager_already(self, here, case):
        here.post(to("request_severity", case), CRITICAL)
        page = read(here.get(to("request_severity", case)))
        assert "has been with a manager since" in page
        assert "<textarea" not in page

    def test_is_not_for_a_closed_case(self, here, closed):
        page = here.get(to("request_severity", closed), follow=True)
        assert "The severity of a closed case stays as it is." in read(page)
        assert to("request_severity", closed) not in read(page)

    def test_does_not_exist_for_another_account(self, signed_in, eve, case):
        browser = signed_in(eve)
        for name in ("request_severity", "withdraw_severity_request"):
            assert browser.get(to(name, case)).status_code == 404
            assert browser.post(to(name, case), CRITICAL).status_code == 404
        assert not SeverityRequest.objects.exists()

    def test_speaks_french(self, signed_in, eve, open_case):
        case = open_case(eve)
        browser = signed_in(eve)
        page = read(browser.get(to("request_severity", case)))
        assert "Modifier la gravité" in page
        browser.post(to("request_severity", case), CRITICAL)
        assert "Demande de passage en Critique" in read(browser.get(to("case", case)))


class TestWithdrawSeverityRequest:
    def test_takes_it_back(self, here, case):
        here.post(to("request_severity", case), CRITICAL)
        page = read(here.post(to("withdraw_severity_request", case), follow=True))
        assert "You have withdrawn the request." in page
        assert "With a manager since" not in page
        assert SeverityRequest.objects.get().state == "withdrawn"

    def test_says_so_where_there_is_none(self, here, case):
        assert "No request for Critical" in read(here.post(to("withdraw_severity_request", case), follow=True))
