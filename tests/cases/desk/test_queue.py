"""The queue: whose cases, in which order, a page at a time."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from cases import lifecycle
from cases.jobs import commitments
from cases.models import Case
from contacts.models import Team
from tests.cases.desk.conftest import read

QUEUE = reverse("desk:queue")


def numbers(response):
    """The cases of the list, in order, as ids."""
    return [int(pk) for pk in re.findall(r'<tr id="case-(\d+)"', response.content.decode())]


@pytest.fixture
def world(open_case, alice, eve, carl, nora, clock):
    """Five cases: two for Carl's team, one taken by Nora's, one solved, one closed."""
    minor = open_case(alice, severity="minor", subject="Where is the button")
    critical = open_case(eve, severity="critical", subject="Nothing works")
    elsewhere = open_case(alice, severity="major", product="daptiv", subject="Slow since Monday")
    second = Team.objects.get(code="customer-care-2")
    lifecycle.assign(elsewhere, by=carl, at=clock.later(minutes=1), owner=nora, team=second)
    solved = open_case(alice, severity="major", subject="Solved one")
    lifecycle.provide_solution(solved, by=carl, at=clock.later(minutes=1), body="So.")
    closed = open_case(alice, severity="major", subject="Closed one")
    lifecycle.close(closed, by=carl, at=clock.later(minutes=1), reason="withdrawn")
    return {"minor": minor, "critical": critical, "elsewhere": elsewhere, "solved": solved, "closed": closed}


def ids(world, *names):
    return [world[name].pk for name in names]


class TestQueue:
    def test_opens_on_ones_own_and_ones_teams_most_urgent_first(self, here, world):
        assert numbers(here.get(QUEUE)) == ids(world, "critical", "minor")

    @pytest.mark.parametrize(
        ("view", "names"),
        [
            ("all", ("critical", "elsewhere", "minor")),
            ("mine", ()),
            ("teams", ("critical", "minor")),
            ("unassigned", ("critical", "minor")),
        ],
    )
    def test_switches_whose(self, here, world, view, names):
        assert numbers(here.get(QUEUE, {"view": view})) == ids(world, *names)

    def test_shows_each_case_once_where_one_owns_what_ones_team_holds(self, here, world, carl, clock):
        lifecycle.take(world["minor"], by=carl, at=clock.later(minutes=1))
        assert numbers(here.get(QUEUE)) == ids(world, "critical", "minor")
        assert numbers(here.get(QUEUE, {"view": "mine"})) == ids(world, "minor")
        assert numbers(here.get(QUEUE, {"view": "unassigned"})) == ids(world, "critical")

    def test_orders_within_a_severity_by_what_is_due_next_and_the_clockless_last(self, here, open_case, alice, clock):
        clockless = open_case(alice, severity="major", type="functional")
        later = open_case(alice, severity="major", at=clock.later(minutes=5))
        first = open_case(alice, severity="major", received_at=clock.moment.replace(hour=14), at=clock.later(minutes=5))
        assert numbers(here.get(QUEUE)) == [first.pk, later.pk, clockless.pk]

    def test_a_row_says_all_that_a_consultant_asks(self, here, world, eve):
        row = read(here.get(QUEUE)).split(f'<tr id="case-{world["critical"].pk}"')[1].split("</tr>")[0]
        for words in ("Critical", "Nothing works", "Globex", "Platinum", "Changepoint", "nobody yet", "New"):
            assert words in row
        assert world["critical"].number in row
        assert "from the customer" in row
        assert f'title="{eve.name}"' in row
        assert "First answer" in row
        assert "data-countdown" in row

    def test_a_row_bears_the_tags_of_its_case(self, here, world, carl, clock):
        lifecycle.tag(world["critical"], by=carl, at=clock.moment, names=["month end"])
        page = read(here.get(QUEUE))
        rows = {name: page.split(f'id="case-{world[name].pk}"')[1].split("</tr>")[0] for name in ("critical", "minor")}
        assert "month end" in rows["critical"]
        assert "month end" not in rows["minor"]

    def test_shows_a_paused_clock_where_none_runs(self, here, open_case, alice, carl, clock):
        case = open_case(alice, severity="major")
        lifecycle.restore_service(case, by=carl, at=clock.later(minutes=5), body="Up again.")
        lifecycle.ask_customer(case, by=carl, at=clock.later(minutes=5), body="Which?")
        assert "Paused" in read(here.get(QUEUE)).split(f'id="case-{case.pk}"')[1].split("</tr>")[0]

    def test_shows_a_missed_commitment_first_also_while_it_is_paused(self, here, open_case, alice, carl, clock):
        case = open_case(alice, severity="major")
        lifecycle.restore_service(case, by=carl, at=clock.later(minutes=5), body="Up again.")
        clock.later(days=20)
        lifecycle.ask_customer(case, by=carl, at=clock.moment, body="Which?")
        lifecycle.agree_date(case, by=carl, at=clock.moment, due_at=clock.moment + timedelta(days=3))
        row = read(here.get(QUEUE)).split(f'id="case-{case.pk}"')[1].split("</tr>")[0]
        assert "Missed" in row
        assert "Solution" in row

    def test_shows_no_commitment_whose_breach_counts_no_more(self, here, open_case, alice, mona, clock):
        case = open_case(alice, severity="major")
        commitments.sweep(clock.later(minutes=61))
        lifecycle.void_breach(case, by=mona, at=clock.moment, breach=case.breaches.get(), because="Line down.")
        row = read(here.get(QUEUE)).split(f'id="case-{case.pk}"')[1].split("</tr>")[0]
        assert "Service restored" in row
        assert "First answer" not in row

    def test_goes_on_behind_the_last_row_of_a_page(self, here, open_case, alice, clock):
        for number in range(53):
            kind = "functional" if number % 3 == 0 else "defect"
            open_case(alice, severity=("major", "minor")[number % 2], type=kind, at=clock.later(seconds=7))
        every = list(Case.objects.most_urgent_first().values_list("pk", flat=True))
        first = here.get(QUEUE)
        assert numbers(first) == every[:50]
        following = re.search(r'href="(\?[^"]*after=[^"]*)"', first.content.decode()).group(1).replace("&amp;", "&")
        second = here.get(QUEUE + following)
        assert numbers(second) == every[50:]
        assert "after=" not in second.content.decode().split("cc-pages")[1]

    def test_refreshes_by_its_rows_alone(self, here, world):
        response = here.get(QUEUE, headers={"HX-Request": "true", "HX-Target": "queue-rows"})
        assert numbers(response) == ids(world, "critical", "minor")
        assert b"<html" not in response.content

    def test_says_what_to_do_where_nothing_is(self, here):
        assert "Nothing waits for you" in read(here.get(QUEUE))
        assert "Every open case has an owner" in read(here.get(QUEUE, {"view": "unassigned"}))
        assert "Nothing is open" in read(here.get(QUEUE, {"view": "all"}))
        assert "No case fits" in read(here.get(QUEUE, {"severity": "minor"}))

    def test_shows_the_texts_of_customers_as_words(self, here, open_case, alice, acme):
        acme.name = 'A<b>c"me'
        acme.save(update_fields=["name"])
        alice.name = "<i>Alice</i>"
        alice.save(update_fields=["name"])
        open_case(alice, subject='<script>alert(1)</script>"')
        page = here.get(QUEUE).content.decode()
        assert "<script>alert" not in page
        assert "<b>c" not in page
        assert "<i>Alice" not in page

    def test_takes_the_same_few_queries_for_many_cases(
        self, here, open_case, alice, clock, django_assert_max_num_queries
    ):
        open_case(alice)
        here.get(QUEUE)
        with django_assert_max_num_queries(12):
            here.get(QUEUE)
        for _number in range(30):
            open_case(alice, at=clock.later(seconds=1))
        full = {"q": "time", "status": "new", "turn": "us", "severity": "major", "product": "changepoint"}
        with django_assert_max_num_queries(12):
            shown = here.get(QUEUE, full | {"account": "acme", "plan": "standard", "team": "customer-care-1"})
        assert len(numbers(shown)) == 31
