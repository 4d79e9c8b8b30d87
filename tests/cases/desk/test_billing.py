"""Hours of help over all accounts: the list, what is billable by month and account, the file."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.lifecycle import correct_assistance, log_assistance
from cases.models import AssistanceKind, TimeEntry
from cases.time_entries.allowance import Consent
from tests.cases.desk.conftest import read

LIST, FILE = "desk:assistance", "desk:assistance_csv"
CEILING = 12  # sign-in and session, the rights, the kinds, the count, the page, the sums
YES = Consent("Yes.", "phone")


@pytest.fixture
def helped(carl, clock):
    def make(case, minutes, kind="configuration", **more):
        kinds = AssistanceKind.objects.get(code=kind)
        given = {"by": carl, "at": clock.later(minutes=1), "kind": kinds, "words": "Set up the export.", **more}
        log_assistance(case, minutes=minutes, consent=YES, **given)
        return TimeEntry.objects.latest("pk")

    return make


@pytest.fixture
def world(case, eve, open_case, helped, clock):
    """Acme: 70 minutes in June, 30 in July; Globex: 20 free ones in June."""
    helped(case, 70)
    helped(open_case(eve, subject="Autre"), 20, kind="custom-report", words="=SUM(A1)")
    clock.moment = datetime(2027, 7, 2, 15, 0, tzinfo=UTC)
    return helped(case, 30)


def table(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


class TestAssistance:
    def test_shows_the_sums_and_the_entries_behind_them(self, signed_in, mona, case, world):
        page = read(signed_in(mona).get(reverse(LIST)))
        assert "July 2027" in page
        assert "June 2027" in page
        assert page.count(f">{case.number}<") == 2
        assert "Globex" in page

    @pytest.mark.parametrize(
        ("query", "entries"),
        [
            ({}, 3),
            ({"since": "2027-07"}, 1),
            ({"until": "2027-06"}, 2),
            ({"since": "2027-06", "until": "2027-07"}, 3),
            ({"account": "glob"}, 1),
            ({"kind": "configuration"}, 2),
            ({"charge": "billable"}, 2),
            ({"charge": "free"}, 2),
            ({"kind": "no-such", "charge": "so", "since": "2027-13", "until": "\0", "page": "x", "other": "1"}, 3),
        ],
    )
    def test_is_narrowed(self, signed_in, mona, world, query, entries):
        response = signed_in(mona).get(reverse(LIST), query)
        assert len(response.context["page"].object_list) == entries

    def test_says_what_to_do_where_nothing_fits_and_where_there_is_nothing(self, signed_in, mona, reference):
        browser = signed_in(mona)
        assert "No help has been written down yet" in read(browser.get(reverse(LIST)))
        assert "No entry fits this choice" in read(browser.get(reverse(LIST), {"account": "Nobody"}))

    def test_takes_few_queries_however_many_there_are(self, signed_in, mona, case, helped, world):
        browser = signed_in(mona)
        for _turn in range(8):
            helped(case, 3)
        with CaptureQueriesContext(connection) as captured:
            browser.get(reverse(LIST))
        assert len(captured) <= CEILING

    @pytest.mark.parametrize("who", ["carl", "dora", "alice"])
    @pytest.mark.parametrize("name", [LIST, FILE])
    def test_is_for_managers_and_administrators(self, signed_in, request, who, name, adam):
        assert signed_in(request.getfixturevalue(who)).get(reverse(name)).status_code == 404
        assert signed_in(adam).get(reverse(name)).status_code == 200


class TestFile:
    def test_has_a_row_for_each_billable_entry_with_its_consent(self, signed_in, mona, case, world):
        head, *rows = table(signed_in(mona).get(reverse(FILE)))
        assert [row[:4] for row in rows] == [
            ["2027-06", "Acme", "Changepoint production", case.number],
            ["2027-07", "Acme", "Changepoint production", case.number],
        ]
        assert [row[head.index("Billable minutes")] for row in rows] == ["10", "30"]
        assert [row[head.index("Billable hours")] for row in rows] == ["0.17", "0.50"]
        assert {row[head.index("Agreed by")] for row in rows} == {"Alice Adams"}

    def test_takes_back_in_the_month_of_the_correction(self, signed_in, mona, case, world, clock):
        entry = TimeEntry.objects.get(minutes=70)
        correct_assistance(case, by=mona, at=clock.later(minutes=1), entry=entry, minutes=None, because="Not ours.")
        head, *rows = table(signed_in(mona).get(reverse(FILE)))
        minutes = head.index("Billable minutes")
        assert [(row[0], row[minutes]) for row in rows] == [("2027-06", "10"), ("2027-07", "30"), ("2027-07", "-10")]
        assert rows[-1][head.index("Corrects")] == str(entry.pk)

    def test_is_narrowed_as_the_list_is(self, signed_in, mona, world):
        assert len(table(signed_in(mona).get(reverse(FILE), {"since": "2027-07"}))) == 2

    def test_lets_no_words_become_a_formula(self, signed_in, mona, case, helped, world):
        helped(case, 5, words="=SUM(A1)")
        assert "'=SUM(A1)" in [cell for row in table(signed_in(mona).get(reverse(FILE))) for cell in row]
