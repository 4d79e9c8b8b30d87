"""What people do all day, as requests through the whole middleware, and as bare verbs. Each call is one doing."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import cycle
from typing import Any
from uuid import uuid4

from django.db.models import Count
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases import lifecycle, statuses
from cases.models import Case, CaseType, Message
from cases.reports import tally
from contacts.models import Membership, User
from contacts.roles import Role
from sla.matrices import Severity

Action = Callable[[], Any]
WORDS = "The page answers again, but the figures of last week are still missing for two of our three offices."


@cache
def _server() -> Any:
    """Return the one server that all browsers speak to: it loads its middleware once, as in real life."""
    return Client().handler


def client_of(person: User) -> Client:
    """Return a browser in which `person` is signed in."""
    client = Client(headers={"host": "127.0.0.1"})
    client.handler = _server()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def consultant() -> User:
    return User.objects.filter(role=Role.CONSULTANT_1).earliest("pk")


def manager() -> User:
    """Return somebody who reads the reports, all promises counted by month as the sweep leaves them."""
    tally.tally(timezone.now())
    return User.objects.filter(role=Role.MANAGER).earliest("pk")


def customer() -> User:
    """Return somebody of the busiest account who may open cases for one of its products."""
    busiest = Case.objects.order_by().values("account").annotate(count=Count("pk")).order_by("-count")[0]["account"]
    members = Membership.objects.filter(account=busiest, designations__isnull=False)
    return (members.first() or Membership.objects.filter(account=busiest).earliest("pk")).user


def opened(response: Any, status: int = 200) -> None:
    if response.status_code != status:
        raise RuntimeError(f"{response.request['PATH_INFO']} answered {response.status_code}, not {status}")


def get(client: Client, address: str) -> Iterator[Action]:
    """Read a page again and again."""
    return cycle([lambda: opened(client.get(address))])


def long_case() -> Case:
    """Return an open case with exactly 20 messages, made by talking on in one if there is none."""
    counted = Message.objects.order_by().values("case").annotate(count=Count("pk")).filter(count=20)
    found = Case.objects.open().filter(pk__in=counted.values("case")).first()
    if found:
        return found
    case = Case.objects.filter(status=statuses.IN_PROGRESS).select_related("customer").earliest("pk")
    while Message.objects.filter(case=case).count() < 20:
        last = Message.objects.filter(case=case).latest("pk")
        by = consultant() if last.from_customer else case.customer
        lifecycle.reply(case, by=by, at=timezone.now(), body=WORDS)
    return case


def opening(person: User) -> Iterator[dict[str, Any]]:
    """Yield what `lifecycle.open_case` takes for a case of `person`, again and again."""
    from contacts.entitlements import choices

    choice = next(choice for choice in choices(person) if choice.verdict.allowed)
    type_ = CaseType.objects.select_related("excluded_by_default").get(code="issue")
    while True:
        yield {
            "account": choice.account,
            "product": choice.product,
            "instance": choice.instances[0],
            "type": type_,
            "severity": Severity.MODERATE,
            "subject": "Figures of last week are missing",
            "body": WORDS,
        }


def open_by_verb() -> Iterator[Action]:
    person = customer()
    for details in opening(person):
        yield lambda details=details: lifecycle.open_case(by=person, at=timezone.now(), **details)


def open_by_page() -> Iterator[Action]:
    person = customer()
    client = client_of(person)
    for details in opening(person):
        form = {
            "product": f"{details['account'].pk}.{details['product'].code}",
            "instance": details["instance"].pk,
            "type": details["type"].pk,
            "severity": int(details["severity"]),
            "subject": details["subject"],
            "body": details["body"],
            "anyway": "on",  # the same subject again and again
        }
        yield lambda form=form: opened(client.post(reverse("portal:open_case"), form | {"submission": uuid4()}), 302)


def worked_on() -> Iterator[Case]:
    """Yield cases in progress, a different one each time as far as there are."""
    cases = Case.objects.filter(status=statuses.IN_PROGRESS).select_related("customer").order_by("-pk")
    return cycle(list(cases[:300]))


def reply_by_verb() -> Iterator[Action]:
    carl = consultant()
    for case in worked_on():
        yield lambda case=case: lifecycle.reply(case, by=carl, at=timezone.now(), body=WORDS)


def reply_by_page() -> Iterator[Action]:
    client = client_of(consultant())
    for case in worked_on():
        address = reverse("desk:reply", args=[case.number])
        yield lambda address=address: opened(client.post(address, {"body": WORDS, "submission": uuid4()}), 302)


def answer_by_page() -> Iterator[Action]:
    signed_in = cache(client_of)
    for case in worked_on():
        client = signed_in(case.customer)
        address = reverse("portal:reply", args=[case.number])
        yield lambda client=client, address=address: opened(
            client.post(address, {"body": WORDS, "submission": uuid4()}), 302
        )
