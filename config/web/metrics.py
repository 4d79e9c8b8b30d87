"""`/metrics`: how the installation stands, for Prometheus.

Everything is read from the database, so that every web process says the same. Only who knows `METRICS_TOKEN` is
answered; without one there is no such page.
"""

from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from cases.integrity import heartbeats
from cases.models import OutboxMail
from cases.models.outbox_mail import Delivery


class Standing(Collector):
    """The gauges of this portal, as of now."""

    def collect(self) -> Iterator[Metric]:
        at = timezone.now()
        age = GaugeMetricFamily(
            "care_heartbeat_age_seconds",
            "Seconds since a periodic work last ended whole; +Inf: never.",
            labels=["work"],
        )
        late = GaugeMetricFamily("care_heartbeat_late", "1 where a periodic work is late.", labels=["work"])
        broken = GaugeMetricFamily("care_rules_broken", "Rules that the last check of all rules found broken.")
        for work, pulse in heartbeats.pulses(at).items():
            age.add_metric([work.value], float("inf") if pulse.age is None else pulse.age.total_seconds())
            late.add_metric([work.value], pulse.is_late)
            if work == heartbeats.Work.SELF_CHECK:
                broken.add_metric([], len(pulse.broken))
        mails = GaugeMetricFamily("care_mails", "Mails in the outbox that are due by now, or failed.", labels=["state"])
        waiting = OutboxMail.objects.filter(state=Delivery.DUE, due_at__lte=at)
        failed = OutboxMail.objects.filter(state=Delivery.FAILED)
        for state, rows in (("due", waiting), ("failed", failed)):
            mails.add_metric([state], rows.aggregate(count=Count("pk"))["count"])
        yield from (age, late, broken, mails)


@require_GET
@login_not_required
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer a scrape. Raises Http404 without the token of `METRICS_TOKEN` (`Authorization: Bearer …`)."""
    given = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN or not constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}"):
        raise Http404
    registry = CollectorRegistry()
    registry.register(Standing())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)
