"""All pages of the portal, from the resolver: a new one is looked at as soon as it has an address."""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib import admin
from django.db.models import F
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from cases.models import (
    Attachment,
    Breach,
    Case,
    ExportJob,
    Incident,
    RootCauseReport,
    SeverityRequest,
    StatusSubscriber,
    TimeEntry,
)
from cases.status_page import subscribers
from contacts.models import User
from products.models import Product
from tests.journeys.world import World

# There only in the demo and in development: looked at by their paths.
DEMO = {"styleguide", "caught_mail", "caught_mail_message", "caught_mail_html"}
ALIKE = {"new", "development", "awaiting_release", "reopened"}  # cases whose pages differ from others by words alone
NEVER = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.FORBIDDEN}  # whatever the case


@dataclass(frozen=True)
class Sight:
    """A page that a reader can open: its URL name, its path, and what it says in French."""

    name: str
    path: str
    french: str = ""
    in_browser: bool = True  # else its like is looked at, and only its words are read


def names() -> Iterator[tuple[str, list[str]]]:
    """Yield the name of every address outside the back office, with its arguments."""
    yield from ((name, arguments) for name, arguments in _walk(get_resolver()) if name not in DEMO)


def _walk(resolver: URLResolver, space: str = "", given: tuple[str, ...] = ()) -> Iterator[tuple[str, list[str]]]:
    for entry in resolver.url_patterns:
        arguments = (*given, *entry.pattern.regex.groupindex)
        if isinstance(entry, URLPattern):
            yield f"{space}{entry.name}", list(arguments)
        elif entry.namespace != "admin":
            yield from _walk(entry, f"{space}{entry.namespace}:" if entry.namespace else space, arguments)


def sights(client: Client, world: World) -> tuple[list[Sight], set[str]]:
    """Return what a reader can open, and the names of what only forms call.

    The case is seen in every status; of all else that has arguments the first that there is.
    """
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"
    found: list[Sight] = []
    verbs: set[str] = set()
    alike = {world.cases[status].pk for status in ALIKE}
    for name, arguments in names():
        for values in _values(name, arguments, world):
            path = reverse(name, kwargs=values)
            status, text = _open(client, path, follow=name == "account_reset_password_from_key")
            if text:
                found.append(Sight(name, path, text, in_browser=values.get("case_id") not in alike))
            if status == HTTPStatus.METHOD_NOT_ALLOWED:
                verbs.add(name)
            if status in NEVER or (text and name not in ("portal:case", "desk:case")):
                break
    return found, verbs


def paths(world: World) -> Iterator[str]:
    """Yield a path for every address outside the back office, those of a case for one that is worked on."""
    for name, arguments in names():
        found = list(_values(name, arguments, world))[:2]  # the second is the case in progress, which has most to show
        yield from (reverse(name, kwargs=values) for values in found[-1:])


def only(client: Client, name: str) -> list[Sight]:
    """Return the one page of that name."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"
    return [Sight(name, reverse(name), _open(client, reverse(name))[1])]


def _open(client: Client, path: str, *, follow: bool = False) -> tuple[int, str]:
    """Return how the portal answers and, where that is a whole page, the page."""
    answer = client.get(path, follow=follow)
    if answer.status_code != HTTPStatus.OK or answer.streaming or b"<html" not in answer.content:
        return answer.status_code, ""
    return answer.status_code, answer.content.decode()


def _values(name: str, arguments: list[str], world: World) -> Iterator[dict[str, Any]]:
    """Yield what can stand for the arguments of an address. An argument that nobody thought of yet is a KeyError."""
    customer = world.people["customer"]
    if name == "account_confirm_email":
        yield {"key": EmailConfirmationHMAC(EmailAddress.objects.get(user=customer)).key}
    elif name == "account_reset_password_from_key":
        yield {"uidb36": user_pk_to_url_str(customer), "key": default_token_generator.make_token(customer)}
    elif "mail_id" in arguments:
        yield from world.cases["waiting"].mails.values("case_id", mail_id=F("pk"))[:1]
    elif "breach_id" in arguments:
        yield from Breach.objects.order_by("pk").values("case_id", breach_id=F("pk"))[:1]
    elif "entry_id" in arguments:
        yield from TimeEntry.objects.order_by("pk").values("case_id", entry_id=F("pk"))[:1]
    elif "message_id" in arguments:
        yield from world.cases["waiting"].messages.filter(from_customer=True).values("case_id", message_id=F("pk"))[:1]
    elif "metric" in arguments:
        clocks = world.cases["waiting"].commitments.filter(metric="resolution")
        yield from clocks.values("case_id", "metric", "cycle", "period_no")
    elif "case_id" in arguments:
        yield from ({"case_id": case.pk} for case in world.cases.values())
    elif name.endswith("_webauthn") and arguments:
        yield from world.people["manager"].authenticator_set.filter(type="webauthn").values("pk")
    elif "request_id" in arguments:
        yield from SeverityRequest.objects.order_by("pk").values(request_id=F("pk"))[:1]
    elif "draft_id" in arguments:
        yield {"draft_id": 1}  # discarded by a form alone
    elif "absence_id" in arguments:
        yield {"absence_id": 1}  # taken back by a form alone
    elif "incident_id" in arguments:
        yield from Incident.objects.order_by("pk").values(incident_id=F("pk"))[:1]
    elif "report_id" in arguments:
        # The first is published, the last is being written.
        order = "-pk" if name == "desk:write_report" else "pk"
        yield from RootCauseReport.objects.order_by(order).values(report_id=F("pk"))[:1]
    elif "link" in arguments:
        yield {"link": subscribers.link_of(StatusSubscriber.objects.get(confirmed_at=None))}
    elif "signed" in arguments:
        yield {"signed": subscribers.way_out(StatusSubscriber.objects.get(confirmed_at=None))}
    elif "job_id" in arguments:
        yield from ExportJob.objects.values(job_id=F("pk"))[:1]
    elif "attachment_id" in arguments:
        yield from Attachment.objects.values(attachment_id=F("pk"))[:1]
    else:
        product = Product.objects.get(code="changepoint")
        yield {argument: {"product_id": product.pk, "code": product.code}[argument] for argument in arguments}


def back_office(client: Client) -> list[Sight]:
    """Return the pages of the admin that its reader can open: of each model the list, and the first or a new one.

    Of the models that are only read, the case stands for all.
    """
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"
    found = [Sight("admin:index", reverse("admin:index"), _open(client, reverse("admin:index"))[1])]
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        first = model._default_manager.order_by("pk").first()
        kind, arguments = ("change", [first.pk]) if first else ("add", [])
        edited = bool(_open(client, reverse(f"{base}_add"))[1]) or model in (Case, User)
        for name, values in ((f"{base}_changelist", []), (f"{base}_{kind}", arguments)):
            path = reverse(name, args=values)
            found.append(Sight(name, path, _open(client, path)[1], in_browser=edited))
    return [sight for sight in found if sight.french]
