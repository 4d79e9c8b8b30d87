"""The incidents of the demo, from `incidents.toml`: what was done in them happens between the turns of the stories."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cases import lifecycle
from cases.demo.past_sweeps import catch_up
from cases.demo.people import Cast
from cases.demo.play import Step
from cases.jobs.incident_updates import spread
from cases.models import Case, Incident
from products.models import Product
from sla.matrices import Severity

FILE = Path(__file__).parent / "incidents.toml"
BEFORE = timedelta(minutes=12)  # customers notice before we know


@dataclass(slots=True)
class _Running:
    """One incident while it is told; `began` is when the last of its cases was opened, or the moment of loading."""

    row: dict[str, Any]
    subjects: tuple[str, ...]
    began: datetime
    incident: Incident | None = None

    def acts(self) -> Iterator[tuple[datetime, dict[str, Any]]]:
        sign = -1 if self.row.get("from_now") else 1
        for act in self.row["act"]:
            yield self.began + sign * timedelta(minutes=act["after"]), act


def among(steps: list[Step], cast: Cast, now: datetime) -> Iterator[Step]:
    """Yield the steps of the stories, and do what was done in incidents before each of them, and after the last."""
    acts = sorted(
        ((at, told, act) for told in _read(steps, now) for at, act in told.acts()), key=lambda entry: entry[0]
    )
    for step in steps:
        while acts and acts[0][0] <= step.at:
            _do(*acts.pop(0), cast)
        yield step
    for entry in acts:
        _do(*entry, cast)


def _read(steps: Iterable[Step], now: datetime) -> Iterator[_Running]:
    openings = {step.story.key: step for step in steps if step.turn is None}
    for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["incident"]:
        own = [openings[key] for key in row["cases"]]
        began = now if row.get("from_now") else max(step.at for step in own)
        yield _Running(row, tuple(step.story.subject for step in own), began)


def _do(at: datetime, told: _Running, act: dict[str, Any], cast: Cast) -> None:
    catch_up(at)
    by = cast.people[act.get("by", told.row["by"])]
    if told.incident is None:
        told.incident = lifecycle.open_incident(
            by=by,
            at=at,
            title_en=told.row["title_en"],
            title_fr=told.row["title_fr"],
            severity=Severity[told.row["severity"].upper()],
            effects={Product.objects.get(code=told.row["product"]): told.row["effect"]},
            started_at=at - BEFORE,
        )
        return
    cases = list(Case.objects.filter(subject__in=told.subjects).order_by("pk"))
    if act["does"] == "link":
        for case in cases:
            lifecycle.link_case(case, by=by, at=at, incident=told.incident)
        return
    words = {name: act[name].strip() for name in ("text_en", "text_fr")}
    if act["does"] == "publish":
        lifecycle.publish_update(told.incident, by=by, at=at, state=act["state"], **words)
    else:
        lifecycle.resolve_incident(told.incident, by=by, at=at, solves=[case.pk for case in cases], **words)
    spread(at + timedelta(seconds=2))
