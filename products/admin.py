"""The back office of products and their releases."""

from typing import Any

from django.contrib import admin
from django.db.models import Field, URLField
from django.http import HttpRequest

from products.models import Product, Release

HTTPS: dict[type[Field], dict[str, str]] = {URLField: {"assume_scheme": "https"}}


class ReleaseInline(admin.TabularInline):
    formfield_overrides = HTTPS
    model = Release
    ordering = ("-released_on",)
    extra = 0


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):
    formfield_overrides = HTTPS
    list_display = ("name", "code", "tenancy", "cadence", "who_may_open", "has_chat", "is_active")
    list_filter = ("tenancy", "cadence", "who_may_open", "is_active")
    search_fields = ("name", "code")
    ordering = ("position",)
    fields = (
        ("code", "name", "position"),
        ("tenancy", "cadence", "previous_version_supported"),
        "release_notes_url",
        "who_may_open",
        ("has_chat", "chat_url"),
        "is_active",
    )
    inlines = (ReleaseInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Product | None = None) -> tuple[Any, ...]:
        # Files and other rows name a product by its code: it is chosen once.
        return ("code",) if obj else ()


@admin.register(Release)
class ReleaseAdmin(admin.ModelAdmin):
    formfield_overrides = HTTPS
    list_display: tuple[str, ...] = ("version", "product", "released_on", "is_withdrawn", "notes_url")
    list_filter = ("product", "is_withdrawn")
    list_select_related = ("product",)
    search_fields = ("version", "product__name")
    autocomplete_fields = ("product",)
    date_hierarchy = "released_on"
    ordering = ("-released_on", "product__position")
