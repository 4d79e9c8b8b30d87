"""The explanation on a terminal: aligned, at most 120 columns, in both languages, for one promise or all."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cases.lifecycle import ask_customer, reply

pytestmark = pytest.mark.django_db


def explained(*arguments):
    out = StringIO()
    call_command("sla_explain", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def asked(case, carl, later):
    return ask_customer(case, by=carl, at=later(minutes=30), body="Which?")


class TestSlaExplain:
    def test_explains_all_clocks_of_the_case(self, asked):
        text = explained(asked.number, "--at", "2027-06-08T17:00Z")
        for label in ("First answer", "Service restored", "Solution"):
            assert f"{asked.number} · {label}" in text
        assert "The first answer within 60 minutes of working time. Kept" in text
        assert "Paused: the customer was awaited" in text

    def test_or_one(self, asked):
        text = explained(asked.number, "--metric", "response", "--at", "2027-06-08T17:00Z")
        assert "Service restored" not in text
        row = next(line for line in text.splitlines() if "10:00–10:30" in line)
        assert row.split()[:8] == ["Tue", "8", "Jun", "2027", "10:00–10:30", "15:00–15:30", "0:30:00", "0:30:00"]

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_fits_a_terminal(self, asked, alice, later, language):
        reply(asked, by=alice, at=later(days=205, minutes=31, seconds=7), body="The new one.")
        text = explained(asked.number, "--language", language, "--at", "2028-01-09T17:00:59Z")
        assert max(map(len, text.splitlines())) <= 120

    def test_takes_the_instant_at_its_word(self, asked):
        text = explained(asked.number, "--metric", "response", "--at", "2027-06-08T10:10-05:00")
        assert "Due Tue 8 Jun 2027, 11:00 CDT." in text
        assert "still to come" in text

    def test_says_which_case_there_is_not(self, db):
        with pytest.raises(CommandError, match="There is no case CC-999999"):
            explained("CC-999999")

    @pytest.mark.parametrize("odd", ["yesterday", "2027-06-08T10:10", "2027-13-08T10:10Z"])
    def test_refuses_what_is_no_instant(self, case, odd):
        with pytest.raises(CommandError, match="no instant"):
            explained(case.number, "--at", odd)

    def test_says_that_nothing_is_promised(self, alice, open_case):
        case = open_case(alice, type="enhancement")
        with pytest.raises(CommandError, match="no such promise"):
            explained(case.number, "--at", "2027-06-08T17:00Z")
