"""What stands in an address or a form of the back office and is no value of its kind is refused, and no fault."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from itertools import cycle, product
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse

from contacts.models import User

pytestmark = pytest.mark.django_db

NO_VALUES = (
    "\0",
    "a\0b",
    "x",
    "-1",
    "9" * 25,
    "1.5",
    "²",
    "1e9",
    "2027-13-45",
    "0001-01-01",
    "[",
    "1__in",
    "None",
    "\ud7ff\uffff",
)
ADDRESSED = (
    "q",
    "o",
    "p",
    "e",
    "all",
    "_facets",
    "_to_field",
    "_popup",
    "_changelist_filters",
    "nonsense",
    "pk__in",
    "id__range",
)
Share = Callable[..., list[Any]]


def bases() -> Iterator[tuple[str, admin.ModelAdmin]]:
    for model, page in admin.site._registry.items():
        yield f"admin:{model._meta.app_label}_{model._meta.model_name}", page


def filters(page: str) -> set[str]:
    """Return the names by which a list is narrowed, as its own links have them."""
    links = re.findall(r'href="\?([^"]*)"', page)
    return {name for link in links for name, _value in parse_qsl(unescape(link), keep_blank_values=True)}


@pytest.fixture
def client_of_admin(request: pytest.FixtureRequest, reference: None, case: object, mona: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(mona)
    return client


def asked(client: Client, share: Share) -> Iterator[tuple[str, dict[str, object] | None]]:
    """Yield each path, with what is posted to it: every name with one of the values, in turn."""
    values = cycle(NO_VALUES)
    for base, page in bases():
        path = reverse(f"{base}_changelist")
        shown = client.get(path)
        if shown.status_code != 200:
            continue
        names = {*ADDRESSED, *filters(shown.content.decode()), *(field.name for field in page.model._meta.fields)}
        yield from ((f"{path}?{urlencode({name: next(values)})}", None) for name in share(sorted(names), 8))
        for verb, value in product(("change", "delete", "history"), share(NO_VALUES, 9)):
            yield f"{path}{quote(value, safe='')}/{verb}/", None
        yield f"{path}add/?{urlencode({field.name: next(values) for field in page.model._meta.fields})}", None
        for action in [*page.get_actions(shown.wsgi_request), "nonsense"]:
            given = {name: next(values) for name in ("index", "select_across")}
            yield path, {"action": action, "_selected_action": share(NO_VALUES, 4), **given}
    known = {"app_label": "cases", "model_name": "casetypematrix", "field_name": "type", "term": "a"}
    for name, value in product(("term", "page", *known), NO_VALUES):
        yield f"{reverse('admin:autocomplete')}?{urlencode(known | {name: value})}", None
    for value in NO_VALUES:
        yield f"/admin/r/{quote(value, safe='')}/{quote(value, safe='')}/", None


@pytest.mark.filterwarnings("ignore:.*naive datetime:RuntimeWarning")
def test_nothing_is_a_fault(client_of_admin: Client, share: Share) -> None:
    faults = set()
    for path, posted in asked(client_of_admin, share):
        with transaction.atomic():
            answer = client_of_admin.get(path) if posted is None else client_of_admin.post(path, posted)
            transaction.set_rollback(True)
        if answer.status_code >= 500:
            error = answer.exc_info[1] if getattr(answer, "exc_info", None) else ""
            faults.add((path, type(error).__name__, str(error)[:80]))
    assert faults == set()
