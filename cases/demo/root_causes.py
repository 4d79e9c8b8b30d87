"""The demo's root-cause report and subscribers of the status page, from `root_causes.toml`."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db.models import F

from cases import lifecycle, reporting, subscribing
from cases.demo.cast import Cast
from cases.models import Incident, StatusMail, StatusSubscriber
from cases.models.letter import Delivery
from cases.models.root_cause import WORDS
from products.models import Product

# Between the outbox and the mailbox.
IN_THE_POST = timedelta(seconds=4)
FILE = Path(__file__).parent / "root_causes.toml"


def subscribe(now: datetime) -> None:
    """Let the subscribers ask and confirm, as they did before `now`. Their links went out then."""
    for row in _facts()["subscriber"]:
        at = now - timedelta(days=row["days"])
        products = Product.objects.filter(code__in=row["products"])
        subscribing.ask(row["email"], language=row["language"], products=products, at=at)
        link = subscribing.link_of(StatusSubscriber.objects.get(email=row["email"]))
        subscribing.confirm(link or "", at=at + timedelta(minutes=3))
    StatusMail.objects.all().delete()


def report(cast: Cast, now: datetime) -> None:
    """Write, review and publish the report of the incident that is over; what was mailed of it went out then."""
    row = _facts()["report"]
    past = StatusMail.objects.filter(due_at__lte=now - timedelta(days=1))
    past.update(state=Delivery.SENT, attempts=1, claimed_at=F("due_at"), sent_at=F("due_at") + IN_THE_POST)
    incident = Incident.objects.filter(resolved_at__isnull=False).order_by("pk").first()
    if incident is None:
        return
    when = {step: now - timedelta(days=row[step]) for step in ("written", "reviewed", "published")}
    by = {step: cast.people[row[f"{step}_by"]] for step in when}
    told = lifecycle.begin_report(by=by["written"], at=when["written"], incident=incident)
    lifecycle.write_report(told, by=by["written"], at=when["written"], words=_words(row))
    lifecycle.submit_report(told, by=by["written"], at=when["written"] + timedelta(minutes=5))
    lifecycle.review_report(told, by=by["reviewed"], at=when["reviewed"])
    lifecycle.publish_report(told, by=by["published"], at=when["published"])
    while reporting.tell(when["published"] + timedelta(seconds=2)):
        pass


def _words(row: dict[str, Any]) -> dict[str, str]:
    return {name: row[name].strip() for name in WORDS}


def _facts() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
