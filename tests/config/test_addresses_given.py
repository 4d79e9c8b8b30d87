"""Where a request says it comes from or goes on to: what cannot be read as an address is none, on every route."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.regex_helper import normalize

from contacts.models import User
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

# What urllib refuses, what it reads and a browser reads otherwise, and what leads elsewhere.
NO_ADDRESSES = (
    "http://[",
    "//[",
    "//]",
    "http://a]b/",
    "https://[::1/",
    "http://[v9.x]/",
    "http://care\u2100example.com/",
    "//\ufe6a@/",
    "http://host:port/",
    "http://host:99999999/",
    "\\\\[",
    "/\\[",
    "http:///[",
    "javascript://[",
    "\t//[",
    "\x00//[",
    "[" * 5000,
    "//evil.example",
    "https:evil.example",
    "\\\\evil.example",
)
# An address may be given under these names; the headers are what a browser or a proxy says of a request.
PARAMETERS = ("next", "back", "url", "return_to", "redirect", "from", "_popup", "_changelist_filters")
HEADERS = ("Referer", "Origin", "HX-Current-URL", "HX-Target", "X-Forwarded-For", "X-Forwarded-Host", "Forwarded")


def routes(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    """Yield the path of each route, with 1 where it takes an argument."""
    for entry in resolver.url_patterns:
        path = before + _filled(entry)
        if isinstance(entry, URLResolver):
            yield from routes(entry, path)
        else:
            yield path


def _filled(entry: URLPattern | URLResolver) -> str:
    example, arguments = normalize(entry.pattern.regex.pattern)[0]
    return str(example % dict.fromkeys(arguments, "1"))


ROUTES = sorted({*routes(get_resolver())})


def answers(client: Client, path: str, address: str) -> Iterator[tuple[str, Any]]:
    """Ask for a path as a page and send a form to it by htmx, with `address` wherever one can be given."""
    client.raise_request_exception = False
    given = urlencode(dict.fromkeys(PARAMETERS, address))
    headers = {name: address.replace("\x00", "").replace("\t", " ") for name in HEADERS}
    with transaction.atomic():
        yield "GET", client.get(f"{path}?{given}", headers=headers)
        by_htmx = {**headers, "HX-Request": "true"}
        yield "POST", client.post(path, given, content_type="application/x-www-form-urlencoded", headers=by_htmx)
        transaction.set_rollback(True)


def leads(response: Any) -> str:
    return str(response.get("Location") or response.get("HX-Redirect") or response.get("HX-Location") or "/")


def wrong(response: Any) -> str:
    if response.status_code >= 500:
        return f"answers {response.status_code}"
    to = leads(response)
    try:
        away = urlsplit(to).netloc not in ("", "testserver") or to.replace("\\", "/").startswith("//")
    except ValueError:
        away = True
    return f"leads to {to[:80]}" if away else ""


@pytest.mark.parametrize("who", ["nobody", "alice", "mona"])
def test_no_route_takes_harm(who: str, request: Any, reference: None, settings: Any, share: Any) -> None:
    settings.TRUSTED_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client = Client()
    if who != "nobody":
        client.force_login(request.getfixturevalue(who))
    found = set()
    for number, path in share(enumerate(ROUTES), 3):
        # The pages that lead on get each of them; the others one each, and all of them together all many times.
        leads_on = path.startswith(("/accounts/", "/language/", "/admin/login/")) and who != "mona"
        some = NO_ADDRESSES if leads_on else [NO_ADDRESSES[number % len(NO_ADDRESSES)]]
        for address in some:
            found |= {
                (path, method, address[:20], what) for method, a in answers(client, path, address) if (what := wrong(a))
            }
    assert found == set()


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_signing_in_and_out_end_at_home(alice: User, address: str) -> None:
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    cache.clear()  # the limits of signing in
    client = Client()
    arrived = client.post("/accounts/login/", {"login": alice.email, "password": PASSWORD, "next": address})
    assert (arrived.status_code, arrived["Location"]) == (302, "/")
    left = client.post("/accounts/logout/", {"next": address})
    assert (left.status_code, leads(left)) == (302, "/")
    assert client.post("/accounts/password/reset/", {"email": alice.email, "next": address}).status_code == 302
