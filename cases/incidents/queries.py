"""Incidents as our people and customers read them: lists, what touches a case, which cases could be part of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case as When_
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, When
from django.urls import NoReverseMatch, reverse

from cases import incident_statuses
from cases.models import Case, Incident, IncidentCase, IncidentProduct, IncidentUpdate
from cases.models.incident import NotDelivered
from cases.querysets import CaseQuerySet
from contacts.models import User

# Customers often notice a problem, and call, before we know when it began.
BEFORE = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class OfCase:
    """What a case has to do with incidents: the one it is part of, else those under way that affect its product."""

    incident: Incident | None
    suggested: tuple[Incident, ...]

    @property
    def may_be_linked(self) -> bool:
        """Whether it is part of none that is under way."""
        return self.incident is None or self.incident.is_over


@dataclass(frozen=True, slots=True)
class KnownProblem:
    """What a customer is told of the incident that their case is part of; `page` is its public page, "" for none."""

    incident: Incident
    update: IncidentUpdate | None
    page: str


@dataclass(frozen=True, slots=True)
class Prospect:
    """A linked case before the incident is resolved: whether it can get the solution, and why not, as NotDelivered."""

    case: Case
    why_not: str

    @property
    def explanation(self) -> str:
        return str(NotDelivered(self.why_not).label) if self.why_not else ""


def under_way() -> "QuerySet[Incident]":
    """Return the incidents that are not over, the latest first."""
    return Incident.objects.exclude(state=incident_statuses.RESOLVED).order_by("-started_at")


def listed(*, state: str = "", product: str = "") -> "QuerySet[Incident]":
    """Return incidents as the list shows them, those under way first; `product` is a code."""
    over_last = When_(When(state=incident_statuses.RESOLVED, then=1), default=0)
    found = Incident.objects.annotate(
        cases=Count("links", filter=Q(links__unlinked_at__isnull=True)),
    )
    if state:
        found = found.filter(state=state)
    if product:
        affected = IncidentProduct.objects.filter(incident=OuterRef("pk"), product__code=product)
        found = found.filter(Exists(affected))
    return found.prefetch_related(_effects()).order_by(over_last, "-started_at", "-pk")


def for_page() -> "QuerySet[Incident]":
    """Return incidents with what the page of one shows beside its updates."""
    return Incident.objects.select_related("opened_by").prefetch_related(_effects())


def updates(incident: Incident) -> "QuerySet[IncidentUpdate]":
    """Return what was said of it, the latest first. One query."""
    return incident.updates.select_related("by").order_by("-pk")


def linked(incident: Incident, user: User) -> CaseQuerySet:
    """Return the cases that are part of it and that `user` may see, the most urgent first."""
    links = IncidentCase.objects.filter(incident=incident, unlinked_at__isnull=True)
    cases = Case.objects.visible_to(user).filter(pk__in=links.values("case"))
    return cases.for_queue().most_urgent_first()


def candidates(
    incident: Incident, user: User, *, product: str = "", since: datetime | None = None, words: str = ""
) -> CaseQuerySet:
    """Return open cases that could be part of it: of its products (or of one, by its code), reached us since `since`.

    What is part of an incident under way already is left out.
    """
    held = IncidentCase.objects.filter(case=OuterRef("pk"), holds=True)
    cases = Case.objects.visible_to(user).open().filter(~Exists(held))
    if product:
        cases = cases.filter(product__code=product)
    else:
        cases = cases.filter(product__in=incident.effects.values("product"))
    if words:
        cases = cases.named(words)
    return cases.filter(received_at__gte=since or incident.started_at - BEFORE).for_queue().most_urgent_first()


def prospects(incident: Incident, user: User) -> list[Prospect]:
    """Return the linked cases with whether each can get a solution now. One query."""
    return [Prospect(case, _why_not(case)) for case in linked(incident, user)]


def of_case(case: Case) -> OfCase:
    """Return what our people are shown of incidents on the page of `case`. One query."""
    links = IncidentCase.objects.filter(incident=OuterRef("pk"), case=case, unlinked_at__isnull=True)
    effects = IncidentProduct.objects.filter(incident=OuterRef("pk"), product=case.product_id)
    likely = ~Q(state=incident_statuses.RESOLVED) & Exists(effects)
    rows = Incident.objects.annotate(is_linked=Exists(links)).filter(Q(is_linked=True) | likely)
    found = list(rows.order_by("-started_at"))
    linked = [one for one in found if one.is_linked]
    others = tuple(one for one in found if not one.is_linked)
    current = min(linked, key=lambda one: one.is_over, default=None)
    of_case = OfCase(current, others[:3])
    return of_case if of_case.may_be_linked and not case.is_closed else OfCase(current, ())


def known_problem(case: Case) -> KnownProblem | None:
    """Return what the customer of `case` is told of the last incident that it is part of. Two queries at most."""
    links = IncidentCase.objects.filter(case=case, unlinked_at__isnull=True).select_related("incident")
    link = links.order_by("-pk").first()
    if link is None:
        return None
    incident = link.incident
    return KnownProblem(incident, incident.updates.order_by("-pk").first(), public_page(incident))


def public_page(incident: Incident) -> str:
    """Return the path of the page of `incident` on the public status page; "" where it has none."""
    if not incident.is_public:
        return ""
    try:
        return reverse("status:incident", args=[incident.number])
    except NoReverseMatch:
        return ""


def link_times(incident: Incident, cases: Sequence[Case]) -> dict[int, IncidentCase]:
    """Return by whom and when each of `cases` was linked, by its id. One query."""
    links = IncidentCase.objects.filter(incident=incident, case__in=cases, unlinked_at__isnull=True)
    return {link.case_id: link for link in links.select_related("linked_by")}


def _effects() -> "Prefetch[str, QuerySet[IncidentProduct], str]":
    rows = IncidentProduct.objects.select_related("product").order_by("product__position")
    return Prefetch("effects", rows)


def _why_not(case: Case) -> str:
    if case.is_closed:
        return NotDelivered.CLOSED
    return NotDelivered.SOLVED if case.state.has_solution else ""
