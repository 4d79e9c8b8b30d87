"""Subscribers and root-cause reports in the back office: read, and a subscriber can be taken out."""

import pytest
from django.urls import reverse

from cases.models import RootCauseReport, StatusMail, StatusSubscriber
from tests.cases.reports.tallied import given

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def subscriber(reference, at):
    found = StatusSubscriber.objects.create(email="sue@reader.example", asked_at=at, confirmed_at=at)
    StatusMail.objects.create(subscriber=found, message_id="<one@x>", put_at=at, due_at=at)
    return found


class TestSubscribers:
    LIST = reverse("admin:cases_statussubscriber_changelist")

    def test_are_counted_read_and_not_changed(self, signed_in, mona, subscriber):
        browser = signed_in(mona)
        assert "1 subscriber of the status page" in browser.get(self.LIST).content.decode()
        one = reverse("admin:cases_statussubscriber_change", args=[subscriber.pk])
        assert "sue@reader.example" in browser.get(one).content.decode()
        browser.post(one, {"email": "other@reader.example"})
        subscriber.refresh_from_db()
        assert subscriber.email == "sue@reader.example"
        assert browser.get(reverse("admin:cases_statussubscriber_add")).status_code == 403

    def test_are_deleted_with_their_mails_and_leave_no_address_on_record(self, signed_in, mona, subscriber):
        from django.contrib.admin.models import LogEntry

        browser = signed_in(mona)
        browser.post(reverse("admin:cases_statussubscriber_delete", args=[subscriber.pk]), {"post": "yes"})
        assert not StatusSubscriber.objects.exists()
        assert not StatusMail.objects.exists()
        assert "sue" not in LogEntry.objects.get().object_repr

    def test_are_not_for_consultants(self, signed_in, nora, subscriber):
        assert signed_in(nora).get(self.LIST).status_code == 302


class TestReports:
    def test_are_read_and_not_changed(self, signed_in, mona, case, at):
        given(case=case, at=at)
        browser, report = signed_in(mona), RootCauseReport.objects.get()
        assert report.number in browser.get(reverse("admin:cases_rootcausereport_changelist")).content.decode()
        one = reverse("admin:cases_rootcausereport_change", args=[report.pk])
        assert "A log grew without a limit." in browser.get(one).content.decode()
        assert browser.get(reverse("admin:cases_rootcausereport_delete", args=[report.pk])).status_code == 403
