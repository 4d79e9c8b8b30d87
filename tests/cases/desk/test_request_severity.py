"""Writing down what the customer asks for by phone or mail; the badge of a request."""

from django.urls import reverse

from cases import lifecycle
from tests.cases.desk.conftest import WITH_HTMX, fresh, last, read, to

CRITICAL = {"severity": "1", "channel": "phone", "body": "She says that nobody can work."}


class TestRequestSeverity:
    def test_brings_the_customers_words_to_the_managers(self, here, case, alice, carl):
        response = here.post(to("request_severity", case), CRITICAL, follow=True)
        assert "The request is with the managers." in read(response)
        asked = case.severity_requests.get()
        assert (asked.asked_by, asked.channel, asked.message.author) == (carl, "phone", alice)

    def test_marks_the_case_here_and_in_the_queue(self, here, case):
        assert "Critical asked for" not in read(here.get(reverse("desk:queue")))
        here.post(to("request_severity", case), CRITICAL)
        assert "Critical asked for: with a manager since" in read(here.get(to("case", case)))
        assert "Critical asked for: with a manager" in read(here.get(reverse("desk:queue")))

    def test_is_offered_with_the_criteria(self, here, case):
        assert to("request_severity", case) in read(here.get(to("case", case)))
        page = read(here.get(to("request_severity", case)))
        assert "Production is down" in page
        assert 'value="mail"' in page
        assert 'value="web"' not in page

    def test_changes_all_but_critical_at_once_and_tells_the_customer_in_their_words(self, here, case):
        here.post(to("request_severity", case), CRITICAL | {"severity": "3", "channel": "mail"})
        assert (fresh(case).severity, last(case).kind) == (3, "severity_changed")
        from cases.models import OutboxMail
        from cases.notifications import compose as notifications

        body = notifications.compose(OutboxMail.objects.get(notice="severity_changed")).body
        assert body.count("She says that nobody can work.") == 1

    def test_keeps_the_texts_of_what_is_refused(self, here, case):
        page = here.post(to("request_severity", case), CRITICAL | {"severity": "2"}, **WITH_HTMX)
        assert "The case is “Major” already." in read(page)
        assert "She says that nobody can work.</textarea>" in read(page)

    def test_shows_managers_the_way_to_examine(self, here, signed_in, mona, case):
        here.post(to("request_severity", case), CRITICAL)
        way = reverse("approvals:approval", args=[case.severity_requests.get().pk])
        assert way in read(signed_in(mona).get(to("case", case)))
        assert way not in read(here.get(to("case", case)))


class TestWithdrawSeverityRequest:
    def test_takes_it_back_for_the_customer(self, here, case, alice, clock):
        lifecycle.request_severity(case, by=alice, at=clock.later(minutes=1), severity=1, body="Down.")
        page = read(here.post(to("withdraw_severity_request", case), follow=True))
        assert "The request for Critical is withdrawn." in page
        assert "Critical asked for" not in page
