"""Pages about people and accounts: the directory, what the reader's accounts run, the reader's own profile."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from contacts import directory as annexe
from contacts import people, running
from contacts.forms import ProfileForm
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
    rows = running.instances(request.user, on=timezone.localdate())
    return render(request, "contacts/my_instances.html", {"rows": rows, "several": len({r.account for r in rows}) > 1})


@require_GET
def my_instances_of(request: SignedInRequest, product_id: int) -> HttpResponse:
    """Show the same for one product: a part of the product's page."""
    product = get_object_or_404(Product, pk=product_id)
    rows = running.instances(request.user, on=timezone.localdate(), product=product)
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
