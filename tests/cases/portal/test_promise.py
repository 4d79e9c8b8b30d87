"""The promised times, told before sending."""

from datetime import UTC, datetime, timedelta

import pytest

from cases.models import Case
from contacts.models import Plan
from tests.cases.portal.conftest import read

PROMISE = "/cases/new/promise/"


def asked(account, product="changepoint", type="defect", severity=2):
    return {"product": f"{account.pk}.{product}", "type": type, "severity": severity}


class TestPromise:
    def test_tells_the_first_answer_in_the_readers_zone(self, here, acme):
        page = read(here.get(PROMISE, asked(acme)))
        assert "Support is open now." in page
        assert "Expect the first answer by" in page
        assert "Tue 8 Jun, 11:00 CDT</time>, your time (America/Chicago)." in page

    def test_tells_when_support_opens_again(self, here, acme, clock):
        clock.moment = datetime(2027, 6, 8, 22, 30, tzinfo=UTC)  # 17:30 in Chicago, Changepoint closed at 17:00
        page = read(here.get(PROMISE, asked(acme)))
        assert "Support is closed now and opens again" in page
        assert "Wed 9 Jun, 02:00 CDT" in page
        assert "Wed 9 Jun, 03:00 CDT" in page

    @pytest.mark.parametrize("severity", [1, 2, 3, 4])
    @pytest.mark.parametrize("hour", [3, 15, 23])
    def test_is_what_the_clocks_then_hold(self, here, alice, acme, open_case, clock, severity, hour):
        clock.moment = datetime(2027, 6, 11, hour, 17, 23, tzinfo=UTC)
        page = read(here.get(PROMISE, asked(acme, severity=severity)))
        names = {1: "critical", 2: "major", 3: "moderate", 4: "minor"}
        case = open_case(alice, severity=names[severity], at=clock.moment)
        dues = {row.due_at for row in case.commitments.all()}
        assert dues
        for due in dues:
            assert f'datetime="{due:%Y-%m-%dT%H:%M:%SZ}"' in page

    def test_says_why_no_times_are_promised(self, here, acme):
        page = read(here.get(PROMISE, asked(acme, type="functional")))
        assert "No times are promised" in page
        assert "Consulting team" in page
        assert "Expect the first answer" not in page

    def test_works_around_the_clock_on_critical_where_the_plan_says_so(self, signed_in, eve, globex, acme, alice):
        Plan.objects.filter(code="platinum").update(emergency_phone="+1 202 555 0160")
        Plan.objects.filter(code="standard").update(emergency_phone="+1 202 555 0161")
        signed = signed_in(eve)
        signed.cookies["django_language"] = "en"
        page = read(signed.get(PROMISE, asked(globex, severity=1)))
        assert "around the clock" in page
        assert "555 0160" in page
        assert "555" not in read(signed.get(PROMISE, asked(globex, severity=2)))
        page = read(signed_in(alice).get(PROMISE, asked(acme, severity=1)))
        assert "during business hours" in page
        assert "555" not in page

    def test_waits_for_type_and_severity(self, here, acme):
        page = read(here.get(PROMISE, {"product": f"{acme.pk}.changepoint"}))
        assert "Choose the instance, the type and the severity" in page

    def test_tells_nothing_of_an_account_that_one_does_not_belong_to(self, here, globex):
        assert "Choose the instance, the type and the severity" in read(here.get(PROMISE, asked(globex)))

    def test_changes_nothing(self, here, acme):
        here.get(PROMISE, asked(acme))
        assert not Case.objects.exists()
        assert here.post(PROMISE, asked(acme)).status_code == 405

    def test_sends_our_own_people_to_the_desk(self, signed_in, carl):
        assert signed_in(carl).get(PROMISE).url == "/desk/"


class TestStalePromise:
    def test_is_refreshed_each_minute_and_when_the_page_is_shown_again(self, here, acme):
        page = read(here.get("/cases/new/", {"product": f"{acme.pk}.changepoint"}))
        assert 'hx-trigger="every 60s, pageshow from:window"' in page
        assert "your first answer would come" not in page

    def test_is_shown_without_a_script_once_everything_is_known(self, here, acme):
        so_far = asked(acme) | {"instance": acme.instances.get(product__code="changepoint").pk, "subject": "Kept"}
        shown = here.post("/cases/new/", so_far | {"preview": "1"})
        page = read(shown)
        assert "Expect the first answer by" in page
        assert 'value="Kept"' in page
        assert not Case.objects.exists()

    @pytest.mark.parametrize(("minutes", "said"), [(1, False), (40, True)])
    def test_is_said_once_where_other_times_hold_after_sending(self, here, acme, clock, minutes, said):
        instance = acme.instances.get(product__code="changepoint").pk
        shown = read(here.get(PROMISE, asked(acme) | {"instance": instance}))
        promised = shown.split('name="promised" value="')[1].split('"')[0]
        clock.moment += timedelta(minutes=minutes)
        what = asked(acme) | {"instance": instance, "subject": "Slow", "body": "It is slow.", "promised": promised}
        page = read(here.post("/cases/new/", what, follow=True))
        assert "Thank you. Your case is" in page
        assert ("The times changed between" in page) is said
