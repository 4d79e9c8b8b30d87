"""The cases that wait for a release, by release: what each will solve, and what waits for one that was withdrawn."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases import releases as awaiting
from cases.models import Case
from cases.views.desk.access import ours
from cases.views.paging import BoundedPaginator
from contacts.signed_in import SignedInRequest
from products.models import Release

PAGE = 100


@dataclass(frozen=True, slots=True)
class Awaited:
    """A release and the cases of this page that wait for it.

    `is_late`: its day has passed everywhere. `to_judge`: ids of the cases that began to wait after it was out.
    """

    release: Release
    cases: list[Case]
    is_late: bool
    to_judge: frozenset[int]


@ours
@require_GET
def releases(request: SignedInRequest) -> HttpResponse:
    """List the cases that wait for a release, the soonest release first."""
    waiting = Case.objects.visible_to(request.user).awaiting_release()
    order = ("fixed_in__released_on", "fixed_in", "severity", "pk")
    page = BoundedPaginator(waiting.order_by(*order).values_list("pk", flat=True), PAGE).get_page(
        request.GET.get("page")
    )
    shown = awaiting.with_start(Case.objects.visible_to(request.user).filter(pk__in=list(page)).for_queue())
    cases = shown.select_related("account", "plan", "owner", "team", "calendar", "fixed_in__product").order_by(*order)
    now = timezone.now()
    context = {"page": page, "awaited": list(_by_release(cases, now)), "at": now}
    return render(request, "cases/desk/queue/releases.html", context)


def _by_release(cases: Iterable[Case], at: datetime) -> Iterator[Awaited]:
    for release, group in groupby(cases, key=lambda case: case.fixed_in):
        if release is not None:
            waiting = list(group)
            is_late = release.released_on < (at - awaiting.LATEST_ZONE).date()
            yield Awaited(release, waiting, is_late, frozenset(_to_judge(release, waiting)))


def _to_judge(release: Release, waiting: Iterable[Case]) -> Iterator[int]:
    for case in waiting:
        if awaiting.was_out_before(case, release, case.awaited_since):  # type: ignore[attr-defined]  # annotated above
            yield case.pk
