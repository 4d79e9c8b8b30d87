"""The reports: for managers and administrators, from the tallies alone, narrowed by a closed list of keys."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from cases import lifecycle
from cases.jobs import commitments
from cases.models import PromiseTally
from cases.reports import sla_report, tally
from cases.reports.filters import By, ReportFilters
from contacts.models import Desk, Plan, Team
from contacts.roles import Role
from products.models import Product
from tests.cases.desk.conftest import read
from tests.conftest import person

PAGE, FILE = reverse("desk:reports"), reverse("desk:reports_csv")
ADDRESSES = (PAGE, FILE)


@pytest.fixture
def manager(signed_in, mona):
    return signed_in(mona)


@pytest.fixture
def counted(alice, eve, carl, nora, open_case, at, later):
    """Three cases of June, one of May: answered, missed, Critical at Globex, and an old one that waits."""
    answered, _missed = open_case(alice), open_case(alice)
    open_case(eve, product="daptiv", severity="critical")
    waits = open_case(alice, at=at - timedelta(days=20), severity="minor")
    lifecycle.reply(answered, by=carl, at=later(minutes=5), body="We look.")
    lifecycle.ask_customer(waits, by=nora, at=later(minutes=6), body="Since when?")
    commitments.sweep(later(hours=2))
    tally.tally(later(hours=2))


def rows(answer):
    """The table of the page: label, then cells by heading."""
    page = read(answer)
    heads = re.findall(r'<th scope="col">(.*?)</th>', page)
    found = re.findall(r'<tr><th scope="row">(?:<a[^>]*>)?(.*?)(?:</a>)?</th>(.*?)</tr>', page)
    return {label: dict(zip(heads[1:], re.findall(r"<td>(.*?)</td>", cells), strict=True)) for label, cells in found}


def filters(at, query=""):
    return ReportFilters(QueryDict(query), at=at)


class TestAccess:
    @pytest.mark.parametrize("address", ADDRESSES)
    @pytest.mark.parametrize("role", [role for role in Role if role not in (Role.MANAGER, Role.ADMINISTRATOR)])
    def test_there_is_no_such_page_for_others(self, address, role, signed_in, reference):
        browser = signed_in(person("Some Body", role))
        assert browser.get(address).status_code == 404
        assert PAGE not in read(browser.get("/desk/"))

    @pytest.mark.parametrize("address", ADDRESSES)
    @pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR])
    def test_managers_and_administrators_come_in(self, address, role, signed_in, reference):
        browser = signed_in(person("Some Body", role))
        assert browser.get(address).status_code == 200
        assert browser.post(address).status_code == 405
        assert f'href="{PAGE}"' in read(browser.get("/desk/"))

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_a_stranger_is_sent_to_the_door(self, address, client, reference):
        assert "/accounts/login/" in client.get(address).url


class TestThePage:
    def test_shows_charts_before_the_table_behind_them(self, manager, counted):
        page = read(manager.get(PAGE))
        charts = [page.index(f'id="{name}-title"') for name in ("kept-by-month", "outcomes", "time-lost")]
        assert charts == sorted(charts)
        assert charts[-1] < page.index("cc-figures-frame")
        assert page.count('role="img" aria-labelledby') >= 4
        assert " style=" not in page

    def test_says_how_far_it_is_counted(self, manager, counted):
        assert "Counted to" in read(manager.get(PAGE))

    def test_counts_by_product(self, manager, counted):
        found = rows(manager.get(PAGE))
        assert set(found) == {"Changepoint", "Daptiv", "Total"}
        assert found["Changepoint"]["Cases"] == "3"
        assert found["Total"]["Cases"] == "4"
        assert int(found["Total"]["Met"]) == sum(PromiseTally.objects.values_list("met", flat=True)) > 0
        assert int(found["Total"]["Missed"]) == sum(PromiseTally.objects.values_list("missed", flat=True)) > 0
        assert found["Total"]["Rate kept"].endswith("%")

    @pytest.mark.parametrize("by", By)
    def test_counts_the_same_by_everything(self, manager, counted, by):
        found = rows(manager.get(PAGE, {"by": by.value}))
        total = found.pop("Total")
        for heading in ("Cases", "Excluded", "Met", "Missed", "Void", "Cancelled", "Still running"):
            assert sum(int(row[heading]) for row in found.values()) == int(total[heading])

    def test_a_row_leads_to_a_report_of_its_own(self, manager, counted):
        [address] = re.findall(r'<th scope="row"><a href="(\?[^"]*)">Daptiv', read(manager.get(PAGE)))
        found = rows(manager.get(PAGE + address.replace("&amp;", "&")))
        assert list(found) == ["June 2027", "Total"]
        assert found["Total"]["Cases"] == "1"

    def test_where_nothing_was_counted_says_what_to_do(self, manager, case):
        assert "Nothing has been counted yet" in read(manager.get(PAGE))

    def test_where_nothing_fits_says_what_to_do(self, manager, counted):
        page = read(manager.get(PAGE, {"product": "spigit"}))
        assert "fit this choice" in page
        assert '<svg class="cc-chart"' not in page

    def test_speaks_french_with_its_decimal_sign_and_draws_with_points(self, manager, mona, counted):
        mona.language = "fr"
        mona.save(update_fields=["language"])
        page = read(manager.get(PAGE))
        assert re.search(r"\d,\d", page)
        drawn = re.findall(r'\s(?:x|y|x1|x2|y1|y2|width|height)="([^"]*)"', page)
        assert [value for value in drawn if not re.fullmatch(r"\d+(\.\d+)?%?", value)] == []


class TestFilters:
    @pytest.mark.parametrize(
        ("query", "cases"),
        [
            ({"product": "daptiv"}, 1),
            ({"severity": "major"}, 2),
            ({"plan": "platinum"}, 1),
            ({"team": "customer-care-1"}, 4),
            ({"since": "2027-06"}, 3),
            ({"until": "2027-05"}, 1),
            ({"since": "2027-06", "until": "2027-05"}, 4),
            ({"metric": "response"}, 4),
            ({"product": "daptiv", "severity": "major"}, 0),
        ],
    )
    def test_narrow(self, at, counted, query, cases):
        if "team" in query:
            PromiseTally.objects.update(team=Team.objects.get(code=query["team"]))
        chosen = ReportFilters(QueryDict("&".join(f"{key}={value}" for key, value in query.items())), at=at)
        assert sla_report.read(chosen).total.cases == cases

    def test_narrow_to_a_desk(self, at, counted):
        desk = PromiseTally.objects.filter(product__code="daptiv")[0].desk_id
        assert sla_report.read(filters(at, f"desk={desk}")).total.cases == 1

    def test_narrow_to_a_commitment(self, at, counted):
        report = sla_report.read(filters(at, "metric=response"))
        assert [label for label, _figures in report.metrics] == ["First answer"]

    @pytest.mark.parametrize(
        "strange",
        [
            "team__members__email=nora@example.com",
            "month__gte=2027-06-01",
            "metric=response' OR 1=1",
            "severity=0",
            "desk=abc",
            "desk=99999999999999999999999",
            "by=metric",
            "by=product__cases__subject",
            "since=0000-00&until=9999-99",
            "since=2027-13",
            "since=%00",
            "since=2027-6",
        ],
    )
    def test_ignore_what_they_do_not_know(self, manager, counted, strange):
        answer = manager.get(f"{PAGE}?{strange}")
        assert answer.status_code == 200
        assert rows(answer)["Total"]["Cases"] == "4"

    @pytest.mark.parametrize("strange", ["product=%00", "product=" + "x" * 5000, "team='", "plan=%3Ccanary%3E"])
    def test_are_never_more_than_text(self, manager, counted, strange):
        answer = manager.get(f"{PAGE}?{strange}")
        assert answer.status_code == 200
        assert b"<canary>" not in answer.content

    def test_take_the_last_twelve_months_and_at_most_five_years(self, at):
        months = filters(at).months
        assert (months[0], months[-1], len(months)) == (date(2026, 7, 1), date(2027, 6, 1), 12)
        assert len(filters(at, "since=2001-01").months) == 60

    def test_keep_only_what_is_not_usual_in_the_address(self, at):
        assert filters(at).address() == ""
        assert filters(at, "by=product&until=2027-06").address() == ""
        chosen = filters(at, "by=team&product=daptiv&x=1")
        assert chosen.address() == "by=team&product=daptiv"
        assert chosen.narrows


class TestCost:
    def test_is_few_queries_and_none_on_cases_or_clocks(self, manager, counted):
        manager.get(PAGE)
        for address, most in ((PAGE, 11), (FILE, 6)):
            for by in By:
                with CaptureQueriesContext(connection) as captured:
                    manager.get(address, {"by": by.value, "product": "daptiv"})
                said = " ".join(query["sql"] for query in captured)
                assert "cases_case" not in said.replace('"cases_case"."', "")
                assert "cases_commitment" not in said
                assert len(captured) <= most, "\n".join(query["sql"] for query in captured)

    def test_is_as_many_for_many_tallies(self, manager, counted):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                manager.get(PAGE)
            return len(captured)

        manager.get(PAGE)
        before = queries()
        desk = Desk.objects.select_related("product").first()
        PromiseTally.objects.bulk_create(
            PromiseTally(
                month=date(2027, month, 1), product=product, severity=severity, plan=plan, team=team, desk=desk, met=1
            )
            for month in range(1, 7)
            for product in Product.objects.exclude(pk=desk.product_id)
            for severity in (1, 2, 3, 4)
            for plan in Plan.objects.all()
            for team in Team.objects.all()[:2]
            if (product.code, plan.code) != ("daptiv", "platinum")
        )
        assert queries() <= before


class TestTheFile:
    def rows_of(self, answer, parted_by=","):
        return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=parted_by))

    def test_holds_the_table_of_the_same_choice(self, manager, counted):
        answer = manager.get(FILE, {"severity": "major", "by": "month"})
        assert answer["Content-Disposition"] == ('attachment; filename="commitments-by-month-2026-07-to-2027-06.csv"')
        head, june, total = self.rows_of(answer)
        assert head[:4] == ["Month", "Cases", "Excluded", "Met"]
        assert june[:2] == ["June 2027", "2"]
        assert total == ["Total", *june[1:]]
        met, missed = (int(total[head.index(name)]) for name in ("Met", "Missed"))
        assert float(total[head.index("Rate kept (%)")]) == pytest.approx(100 * met / (met + missed), abs=0.01)

    def test_speaks_the_language_of_the_reader(self, manager, mona, counted):
        mona.language = "fr"
        mona.save(update_fields=["language"])
        rows = self.rows_of(manager.get(FILE), parted_by=";")
        with translation.override("fr"):
            assert rows[0][0] == sla_report.row_heading(By.PRODUCT)
        assert len({len(row) for row in rows}) == 1

    def test_holds_no_name_that_a_spreadsheet_would_run(self, manager, counted):
        Product.objects.update(name="=HYPERLINK(1)")
        for by in By:
            for cell in (cell for row in self.rows_of(manager.get(FILE, {"by": by.value})) for cell in row):
                assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
