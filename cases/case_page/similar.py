"""Whether a customer has just opened a case much like the one they are about to open: to warn them, never to block."""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.postgres.search import TrigramSimilarity

from cases.models import Case, SimilarityRule
from contacts.models import Account, User
from products.models import Product


def similar_case(
    viewer: User,
    customer: User,
    *,
    account: Account,
    product: Product,
    subject: str,
    at: datetime,
    submission: UUID | None = None,
) -> Case | None:
    """Return the open case of `customer` that is most like a new one with this `subject`, as the rule says; or None.

    Only of the same account and product, and only what `viewer` may see. What `submission` itself opened, sent a moment
    before, is none: that is the same case. Two queries; the index of a customer's cases leaves a few rows to compare.
    """
    rule = SimilarityRule.objects.order_by("code").first()
    if rule is None or not rule.within_hours:
        return None
    cases = Case.objects.visible_to(viewer).of(customer).not_closed().filter(account=account, product=product)
    recent = cases.filter(opened_at__gt=at - timedelta(hours=rule.within_hours))
    if submission is not None:
        recent = recent.exclude(events__submission=submission)
    alike = recent.annotate(alike=TrigramSimilarity("subject", subject)).filter(alike__gte=rule.least_percent / 100)
    return alike.order_by("-alike", "-pk").first()
