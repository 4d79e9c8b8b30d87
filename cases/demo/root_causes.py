"""The demo's root-cause report and subscribers of the status page, from `root_causes.toml`."""

import tomllib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db.models import F

from cases import lifecycle
from cases.demo.past_sweeps import catch_up
from cases.demo.people import Cast
from cases.demo.play import Step
from cases.jobs import root_cause_reports
from cases.models import Incident, StatusMail, StatusSubscriber
from cases.models.root_cause import WORDS
from cases.status_page import subscribers
from contacts.models.mail_delivery import Delivery
from products.models import Product

# Between the outbox and the mailbox.
IN_THE_POST = timedelta(seconds=4)
FILE = Path(__file__).parent / "root_causes.toml"


def subscribe(now: datetime) -> None:
    """Let the subscribers ask and confirm, as they did before `now`. Their links went out then."""
    for row in _facts()["subscriber"]:
        at = now - timedelta(days=row["days"])
        products = Product.objects.filter(code__in=row["products"])
        subscribers.ask(row["email"], language=row["language"], products=products, at=at)
        link = subscribers.link_of(StatusSubscriber.objects.get(email=row["email"]))
        subscribers.confirm(link or "", at=at + timedelta(minutes=3))
    StatusMail.objects.all().delete()


def among(steps: Iterable[Step], cast: Cast, now: datetime) -> Iterator[Step]:
    """Yield the steps of the stories, and bring the report of the incident that is over on between them."""
    acts: list[tuple[datetime, Callable[[datetime], object]]] | None = None
    for step in steps:
        if acts is None and (over := _over()):
            acts = _acts(over, cast)
        while acts and acts[0][0] <= step.at:
            _do(*acts.pop(0))
        yield step
    for at, act in acts or ():
        if at <= now:
            _do(at, act)


def settle(now: datetime) -> None:
    """Mark the mails of the past to subscribers as sent when they were due."""
    past = StatusMail.objects.filter(due_at__lte=now - timedelta(days=1))
    past.update(state=Delivery.SENT, attempts=1, claimed_at=F("due_at"), sent_at=F("due_at") + IN_THE_POST)


def _acts(incident: Incident, cast: Cast) -> list[tuple[datetime, Callable[[datetime], object]]]:
    row, over = _facts()["report"], incident.resolved_at
    assert over is not None
    written, reviewed, published = (over + timedelta(days=row[step]) for step in ("written", "reviewed", "published"))
    writer, reviewer, publisher = (cast.people[row[f"{step}_by"]] for step in ("written", "reviewed", "published"))
    words = {name: row[name].strip() for name in WORDS}

    def write(at: datetime) -> None:
        report = lifecycle.begin_report(by=writer, at=at, incident=incident)
        lifecycle.write_report(report, by=writer, at=at, words=words)
        lifecycle.submit_report(report, by=writer, at=at)

    def review(at: datetime) -> None:
        lifecycle.review_report(incident.root_cause_report, by=reviewer, at=at)

    def publish(at: datetime) -> None:
        lifecycle.publish_report(incident.root_cause_report, by=publisher, at=at)
        while root_cause_reports.notify(at):
            pass

    return [(written, write), (reviewed, review), (published, publish)]


def _do(at: datetime, act: Callable[[datetime], object]) -> None:
    catch_up(at)
    act(at)


def _over() -> Incident | None:
    return Incident.objects.filter(resolved_at__isnull=False).order_by("pk").first()


def _facts() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
