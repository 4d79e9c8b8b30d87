"""Pages about people and accounts: the directory, what the reader's accounts run, the reader's own profile."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from contacts import absences as away
from contacts import directory as annexe
from contacts import people, running
from contacts.forms import AbsenceForm, ProfileForm
from contacts.language import remember_language
from contacts.signed_in import SignedInRequest
from products.models import Product


@require_GET
def directory(request: SignedInRequest) -> HttpResponse:
    """Show how to reach support, the reader's own products and region first."""
    at = timezone.now()
    sections = annexe.sections(request.user, at=at)
    context = {"sections": sections, "plans": annexe.emergency_numbers(request.user), "at": at}
    return render(request, "contacts/directory.html", context)


@require_GET
def my_instances(request: SignedInRequest) -> HttpResponse:
    """Show what the reader's accounts run, and whether each version is still supported."""
    rows = running.instances(request.user, at=timezone.now())
    return render(request, "contacts/my_instances.html", {"rows": rows, "several": len({r.account for r in rows}) > 1})


@require_GET
def my_instances_of(request: SignedInRequest, product_id: int) -> HttpResponse:
    """Show the same for one product: a part of the product's page."""
    product = get_object_or_404(Product, pk=product_id)
    rows = running.instances(request.user, at=timezone.now(), product=product)
    context = {"rows": rows, "several": len({r.account for r in rows}) > 1}
    return render(request, "contacts/_instances.html", context)


@require_http_methods(["GET", "POST"])
def profile(request: SignedInRequest) -> HttpResponse:
    """Let people change what they say of themselves; language and zone hold from the next page on."""
    user = request.user
    known = {name: getattr(user, name) for name in ProfileForm.base_fields}
    form = ProfileForm(request.POST or None, initial=known, current_zone=user.time_zone, works_here=user.works_here)
    if request.method == "POST" and form.is_valid():
        people.set_profile(user, **form.cleaned_data)
        with translation.override(user.language):
            messages.success(request, _("Your profile is saved."))
        response = redirect("contacts:profile")
        remember_language(response, user.language)
        return response
    return render(request, "contacts/profile.html", {"form": form})


@require_http_methods(["GET", "POST"])
def absences(request: SignedInRequest) -> HttpResponse:
    """Let one of ours enter when they are away; nobody who is away is handed a case by the house."""
    user, at = request.user, timezone.now()
    if not user.works_here:
        raise Http404
    form = AbsenceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            away.enter(user, **form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem.messages)
        else:
            messages.success(request, _("Entered. You are handed no cases in that time."))
            return redirect("contacts:absences")
    context = {"form": form, "at": at, "coming": away.coming(user, at=at), "past": away.past(user, at=at)}
    return render(request, "contacts/absences.html", context, status=422 if form.is_bound else 200)


@require_POST
def take_absence_back(request: SignedInRequest, absence_id: int) -> HttpResponse:
    """End an absence now, or strike one that was to come."""
    if not away.take_back(request.user, absence_id, at=timezone.now()):
        raise Http404
    messages.success(request, _("Done. You are handed cases again while you are at work."))
    return redirect("contacts:absences")
