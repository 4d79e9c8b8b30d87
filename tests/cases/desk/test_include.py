"""Promising times again."""

from cases import lifecycle
from cases.models import Exclusion
from tests.cases.desk.conftest import fresh, last, read, to


class TestInclude:
    def test_begins_the_clocks_anew(self, signed_in, nora, case, clock):
        cause = Exclusion.objects.first()
        lifecycle.exclude(case, by=nora, at=clock.later(minutes=5), exclusion=cause, because="Their proxy.")
        browser = signed_in(nora)
        assert to("include", case) in read(browser.get(to("case", case)))
        clock.later(minutes=5)
        response = browser.post(to("include", case), {"because": "It was not their proxy."}, follow=True)
        assert "Times are promised again, counted from now." in read(response)
        assert (fresh(case).exclusion, last(case).kind) == (None, "included")
        assert case.commitments.filter(state="running", started_at=clock.moment).exists()

    def test_is_offered_only_where_nothing_is_promised(self, signed_in, nora, case):
        browser = signed_in(nora)
        assert to("include", case) not in read(browser.get(to("case", case)))
        assert "The case is not excluded." in read(browser.post(to("include", case), {"because": "So."}))

    def test_wants_a_reason(self, signed_in, nora, case, clock):
        cause = Exclusion.objects.first()
        lifecycle.exclude(case, by=nora, at=clock.later(minutes=5), exclusion=cause, because="Their proxy.")
        assert signed_in(nora).post(to("include", case), {"because": " "}).status_code == 422
        assert fresh(case).exclusion == cause
