"""What a manager can do to every row of the back office, and what must be possible afterwards for every customer."""

import time
from dataclasses import dataclass
from itertools import product as pairs
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases import lifecycle
from cases.models import Case, CaseType
from contacts.models import Account, Instance, Membership, Region, User
from contacts.roles import EDITED, Role
from products.models import Product
from sla.matrices import Severity
from sla.offered import Offered
from tests.conftest import company, member, person, signed_in_by

MODELS = [apps.get_model(app, name) for app in sorted(EDITED) for name in sorted(EDITED[app])]
RETIRABLE = [model for model in MODELS if issubclass(model, Offered)]
# Who the customers are: without them nobody is there to open a case.
PEOPLE = {"account", "membership", "designation", "instance"}


@dataclass(frozen=True)
class World:
    """A customer with every product in each region, and one of each of ours."""

    customers: tuple[tuple[User, Account], ...]
    manager: Client
    desk: Client

    def walk(self) -> None:
        """Open cases by portal and telephone for every product and region, and look at the pages about them."""
        self.every_pair()
        for user, account in self.customers:
            self.by_portal(user, account)
        user, account = self.customers[0]
        for page in (self.by_telephone(user, account), "/desk/", "/desk/?waits=dispatch", reverse("admin:index")):
            client = self.manager if page.startswith("/admin") else self.desk
            shown(client.get(page))
        for model in ("contacts_desk", "cases_dispatchrule"):
            shown(self.manager.get(reverse(f"admin:{model}_changelist")))

    def glance(self) -> None:
        """Open a case by portal, by telephone and for each customer: as `walk`, of one product."""
        self.every_pair(Product.objects.filter(is_active=True).order_by("position")[:1])
        user, account = self.customers[0]
        self.by_portal(user, account)
        shown(self.desk.get(self.by_telephone(user, account)))

    def every_pair(self, products: Any = None) -> None:
        """Open a case of every product that is offered for every customer: by the verb, with promised times."""
        type, at = CaseType.objects.filter(is_offered=True, excluded_by_default=None).first(), timezone.now()
        type = type or CaseType.objects.filter(is_offered=True)[0]
        chosen = Product.objects.filter(is_active=True) if products is None else products
        for (user, account), product in pairs(self.customers, chosen):
            instance = Instance.objects.filter(account=account, product=product).first()
            if instance is None:
                continue
            case = lifecycle.open_case(
                by=user,
                at=at,
                account=account,
                product=product,
                instance=instance,
                type=type,
                subject="Nothing works",
                body="Since this morning.",
                severity=Severity.MAJOR,
            )
            assert case.exclusion_id or case.next_due_at, f"no promise for {product} in {account.region}"
            if case.desk_stands_in:
                assert case.dispatch_at is None
                assert Case.objects.to_be_dispatched().filter(pk=case.pk).exists()

    def by_portal(self, user: User, account: Account) -> None:
        """Choose, read what is promised, send and read the case; then directory and products."""
        here = signed_in(user)
        instance = Instance.objects.filter(account=account, product__is_active=True).select_related("product").last()
        assert instance is not None
        said = {"product": f"{account.pk}.{instance.product.code}", "instance": instance.pk, "severity": "2"}
        said["type"] = CaseType.objects.filter(is_offered=True).order_by("position")[0].pk
        shown(here.get("/cases/new/", said))
        shown(here.get(reverse("portal:promise"), said))
        words = {"subject": f"Slow {uuid4()}", "body": "Since noon.", "submission": str(uuid4()), "anyway": "on"}
        sent = here.post("/cases/new/", said | words)
        assert sent.status_code == 302, text(sent)
        page = shown(here.get(sent["Location"]))
        case = Case.objects.latest("pk")
        assert case.number in page
        assert ("No desk is listed" in page) == case.desk_stands_in
        shown(here.get(reverse("contacts:directory")))
        shown(here.get(reverse("products:products")))

    def by_telephone(self, user: User, account: Account) -> str:
        """Write down what a caller says; return the address of the case."""
        caller = Membership.objects.get(user=user, account=account)
        page = f"{reverse('desk:open_case')}?caller={caller.pk}"
        shown(self.desk.get(page))
        said: dict[str, Any] = {
            "instance": Instance.objects.filter(account=account, product__is_active=True)[0].pk,
            "type": CaseType.objects.filter(is_offered=True)[0].pk,
            "severity": "2",
            "subject": f"Slow {uuid4()}",
            "body": "Since noon.",
            "received_at": timezone.now().strftime("%Y-%m-%dT%H:%M:%S"),
            "anyway": "on",
        }
        sent = self.desk.post(page, said)
        assert sent.status_code == 302, text(sent)
        return str(sent["Location"])

    def delete(self, row: models.Model) -> None:
        """Try to delete `row` by its page, as a manager does: it is gone, or words say why not."""
        page = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_delete", args=[row.pk])
        asked = self.manager.get(page)
        if asked.status_code == 403:  # the back office offers no deletion
            return
        answer = self.manager.post(page, {"post": "yes"}, follow=True)
        gone = not type(row)._default_manager.filter(pk=row.pk).exists()
        refused = (
            "protected" in text(answer)
            or "have permission to delete the following" in text(answer)
            or 'class="error"' in text(answer)
        )
        assert answer.status_code == 200
        assert gone or refused, text(answer)

    def retire(self, row: models.Model, action: str = "retire_rows") -> None:
        """Retire `row` by the action of its list."""
        page = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_changelist")
        answer = self.manager.post(page, {"action": action, "_selected_action": [row.pk]}, follow=True)
        assert "messagelist" in text(shown_answer(answer))


def world() -> World:
    """Make the world: its people work in UTC, each customer's region is another one."""
    customers = []
    for number, region in enumerate(Region.objects.order_by("position")):
        account = company(f"Company {number}", "elite", region.code)
        user = person(f"Customer{number} Case", time_zone="UTC")
        customers.append((member(user, account, designated=True), account))
    mona, dora = person("Mona Manager", Role.MANAGER), person("Dora Dispatch", Role.DISPATCHER, time_zone="UTC")
    return World(tuple(customers), signed_in(mona), signed_in(dora))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    signed_in_by(client, {"method": "password", "at": time.time()})
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


def shown_answer(answer: Any) -> Any:
    assert answer.status_code == 200, text(answer)[:2000]
    return answer


def shown(answer: Any) -> str:
    return text(shown_answer(answer))
