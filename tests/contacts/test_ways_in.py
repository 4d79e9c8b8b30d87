"""By which channels support is reached, for whom and when."""

from datetime import UTC, datetime

import pytest

from contacts.models import Desk, Plan
from contacts.ways_in import Way, ways_in
from products.models import Product
from sla.matrices import Severity

pytestmark = pytest.mark.django_db
NIGHT = datetime(2027, 6, 8, 3, 0, tzinfo=UTC)
NUMBER = "+15550100"


def ways(account, product, *, severity=None, at):
    desk = Desk.objects.serving(Product.objects.get(code=product), account.region)
    found = ways_in(account, desk, severity=severity, at=at)
    return {one.way: one for one in found}


@pytest.fixture(autouse=True)
def _number(reference):
    Plan.objects.exclude(code="standard").update(emergency_phone=NUMBER)


class TestWaysIn:
    @pytest.mark.parametrize("product", ["changepoint", "ppm-pro", "clarizen"])
    def test_begin_with_the_portal_at_any_hour(self, acme, product):
        assert next(iter(ways(acme, product, at=NIGHT))) == Way.WEB

    def test_have_the_numbers_of_the_accounts_own_region(self, acme, globex, at):
        assert ways(acme, "enterprise-one", at=at)[Way.PHONE].addresses[0] == "+15123468460"
        assert ways(globex, "enterprise-one", at=at)[Way.PHONE].addresses[0] == "+497219597262"

    def test_have_no_telephone_where_the_desk_has_none(self, globex, at):
        assert set(ways(globex, "leankit", at=at)) == {Way.WEB, Way.EMERGENCY}

    def test_have_chat_for_two_products_in_business_hours_alone(self, globex, at):
        with_chat = {product.code for product in Product.objects.all() if Way.CHAT in ways(globex, product.code, at=at)}
        assert with_chat == {"projectplace", "spigit"}
        assert ways(globex, "projectplace", at=at)[Way.CHAT].usable
        assert not ways(globex, "projectplace", at=NIGHT)[Way.CHAT].usable

    @pytest.mark.parametrize(
        ("severity", "instant", "usable"),
        [
            (Severity.CRITICAL, NIGHT, True),
            (Severity.MAJOR, NIGHT, False),
            (Severity.CRITICAL, datetime(2027, 6, 8, 15, 0, tzinfo=UTC), False),
        ],
    )
    def test_have_the_emergency_number_for_critical_outside_hours(self, globex, severity, instant, usable):
        emergency = ways(globex, "changepoint", severity=severity, at=instant)[Way.EMERGENCY]
        assert emergency.usable is usable
        assert emergency.addresses == ((NUMBER,) if usable else ())

    def test_have_no_emergency_number_on_standard(self, acme):
        assert Way.EMERGENCY not in ways(acme, "changepoint", severity=Severity.CRITICAL, at=NIGHT)
