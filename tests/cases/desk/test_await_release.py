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

    def test_offers_the_releases_of_the_product_alone(self, here, case):
        other = Release.objects.exclude(product=case.product).first()
        assert f'value="{other.pk}"' not in read(here.get(to("await_release", case)))
        response = here.post(to("await_release", case), {"release": other.pk})
        assert response.status_code == 422
        assert fresh(case).status == "new"
