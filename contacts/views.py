"""Pages about people and accounts: the directory, and what the reader's accounts run."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from contacts import directory as annexe
from contacts import running
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
