"""What the queue can be narrowed by: a closed list of keys."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.urls import reverse

from cases import lifecycle
from cases.jobs import commitments
from cases.models import Case
from cases.queue.filters import QueueFilters
from tests.cases.desk.conftest import read, to
from tests.cases.desk.test_queue import ids, numbers, world  # noqa: F401  a fixture

QUEUE = reverse("desk:queue")


def many(case):
    """Write 3,000 cases like this one, two in a hundred of them in danger."""
    like = {
        field.attname: getattr(case, field.attname) for field in Case._meta.concrete_fields if field.attname != "id"
    }
    states = [("missed", "at_risk")[number % 2] if number % 50 == number % 2 else "running" for number in range(3000)]
    Case.objects.bulk_create(Case(**like | {"sla_state": state}) for state in states)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cases_case")


class TestFilters:
    @pytest.mark.parametrize(
        ("chosen", "names"),
        [
            ({"severity": "critical"}, ("critical",)),
            ({"status": "solution_provided"}, ("solved",)),
            ({"status": "closed"}, ("closed",)),
            ({"status": "new"}, ("critical", "elsewhere", "minor")),
            ({"turn": "us"}, ("critical", "elsewhere", "minor")),
            ({"turn": "customer"}, ("solved",)),
            ({"product": "daptiv"}, ("elsewhere",)),
            ({"account": "glob"}, ("critical",)),
            ({"plan": "platinum"}, ("critical",)),
            ({"team": "customer-care-2"}, ("elsewhere",)),
            ({"q": "slow SINCE"}, ("elsewhere",)),
            ({"q": "slow", "severity": "minor"}, ()),
        ],
    )
    def test_narrow_the_queue(self, here, world, chosen, names):  # noqa: F811
        assert numbers(here.get(QUEUE, {"view": "all"} | chosen)) == ids(world, *names)

    def test_narrow_to_promises_in_danger(self, here, open_case, alice, carl, clock):
        missed, at_risk, running, paused = (open_case(alice, subject=f"Case {number}") for number in range(4))
        for case in (at_risk, running, paused):
            lifecycle.reply(case, by=carl, at=clock.moment, body="Yes.")
        for case in (running, paused):
            lifecycle.restore_service(case, by=carl, at=clock.moment, body="Up.")
        lifecycle.ask_customer(paused, by=carl, at=clock.moment, body="Which?")
        commitments.sweep(clock.later(minutes=95))
        for promises, case in (("missed", missed), ("at_risk", at_risk), ("running", running), ("paused", paused)):
            response = here.get(QUEUE, {"promises": promises})
            assert numbers(response) == [case.pk]
            assert f"promises={promises}" in read(response)
        page = read(here.get(QUEUE))
        assert [state for state in ("breached", "at-risk", "running", "paused") if f"cc-clock-{state}" in page] == [
            "breached",
            "at-risk",
            "running",
            "paused",
        ]

    @pytest.mark.parametrize("promises", ["missed", "at_risk"])
    def test_find_promises_in_danger_by_an_index_of_their_own(self, case, promises):
        """Of a team: 0.6 ms among 20,000 generated cases, with a page of 50 to sort."""
        many(case)
        filters = QueueFilters(QueryDict(f"promises={promises}"))
        assert filters.chosen == {"promises": promises}
        found = filters.filter_queryset(Case.objects.filter(team=case.team_id))
        plan = found.order_by("severity", "next_due_at", "pk").values_list("pk")[:51].explain()
        assert "case_promises_in_danger" in plan

    def test_narrow_to_an_owner(self, here, world, nora):  # noqa: F811
        assert numbers(here.get(QUEUE, {"view": "all", "owner": nora.pk})) == ids(world, "elsewhere")

    @pytest.mark.parametrize(
        "strange",
        [
            {"owner__email": "nora@example.com"},
            {"customer__password__startswith": "argon"},
            {"status__in": "closed"},
            {"id": "1"},
            {"ordering": "-id"},
            {"account__name__regex": "("},
            {"severity": "worst"},
            {"status": "deleted"},
            {"turn": "mine"},
            {"promises": "broken"},
            {"sla_state": "missed"},
            {"view": "theirs"},
            {"owner": "nora"},
            {"owner": "9" * 40},
            {"owner": "-1"},
            {"account": "x" * 500},
            {"after": "1_2_3"},
            {"after": "x" * 2000},
            {"after": "9" * 39 + "__1"},
            {"after": "1_9999-99-99T00:00:00+00:00_1"},
        ],
    )
    def test_ignore_what_they_do_not_know(self, here, world, strange):  # noqa: F811
        default = numbers(here.get(QUEUE))
        response = here.get(QUEUE, strange)
        assert response.status_code == 200
        if "after" not in strange:
            assert numbers(response) == default

    def test_look_for_words_without_what_no_text_may_hold(self, here, world):  # noqa: F811
        assert numbers(here.get(QUEUE, {"q": "\x00Lo\x0bgin\u202e"})) == numbers(here.get(QUEUE, {"q": "Lo gin"}))

    @pytest.mark.parametrize("after", ["0__0", "7__0", "1_2000-01-01T00:00:00+00:00_5", "²__1", "1_2000-01-01_5"])
    def test_survive_any_key_of_a_page(self, here, world, after):  # noqa: F811
        for status in ("", "closed"):
            assert here.get(QUEUE, {"after": after, "status": status}).status_code == 200

    def test_go_from_a_number_to_its_case(self, here, world):  # noqa: F811
        case = world["closed"]
        for written in (case.number, case.number.lower(), str(case.pk)):
            response = here.get(QUEUE, {"q": written})
            assert (response.status_code, response.url.split("?")[0]) == (302, to("case", case))

    def test_do_not_jump_while_a_number_is_being_typed(self, here, world):  # noqa: F811
        number = str(world["closed"].pk)
        response = here.get(QUEUE, {"q": number}, headers={"HX-Request": "true", "HX-Target": "queue"})
        assert response.status_code == 200

    def test_do_not_jump_to_a_case_that_does_not_exist(self, here, world):  # noqa: F811
        assert here.get(QUEUE, {"q": "CC-999999"}).status_code == 200

    def test_stay_in_the_address_of_each_view_and_case(self, here, world):  # noqa: F811
        page = read(here.get(QUEUE, {"severity": "critical", "nonsense": "1"}))
        assert "severity=critical&amp;view=all" in page or "view=all&amp;severity=critical" in page
        assert "nonsense" not in page.split("<tbody")[1]
        assert f"{to('case', world['critical'])}?severity=critical" in page

    def test_are_taken_along_to_the_case_and_back(self, here, world, carl):  # noqa: F811
        case = world["critical"]
        page = read(here.get(to("case", case) + "?view=all&severity=critical"))
        assert f"{QUEUE}?view=all&amp;severity=critical" in page
        assert world["minor"].number not in page.split('id="case-list"')[1].split("</nav>")[0]
        response = here.post(to("take", case) + "?view=all&severity=critical&x__y=1")
        assert response.url == to("case", case) + "?view=all&severity=critical"

    def test_list_closed_cases_the_latest_first_and_page_by_page(self, here, open_case, alice, carl, clock):
        closed = []
        for _number in range(52):
            case = open_case(alice, at=clock.later(minutes=1))
            lifecycle.close(case, by=carl, at=clock.later(minutes=1), reason="withdrawn")
            closed.insert(0, case.pk)
        first = here.get(QUEUE, {"status": "closed"})
        assert numbers(first) == closed[:50]
        after = first.context["page"].after
        assert numbers(here.get(QUEUE, {"status": "closed", "after": after})) == closed[50:]
