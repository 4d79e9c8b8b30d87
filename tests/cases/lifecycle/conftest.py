"""What tests of several verbs share."""

from datetime import date

import pytest

from cases.lifecycle import classify, judge_reach
from contacts.models import Instance
from products.models import Product, Release


@pytest.fixture
def outdated(alice, open_case):
    """Alice's case on a version of Changepoint that is no longer supported: it is owed a complete answer."""
    product = Product.objects.get(code="changepoint")
    Release.objects.create(product=product, version="2027.4", released_on=date(2027, 4, 30))
    old = Release.objects.create(product=product, version="2026.1", released_on=date(2026, 1, 30))
    Instance.objects.filter(account__name="Acme", product=product).update(release=old)
    return open_case(alice)


@pytest.fixture
def mailed(open_case, alice):
    """`mailed(…)`: a case of Alice's that came by mail, and is to be handed to somebody."""
    return lambda **more: open_case(alice, channel="mail", **more)


@pytest.fixture
def owing(open_case, eve, nora, later):
    """Eve's Critical case of what we run, judged to touch the whole system."""
    case = open_case(eve, severity="critical")
    classify(case, by=nora, at=later(minutes=5), type=case.type, kind="other")
    return judge_reach(case, by=nora, at=later(minutes=6), is_system_wide=True, because="All.")
