"""Naming the release that brings the fix."""

from datetime import date

from products.models import Release
from tests.cases.desk.conftest import fresh, read, to


class TestAwaitRelease:
    def test_names_the_release(self, here, case):
        release = Release.objects.create(product=case.product, version="2027.7", released_on=date(2027, 7, 30))
        response = here.post(to("await_release", case), {"release": release.pk}, follow=True)
        assert "The case waits for Changepoint 2027.7." in read(response)
        assert (fresh(case).status, fresh(case).fixed_in) == ("awaiting_release", release)
        assert "the fix comes with Changepoint 2027.7" in read(here.get(to("case", case)))

    def test_offers_what_is_to_come_alone_the_soonest_first(self, here, case, clock):
        days = {"2027.3": date(2027, 3, 1), "2099.1": date(2099, 1, 1), "2027.9": date(2027, 9, 1)}
        for version, day in days.items():
            Release.objects.create(product=case.product, version=version, released_on=day)
        form = here.get(to("await_release", case)).context["form"]
        assert [release.version for release in form.fields["release"].queryset] == ["2027.9", "2099.1"]
        past = Release.objects.get(product=case.product, version="2027.3")
        assert here.post(to("await_release", case), {"release": past.pk}).status_code == 422
        assert fresh(case).status == "new"

    def test_says_what_to_do_where_none_is_to_come(self, here, case, clock):
        page = read(here.get(to("await_release", case)))
        assert "No coming release of this product is entered that is newer" in page
        assert "Await it" not in page
        assert here.post(to("await_release", case), {"release": case.release_id}).status_code == 422

    def test_offers_the_releases_of_the_product_alone(self, here, case):
        other = Release.objects.exclude(product=case.product).first()
        assert f'value="{other.pk}"' not in read(here.get(to("await_release", case)))
        response = here.post(to("await_release", case), {"release": other.pk})
        assert response.status_code == 422
        assert fresh(case).status == "new"
