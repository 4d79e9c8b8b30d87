"""What the status page shows: how each product does now, ninety days of it, what is under way and what is over.

Read from public incidents alone. Nothing of a case, an account or a person is known here. Days are those of UTC.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import groupby

from django.db.models import Prefetch, Q, QuerySet

from cases.models import Incident, IncidentProduct, IncidentUpdate
from cases.models.incident import Effect
from products.models import Product

DAYS = 90
WORST_FIRST = [effect.value for effect in (Effect.DOWN, Effect.DISTURBED, Effect.MAINTENANCE)]
MOST_ENTRIES = 50


@dataclass(frozen=True, slots=True)
class Span:
    """When a product was affected, and how; `until` is None while it lasts."""

    since: datetime
    until: datetime | None
    effect: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a product: the worst that was, "" where nothing was; `place` counts from 0, the oldest."""

    day: date
    effect: str
    place: int

    @property
    def label(self) -> str:
        return str(Effect(self.effect).label) if self.effect else ""

    @property
    def x(self) -> str:
        """Where its mark begins, as an attribute of SVG."""
        return f"{self.place * 100 / DAYS:.3f}%"


@dataclass(frozen=True, slots=True)
class ProductStatus:
    """A product now and in the last ninety days."""

    product: Product
    now: str
    days: Sequence[Day]

    @property
    def label(self) -> str:
        """How it is affected now, "" where it is not."""
        return str(Effect(self.now).label) if self.now else ""

    @property
    def bad_days(self) -> list[Day]:
        """The days on which something was, the latest first."""
        return [day for day in reversed(self.days) if day.effect]

    @property
    def good_days(self) -> int:
        return len(self.days) - len(self.bad_days)


@dataclass(frozen=True)
class StatusPage:
    """All that the page shows as of `at`."""

    at: datetime
    products: Sequence[ProductStatus]
    incidents: Sequence[Incident]

    @cached_property
    def current(self) -> list[Incident]:
        return [incident for incident in self.incidents if not incident.is_over]

    @cached_property
    def past(self) -> list[tuple[date, list[Incident]]]:
        """What is over, by the day on which it began, the latest day first."""
        over = [incident for incident in self.incidents if incident.is_over]
        return [(day, list(those)) for day, those in groupby(over, lambda one: one.started_at.astimezone(UTC).date())]

    @property
    def affected(self) -> list[ProductStatus]:
        return [one for one in self.products if one.now]

    @property
    def worst(self) -> str:
        """The worst that any product suffers now; "" where none does."""
        return worst(one.now for one in self.products)


def read(at: datetime) -> StatusPage:
    """Return the page as of `at` (UTC). Four queries, for any number of products and incidents."""
    today = at.astimezone(UTC).date()
    since = datetime.combine(today - timedelta(days=DAYS - 1), datetime.min.time(), UTC)
    incidents = list(public().filter(Q(resolved_at__isnull=True) | Q(resolved_at__gte=since)))
    spans: dict[int, list[Span]] = {}
    for incident in incidents:
        for one in incident.effects.all():
            spans.setdefault(one.product_id, []).append(Span(incident.started_at, incident.resolved_at, one.effect))
    products = Product.objects.filter(is_active=True).order_by("position", "name")
    shown = [_status(product, spans.get(product.pk, []), today) for product in products]
    return StatusPage(at, shown, incidents)


def public() -> "QuerySet[Incident]":
    """Return the incidents that everybody may read, the latest first, with their products and updates."""
    effects = IncidentProduct.objects.select_related("product").order_by("product__position", "product__name")
    updates = IncidentUpdate.objects.order_by("-id")
    return (
        Incident.objects.filter(is_public=True)
        .order_by("-started_at", "-id")
        .prefetch_related(Prefetch("effects", effects), Prefetch("updates", updates))
    )


def entries(product: Product | None = None) -> "QuerySet[IncidentUpdate]":
    """Return the last updates of public incidents, of one product or of all, the latest first. One query."""
    updates = IncidentUpdate.objects.filter(incident__is_public=True).select_related("incident")
    if product is not None:
        updates = updates.filter(incident__effects__product=product)
    return updates.order_by("-id")[:MOST_ENTRIES]


def worst(effects: Iterable[str]) -> str:
    """Return the worst of these effects, "" where there is none."""
    known = set(effects)
    return next((effect for effect in WORST_FIRST if effect in known), "")


def days(spans: Sequence[Span], today: date, count: int = DAYS) -> list[Day]:
    """Return the last `count` days in UTC up to `today`, each with the worst that touched it."""
    first = today - timedelta(days=count - 1)
    found: list[Day] = []
    for place in range(count):
        day = first + timedelta(days=place)
        begins = datetime.combine(day, datetime.min.time(), UTC)
        ends = begins + timedelta(days=1)
        touching = (one.effect for one in spans if one.since < ends and (one.until is None or one.until > begins))
        found.append(Day(day, worst(touching), place))
    return found


def _status(product: Product, spans: Sequence[Span], today: date) -> ProductStatus:
    return ProductStatus(product, worst(one.effect for one in spans if one.until is None), days(spans, today))
