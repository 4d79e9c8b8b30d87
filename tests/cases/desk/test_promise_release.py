"""Promising the solution with the next release."""

from datetime import date

import pytest

from cases import lifecycle
from products.models import Release
from tests.cases.desk.conftest import fresh, last, read, to


@pytest.fixture
def release(case):
    return Release.objects.create(product=case.product, version="2027.7", released_on=date(2027, 7, 30))


def confirmation(browser, case):
    """What the page sends back when its form is confirmed."""
    shown = browser.get(to("promise_release", case)).context["form"].initial["shown"]
    return {"because": "No workaround holds.", "shown": shown}


class TestPromiseRelease:
    def test_names_the_release_and_its_day_before_and_replaces_the_clock(self, here, case, release):
        page = read(here.get(to("promise_release", case)))
        assert "the solution comes with Changepoint 2027.7" in page
        assert "Fri 30 Jul, 17:00 CDT" in page
        response = here.post(to("promise_release", case), confirmation(here, case), follow=True)
        assert "The solution is promised with Changepoint 2027.7." in read(response)
        assert last(case).kind == "release_promised"
        states = case.commitments.filter(metric="resolution").order_by("period_no").values_list("state", "is_dated")
        assert list(states) == [("converted", False), ("running", True)]
        assert "Promised for a date" in read(response)

    def test_shows_again_what_has_changed_meanwhile(self, here, case, release):
        sent = confirmation(here, case)
        Release.objects.create(product=case.product, version="2027.6", released_on=date(2027, 6, 25))
        response = here.post(to("promise_release", case), sent)
        assert response.status_code == 422
        assert "The next release has changed since you opened this." in read(response)
        assert "Changepoint 2027.6" in read(response)
        here.post(to("promise_release", case), sent | {"shown": response.context["form"]["shown"].value()})
        assert last(case).data["release"] == "Changepoint 2027.6"

    def test_says_that_none_is_entered(self, here, case):
        Release.objects.filter(product=case.product, released_on__gt=date(2027, 6, 8)).delete()
        page = read(here.get(to("promise_release", case)))
        assert "No coming release of this product is entered." in page
        assert "Promise it" not in page
        response = here.post(to("promise_release", case), {"because": "So.", "shown": ""})
        assert "No coming release of this product is entered." in read(response)

    def test_is_offered_where_the_matrix_has_it_and_once(self, here, open_case, alice, carl, case, release, clock):
        moderate = open_case(alice, severity="moderate")
        assert to("promise_release", moderate) not in read(here.get(to("case", moderate)))
        assert to("promise_release", case) in read(here.get(to("case", case)))
        lifecycle.promise_release(case, by=carl, at=clock.later(minutes=1), because="None holds.")
        assert to("promise_release", case) not in read(here.get(to("case", case)))
        response = here.post(to("promise_release", case), confirmation(here, case))
        assert "The solution is promised with a release already." in read(response)

    def test_is_refused_where_nothing_could_be_replaced(self, here, open_case, alice, release):
        moderate = open_case(alice, severity="moderate")
        response = here.post(to("promise_release", moderate), confirmation(here, moderate))
        assert "Nothing is promised for this case that a release could take the place of." in read(response)
        assert fresh(moderate).events.count() == 1
