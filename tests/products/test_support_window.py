"""Which versions are supported, and the pages that say so."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from contacts import running
from products.models import Product, Release
from products.support_window import is_covered, support_window

pytestmark = pytest.mark.django_db
ON = date(2027, 6, 10)
NOON = datetime(ON.year, ON.month, ON.day, 20, tzinfo=UTC)


@pytest.fixture
def versions(reference):
    """Three releases of each product, and one that is still to come."""
    made = {}
    for product in Product.objects.all():
        for month in (4, 5, 6, 7):
            release = Release.objects.create(product=product, version=f"27.{month}", released_on=date(2027, month, 3))
            made[product.code, month] = release
    return made


class TestSupportWindow:
    def test_holds_the_latest_and_the_one_before(self, versions):
        window = support_window(Product.objects.get(code="daptiv"), on=ON)
        assert [release.version for release in window.covered] == ["27.6", "27.5"]

    @pytest.mark.parametrize("code", ["projectplace", "leankit", "spigit"])
    def test_holds_the_latest_alone_on_multi_tenant_products(self, versions, code):
        assert [release.version for release in support_window(Product.objects.get(code=code), on=ON).covered] == [
            "27.6"
        ]

    def test_does_not_hold_what_is_still_to_come(self, versions):
        window = support_window(Product.objects.get(code="daptiv"), on=ON)
        assert not window.includes(versions["daptiv", 7])

    def test_refuses_nobody_where_no_release_is_on_record(self, reference):
        assert support_window(Product.objects.get(code="daptiv"), on=ON).includes(None)


class TestIsCovered:
    @pytest.mark.parametrize(("month", "covered"), [(4, False), (5, True), (6, True)])
    def test_by_version(self, versions, month, covered):
        assert is_covered(Product.objects.get(code="changepoint"), versions["changepoint", month], on=ON) is covered

    def test_always_on_what_is_released_continuously(self, versions):
        assert is_covered(Product.objects.get(code="leankit"), versions["leankit", 4], on=ON)

    def test_without_a_version(self, versions):
        assert is_covered(Product.objects.get(code="changepoint"), None, on=ON)


class TestRunning:
    def test_lists_the_instances_of_the_readers_accounts_alone(self, alice, eve, globex):
        rows = running.instances(alice, at=NOON)
        assert len(rows) == 9
        assert globex not in {row.account for row in rows}

    def test_says_what_is_covered_and_latest(self, alice, acme, versions):
        acme.instances.filter(product__code="daptiv").update(release=versions["daptiv", 4])
        row = next(row for row in running.instances(alice, at=NOON) if row.instance.product.code == "daptiv")
        assert (row.covered, row.is_latest, row.latest) == (False, False, versions["daptiv", 6])

    def test_takes_three_queries(self, alice, django_assert_num_queries):
        running.instances(alice, at=NOON)  # reads the hours of the desks
        with django_assert_num_queries(3):
            running.instances(alice, at=NOON)


class TestPages:
    def test_list_the_products_with_few_queries(self, alice, versions, signed_in, django_assert_max_num_queries):
        browser = signed_in(alice)
        browser.get(reverse("products:products"))  # begins the session's clock
        with django_assert_max_num_queries(8):
            page = browser.get(reverse("products:products")).content.decode()
        assert page.count("cc-card-link") == 9

    def test_show_one_product(self, alice, versions, signed_in):
        page = signed_in(alice).get(reverse("products:product", args=["changepoint"])).content.decode()
        assert "27.5" in page
        assert "Designated application administrators" in page

    def test_show_the_readers_instances(self, alice, signed_in):
        product = Product.objects.get(code="daptiv")
        page = signed_in(alice).get(reverse("contacts:my_instances_of", args=[product.pk])).content.decode()
        assert "Daptiv production" in page
        assert "Changepoint production" not in page

    def test_of_no_product_are_not_found(self, alice, signed_in):
        assert signed_in(alice).get("/products/nothing/").status_code == 404
