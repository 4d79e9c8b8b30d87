"""A mail that failed, seen on the case and sent again."""

import pytest
from django.urls import reverse

from cases.models import OutboxMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed(case):
    mail = case.mails.get()
    OutboxMail.objects.filter(pk=mail.pk).update(state="failed", error="550 no such mailbox", attempts=3)
    mail.refresh_from_db()
    return mail


def again(mail):
    return reverse("desk:send_again", args=[mail.case.number, mail.pk])


class TestSendAgain:
    def test_is_offered_on_the_case_with_the_reason(self, failed, carl, signed_in):
        page = signed_in(carl).get(reverse("desk:case", args=[failed.case.number])).content.decode()
        assert "550 no such mailbox" in page
        assert again(failed) in page

    def test_makes_the_mail_due_with_its_old_id(self, failed, carl, signed_in):
        signed_in(carl).post(again(failed))
        fresh = OutboxMail.objects.get(pk=failed.pk)
        assert (fresh.state, fresh.attempts, fresh.message_id) == ("due", 0, failed.message_id)

    def test_does_nothing_to_a_mail_that_is_not_stopped(self, case, carl, signed_in):
        OutboxMail.objects.update(state="sent", sent_at=case.opened_at)
        signed_in(carl).post(again(case.mails.get()))
        assert case.mails.get().state == "sent"

    def test_is_not_found_by_those_who_may_not_write(self, failed, adam, signed_in):
        assert signed_in(adam).post(again(failed)).status_code == 404
        assert OutboxMail.objects.get(pk=failed.pk).state == "failed"

    def test_of_another_case_is_not_found(self, failed, alice, carl, open_case, signed_in):
        other = open_case(alice)
        url = reverse("desk:send_again", args=[other.number, failed.pk])
        assert signed_in(carl).post(url).status_code == 404

    def test_in_the_back_office_makes_the_chosen_due(self, failed, mona, signed_in):
        page = reverse("admin:cases_outboxmail_changelist")
        signed_in(mona).post(page, {"action": "send_again", "_selected_action": [failed.pk]})
        assert OutboxMail.objects.get(pk=failed.pk).state == "due"
