"""Cases, opened through the lifecycle: everything around them is made on the way."""

from datetime import UTC, datetime
from typing import Any

import factory

from cases import lifecycle
from cases.models import Case, CaseType
from sla.matrices import Severity
from tests.factories.contacts import InstanceFactory, MembershipFactory


class CaseFactory(factory.Factory[Case]):
    """An open case of a designated customer; its instance decides account and product."""

    class Meta:
        model = Case

    instance = factory.SubFactory(InstanceFactory)
    severity = Severity.MAJOR
    type = "issue"
    subject = factory.Faker("sentence", nb_words=6)
    body = factory.Faker("paragraph")
    at = datetime(2027, 6, 8, 15, 0, tzinfo=UTC)

    @classmethod
    def _create(cls, model_class: Any, *_args: Any, **details: Any) -> Case:
        instance = details["instance"]
        customer = details.pop("by", None)
        if customer is None:
            member = MembershipFactory(account=instance.account, administers=[instance.product])
            customer = member.user
        type_ = CaseType.objects.select_related("excluded_by_default").get(code=details.pop("type"))
        return lifecycle.open_case(
            by=customer, account=instance.account, product=instance.product, type=type_, **details
        )
