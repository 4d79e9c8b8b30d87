"""Whom a mail is kept from when it is due, and why."""

import pytest

from cases.models import OutboxMail
from cases.notifications import compose as notifications
from contacts.models import Membership

pytestmark = pytest.mark.django_db


class TestWithheld:
    @pytest.fixture
    def mail(self, case):
        return OutboxMail.objects.get(case=case)

    def reason(self, mail):
        with pytest.raises(notifications.Withheld) as refusal:
            notifications.compose(OutboxMail.objects.get(pk=mail.pk))
        return refusal.value.reason

    def test_from_who_may_no_longer_sign_in(self, mail, alice):
        alice.is_active = False
        alice.save(update_fields=["is_active"])
        assert self.reason(mail) == notifications.Reason.INACTIVE

    def test_from_who_left_the_account(self, mail, alice):
        Membership.objects.filter(user=alice).delete()
        assert self.reason(mail) == notifications.Reason.OUT_OF_SIGHT

    def test_from_all_of_an_account_that_no_longer_subscribes(self, mail, acme):
        acme.is_active = False
        acme.save(update_fields=["is_active"])
        assert self.reason(mail) == notifications.Reason.OUT_OF_SIGHT

    @pytest.mark.parametrize("address", ["alice at example", "alice", "alice@", "a@b, evil@example.org", "@"])
    def test_from_what_is_no_address(self, mail, alice, address):
        type(alice).objects.filter(pk=alice.pk).update(email=address)
        assert self.reason(mail) == notifications.Reason.NO_ADDRESS

    def test_from_addresses_of_ours(self, mail, alice, settings):
        from contacts.models import Desk

        alice.email = Desk.objects.exclude(email="").values_list("email", flat=True)[0].upper()
        alice.save(update_fields=["email"])
        assert self.reason(mail) == notifications.Reason.OUR_OWN
        alice.email = "Care@Customer-Care.example"
        alice.save(update_fields=["email"])
        assert self.reason(mail) == notifications.Reason.OUR_OWN

    def test_not_from_who_merely_has_an_unknown_zone(self, mail, alice):
        alice.time_zone = "Mars/Olympus"
        alice.save(update_fields=["time_zone"])
        assert "Tuesday 8 June 2027, 16:00 UTC" in notifications.compose(OutboxMail.objects.get(pk=mail.pk)).body
