"""The status page and the page of one incident, for everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.status_page import page as status_page
from cases.views.status.access import public, show


@require_safe
@public
def status(request: HttpRequest) -> HttpResponse:
    """Show how each product does, what is under way, and what was in the last ninety days."""
    page = status_page.read(timezone.now())
    return show(request, "status", {"page": page, "days": status_page.DAYS})


@require_safe
@public
def incident(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Show one incident with all that was said of it; one that is not public does not exist."""
    found = get_object_or_404(status_page.public(), pk=incident_id)
    return show(request, "incident", {"incident": found})
