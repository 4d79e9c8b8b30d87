"""Opening a case, and what would be promised for it."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cases import lifecycle
from cases.case_page.similar import similar_case
from cases.commitments.promised_times import PromisedTimes, preview_times
from cases.forms.opening import OpenCaseForm, WhatForm
from cases.models import Case
from cases.views.access import attempt
from cases.views.portal.access import for_customers
from contacts.entitlements import Choice, choices
from contacts.models import Account, Desk
from contacts.signed_in import SignedInRequest
from contacts.ways_in import Way, ways_in
from sla.time_bounds import read_instant

# How far a page that is refreshed each minute may lag behind, without a word about it.
SLACK = timedelta(minutes=2)


@require_http_methods(["GET", "POST"])
@for_customers
def open_case(request: SignedInRequest) -> HttpResponse:
    """Choose, write, send. The product is chosen by GET first: by htmx, or by a button where there is no JavaScript."""
    now, offered = timezone.now(), choices(request.user)
    if request.method == "POST" and "preview" not in request.POST:
        form = OpenCaseForm(request.POST, request.FILES, choices=offered, at=now)
        case = _opened(request, form, now)
        if case:
            _say_where_it_differs(request, case)
            return redirect(f"{reverse('portal:case', args=[case.number])}?opened")
    else:
        form = OpenCaseForm(initial=(request.POST or request.GET).dict(), choices=offered, at=now)
    so_far = WhatForm(request.POST or request.GET, choices=offered, at=now)
    context = {
        "form": form,
        "choices": _by_account(form),
        "at": now,
        **_where(form, now),
        **_promised(so_far, now),
    }
    context["alone"] = bool(request.htmx) and not request.htmx.history_restore_request
    template = "cases/portal/_open_case_form.html" if context["alone"] else "cases/portal/open_case.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


def _say_where_it_differs(request: SignedInRequest, case: Case) -> None:
    """Say once that the case has other times than those shown before it was sent: time went by, or a day began."""
    shown = request.POST.get("promised", "")
    due, before = case.next_due_at, read_instant(shown)
    if not shown or (before and due and abs(due - before) <= SLACK) or (before is None and due is None):
        return
    messages.warning(request, _("The times changed between the page that you saw and your sending. These hold:"))


def _opened(request: SignedInRequest, form: OpenCaseForm, at: datetime) -> Case | None:
    """Open the case, unless the customer opened one much like it a short while ago and has not been asked yet."""
    if form.is_valid() and not form.cleaned_data["anyway"]:
        said = {name: form.arguments()[name] for name in ("account", "product", "subject", "submission")}
        form.ask_about(similar_case(request.user, request.user, at=at, **said))
    if form.similar:
        return None
    return attempt(request, form, lifecycle.open_case, at=at)


@require_GET
@for_customers
def promise(request: SignedInRequest) -> HttpResponse:
    """Show what would be promised for what is chosen so far."""
    now = timezone.now()
    so_far = WhatForm(request.GET, choices=choices(request.user), at=now)
    return render(request, "cases/portal/_promise.html", {"at": now, **_promised(so_far, now)})


def _by_account(form: OpenCaseForm) -> list[tuple[Account, list[tuple[str, Choice]]]]:
    """Group what is offered, what may be chosen first."""
    grouped: dict[Account, list[tuple[str, Choice]]] = {}
    for name, choice in sorted(form.offered.items(), key=lambda pair: not pair[1].verdict.allowed):
        grouped.setdefault(choice.account, []).append((name, choice))
    return list(grouped.items())


def _where(form: OpenCaseForm, at: datetime) -> dict[str, Any]:
    """Return the chosen product's desk, and how to reach it."""
    if form.chosen is None or not form.chosen.verdict.allowed:
        return {"chosen": form.chosen}
    account, product = form.chosen.account, form.chosen.product
    desk = Desk.objects.select_related("calendar", "product", "region").serving(product, account.region)
    # Who stands in for another product has its own chat alone.
    told = (Way.PHONE, Way.MAIL, Way.CHAT) if desk.product_id == product.pk else (Way.PHONE, Way.MAIL)
    return {
        "chosen": form.chosen,
        "ready": True,
        "desk": desk,
        "stands_in": desk.stands_in_for(product, account.region),
        "ways": [one for one in ways_in(account, desk, at=at) if one.way in told],
    }


def _promised(so_far: WhatForm, at: datetime) -> dict[str, Any]:
    """Return what would be promised, where enough is chosen to say it."""
    so_far.is_valid()
    said, chosen = so_far.cleaned_data, so_far.chosen
    shown: PromisedTimes | None = None
    if chosen and so_far.knows_version and said.get("type") and said.get("severity"):
        covered = so_far.outdated is None
        what = chosen.account, chosen.product, said["type"], said["severity"]
        shown = preview_times(*what, at=at, version_covered=covered)
    return {"outlook": shown, "outdated": so_far.outdated}
