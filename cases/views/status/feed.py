"""The updates of the status page as an Atom feed: of all products or of one, in English or by its address in French."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import linebreaks
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.models import IncidentUpdate
from cases.status_page import page as status_page
from cases.views.status.access import public
from contacts.site_address import absolute
from products.models import Product
from sla.plain_text import clean_line, clean_text


@require_safe
@public
def feed(request: HttpRequest, code: str = "") -> HttpResponse:
    """Answer with the last updates, each an entry whose id never changes."""
    # A reader of feeds has neither cookie nor language: without `?lang=` it is always the same one.
    chosen = request.GET.get("lang", "")
    language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    product = get_object_or_404(Product, code=code, is_active=True) if code else None
    with translation.override(language):
        response = StatusFeed(language, product)(request)
    response["Content-Language"] = language
    return response


class CleanAtom(Atom1Feed):
    """Atom whose words hold no sign that XML forbids, so that one of them cannot break the whole feed."""

    def add_item(self, title: str, link: str, description: str, **more: Any) -> None:  # type: ignore[override]
        super().add_item(clean_line(title), link, clean_text(description), **more)


class StatusFeed(Feed):
    """The feed of one product, or of all, in one language. Addresses are those of the house, whatever was asked."""

    feed_type = CleanAtom
    author_name = "Customer Care"

    def __init__(self, language: str, product: Product | None) -> None:
        self.language, self.product = language, product
        self._lang = "" if language == settings.LANGUAGE_CODE else f"?lang={language}"

    def title(self) -> str:
        return _("%(product)s: status") % {"product": self.product} if self.product else _("Customer Care: status")

    def subtitle(self) -> str:
        return str(_("What disturbs our products, and what we do about it."))

    def link(self) -> str:
        return absolute(reverse("status:status") + self._lang)

    def feed_url(self) -> str:
        path = reverse("status:product_feed", args=[self.product.code]) if self.product else reverse("status:feed")
        return absolute(path + self._lang)

    def feed_guid(self) -> str:
        return self.feed_url()

    def items(self) -> list[IncidentUpdate]:
        return list(status_page.entries(self.product))

    def item_title(self, item: Any) -> str:
        return f"{item.incident.title} – {item.row.label}"

    def item_description(self, item: Any) -> str:
        return linebreaks(item.text, autoescape=True)

    def item_link(self, item: IncidentUpdate) -> str:
        return absolute(f"{reverse('status:incident', args=[item.incident_id])}{self._lang}#update-{item.pk}")

    def item_guid(self, item: IncidentUpdate) -> str:
        return self.item_link(item)

    def item_pubdate(self, item: IncidentUpdate) -> datetime:
        return item.at

    def item_updateddate(self, item: IncidentUpdate) -> datetime:
        return item.at
