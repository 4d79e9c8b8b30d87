"""Pages about the products: how each is released and supported, by the days of the desk that answers the reader."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from contacts.desk_days import DeskDays, desk_day, region_of
from contacts.signed_in import SignedInRequest
from products.cadence import next_release_dates
from products.models import Product, Release
from products.support_window import support_window, support_windows

RELEASES_SHOWN = 12


@require_GET
def products(request: SignedInRequest) -> HttpResponse:
    """List the products with their cadence and the versions supported today."""
    listed = list(Product.objects.filter(is_active=True).order_by("position"))
    days, region = DeskDays(timezone.now()), region_of(request.user)
    windows = support_windows({product: days.of(product, region) for product in listed})
    rows = [(product, windows[product.pk]) for product in listed]
    return render(request, "products/products.html", {"rows": rows})


@require_GET
def product(request: SignedInRequest, code: str) -> HttpResponse:
    """Show one product: its rules of support, its releases, the next ones, and the reader's instances (asked for)."""
    shown = get_object_or_404(Product, code=code, is_active=True)
    today = desk_day(shown, region_of(request.user), at=timezone.now())
    window = support_window(shown, on=today)
    had = Release.objects.filter(product=shown, is_withdrawn=False)
    releases = had.filter(released_on__lte=today).order_by("-released_on", "-pk")
    context = {
        "product": shown,
        "releases": [(release, window.includes(release)) for release in releases[:RELEASES_SHOWN]],
        "coming": had.filter(released_on__gt=today).order_by("released_on"),
        "due": () if shown.is_continuous else next_release_dates(shown, today, 3),
    }
    return render(request, "products/product.html", context)
