"""The headers of a mail: threads, one clean line of subject, addresses that no name can inject."""

from email.utils import getaddresses

import pytest

from cases.lifecycle import reply
from cases.models import OutboxMail
from cases.notifications import compose as notifications
from cases.notifications.delivery import deliver_all

pytestmark = pytest.mark.django_db


class TestHeaders:
    def test_thread_the_mails_of_a_case(self, case, carl, later, caught):
        for minute in range(1, 26):
            reply(case, by=carl, at=later(minutes=minute), body=f"Word {minute}")
        mails = list(OutboxMail.objects.order_by("pk"))
        first, last = caught(mails[0]), caught(mails[-1])
        assert "References" not in first.message
        ids = [mail.message_id for mail in mails]
        assert last.message["References"].split() == [ids[0], *ids[-21:-1]]
        assert last.message["In-Reply-To"] == ids[-2]
        assert max(len(row) for row in last.raw.splitlines()) < 998

    def test_keep_the_mails_of_another_recipient_and_another_case_out(self, case, bob, carl, open_case, later):
        other = open_case(bob, product="daptiv")
        reply(other, by=carl, at=later(minutes=1), body="To Bob")
        reply(case, by=carl, at=later(minutes=2), body="To Alice")
        built = notifications.compose(OutboxMail.objects.get(case=case, notice="reply"))
        first = OutboxMail.objects.get(case=case, notice="acknowledgement")
        assert built.extra_headers["References"] == first.message_id

    @pytest.mark.parametrize(
        ("subject", "shown"),
        [
            ("Two\r\nBcc: evil@example.org", "Two Bcc: evil@example.org"),
            ("abc\u202egnp.exe\u2066\u200b\ufeff", "abcgnp.exe"),
            ("nul\x07l and\ttab", "null and tab"),
            ("=?utf-8?q?forged?=", "= ?utf-8?q?forged?="),
            ("Été \U0001f469\u200d\U0001f4bb naïf", "Été \U0001f469\u200d\U0001f4bb naïf"),
        ],
    )
    def test_hold_the_subject_in_one_clean_line(self, open_case, alice, carl, later, caught, subject, shown):
        case = open_case(alice, subject=subject)
        reply(case, by=carl, at=later(minutes=1), body="Yes.")
        mail = caught(OutboxMail.objects.get(notice="reply"))
        assert mail.message["Subject"] == f"[{case.number}] {shown}"
        assert "Bcc" not in mail.message
        assert mail.recipients == ("alice@example.com",)

    @pytest.mark.parametrize("customer", [True, False])
    def test_cannot_be_injected_by_a_name(self, case, alice, carl, later, sink, customer):
        names = [
            "Bob <a@b>, evil@e",
            "evil@example.org, Bob",
            'Bob" <evil@e>',
            "Bob\r\nBcc: evil@e",
            "Bob \\",
            "(comment) <evil@e> Bob",
            "Bob; evil@e:",
            "=?utf-8?q?evil=40e=2c?=",
            "\u202eevil@e",
            "Éve <a@b>, evil@e",
            ",",
            "\u200e.",
            "日本 <evil@e>",
            "x" * 119,
        ]
        who = alice if customer else carl
        for minute, name in enumerate(names):
            who.name = name
            who.save(update_fields=["name"])
            carl.refresh_from_db()
            reply(case, by=carl, at=later(minutes=minute), body="Word")
        deliver_all(later(days=1))
        assert len(sink.messages) == len(names) + 1
        for caught in sink.messages:
            assert caught.recipients == ("alice@example.com",)
            assert caught.sender == "care@customer-care.example"
            assert [address for _name, address in getaddresses([caught.message["To"]])] == ["alice@example.com"]
            assert len(caught.message["From"].addresses) == 1
            assert caught.message["From"].addresses[0].addr_spec == "care@customer-care.example"
            assert not {"Bcc", "Cc"} & set(caught.message.keys())
