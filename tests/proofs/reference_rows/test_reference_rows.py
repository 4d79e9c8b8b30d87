"""Every row a manager can delete, retire or add: a case can still be opened for every product and region."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.urls import reverse

from cases import lifecycle, severity_requests
from cases.models import Case, CaseType, Exclusion
from contacts.holes import holes
from contacts.models import Account, Desk, Instance, Plan, Region
from products.models import Product
from sla import compiled
from sla.matrices import Severity
from sla.models import SeverityCriterion
from tests.proofs.reference_rows.reference_rows import MODELS, PEOPLE, RETIRABLE, World, shown, signed_in, text, world


@pytest.fixture
def here(reference) -> World:
    return world()


# What decides who answers: here every product is tried in every region, elsewhere one.
CROSSED = [Product, Region, Desk]


@contextmanager
def undone() -> Iterator[None]:
    """Take back all that is done within."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    compiled.forget()


def delete_all(here: World, model: Any) -> World:
    """Delete or be refused every row of `model`, one after the other; of people and what they run, half."""
    rows = list(model._default_manager.all())
    if model._meta.model_name in PEOPLE:
        rows = rows[: len(rows) // 2]
        here = World(here.customers[-1:], here.manager, here.desk)
    for row in rows:
        if model._default_manager.filter(pk=row.pk).exists():
            here.delete(row)
    return here


class TestDeleting:
    def test_every_row_of_every_model_leaves_a_house_that_works(self, here, share):
        """Each is deleted or refused in words, one after the other, so that all that can go is gone together."""
        for model in share((one for one in MODELS if one not in CROSSED and admin.site.is_registered(one)), 3):
            with undone():
                delete_all(here, model).glance()

    @pytest.mark.rotating(3)
    @pytest.mark.parametrize("model", CROSSED, ids=lambda model: model._meta.model_name)
    def test_who_answers_leaves_every_product_in_every_region(self, here, model):
        Instance.objects.filter(product__code="spigit").delete()  # one product that nobody runs, so that it can go
        delete_all(here, model).walk()

    def test_by_the_action_of_the_list_is_refused_in_words_too(self, here):
        page = reverse("admin:cases_exclusion_changelist")
        chosen = {"action": "delete_selected", "_selected_action": list(Exclusion.SYSTEM), "post": "yes"}
        assert "the portal itself gives this to cases" in shown(here.manager.post(page, chosen, follow=True)).lower()
        assert Exclusion.objects.filter(pk__in=Exclusion.SYSTEM).count() == len(Exclusion.SYSTEM)


class TestRetiring:
    def test_every_row_of_every_model_leaves_a_house_that_works(self, here, share):
        for model in share(RETIRABLE, 3):
            with undone():
                for row in model._default_manager.all():
                    here.retire(row)
                left = model._default_manager.filter(is_offered=True)
                assert left.count() == (0 if model.ONE_OF is None else 1)
                here.glance()
                if model is Desk:
                    here.every_pair()
                here.retire(model._default_manager.filter(is_offered=False)[0], "offer_rows")
                assert left.all().count() == (1 if model.ONE_OF is None else 2)

    def test_is_on_record(self, here):
        row = Exclusion.objects.get(code="oem")
        here.retire(row)
        history = here.manager.get(reverse("admin:cases_exclusion_history", args=[row.pk]))
        assert "offered: True → False" in shown(history)

    def test_of_the_last_one_is_refused_by_its_form(self, here):
        CaseType.objects.exclude(code="issue").update(is_offered=False)
        page = reverse("admin:cases_casetype_change", args=["issue"])
        issue = CaseType.objects.get(code="issue")
        sent = {"name_en": "Issue", "definition_en": issue.definition_en, "position": "1"}
        assert "At least one must be offered" in text(here.manager.post(page, sent))

    def test_takes_a_type_out_of_what_is_offered_and_leaves_it_with_its_cases(self, here):
        (user, _account), *_others = here.customers
        here.every_pair()
        case = Case.objects.latest("pk")
        here.retire(case.type)
        assert f'value="{case.type_id}"' in shown(here.desk.get(reverse("desk:classify", args=[case.number])))
        other = Case.objects.exclude(customer=user).latest("pk")
        assert other.type_id == case.type_id


class TestTheLastOne:
    @pytest.mark.parametrize("rows", [CaseType, Desk, SeverityCriterion], ids=lambda model: model.__name__)
    def test_is_kept_by_the_database(self, reference, rows):
        needed = rows.objects.filter(**rows.ONE_OF)
        for change in (needed.delete, lambda: needed.update(is_offered=False)):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()

    def test_of_the_rows_that_the_code_names(self, reference):
        for code in Exclusion.SYSTEM:
            with pytest.raises(DatabaseError), transaction.atomic():
                Exclusion.objects.filter(code=code).update(code="other")

    def test_lets_a_request_be_approved_whatever_else_was_deleted(self, here, at):
        for row in SeverityCriterion.objects.all():
            here.delete(row)
        [left] = SeverityCriterion.objects.all()
        here.every_pair()
        case = Case.objects.latest("pk")
        lifecycle.request_severity(case, by=case.customer, at=case.opened_at, severity=Severity.CRITICAL, body="All.")
        page = reverse("approvals:approval", args=[severity_requests.open_request(case).pk])
        assert left.text in shown(here.manager.get(page))


class TestAdding:
    """Rows with nothing else filled in: their customers open cases all the same, and read who takes them."""

    def test_a_product_a_region_a_plan_and_a_criterion(self, here):
        new = Product.objects.create(code="new", name="New", tenancy="multi", cadence="monthly", who_may_open="anyone")
        region = Region.objects.create(code="moon", name_en="Moon", zone="UTC", position=9)
        plan = Plan.objects.create(code="bare", name="Bare")
        SeverityCriterion.objects.create(code="bare", severity=Severity.MINOR, text_en="Bare")
        CaseType.objects.create(code="bare", name_en="Bare", definition_en="Bare")
        user, account = here.customers[0]
        for one in Account.objects.all():
            Instance.objects.create(account=one, product=new, name="New production")
        Account.objects.filter(pk=account.pk).update(region=region, plan=plan)
        account.refresh_from_db()
        here.walk()
        case = Case.objects.filter(account=account, product=new).latest("pk")
        assert (case.desk_stands_in, case.next_due_at is not None, case.owner) == (True, True, None)
        directory = shown(signed_in(user).get(reverse("contacts:directory")))
        assert "No desk is listed for New in your region" in directory
        page = shown(here.desk.get(reverse("desk:case", args=[case.number])))
        assert "No desk is listed for New in Moon" in page
        listed = shown(here.manager.get(reverse("admin:contacts_desk_changelist")))
        assert "No desk is listed for New in Moon" in listed

    def test_holes_are_counted_on_the_first_page(self, here):
        assert "no desk" not in shown(here.manager.get(reverse("admin:index"))) or holes()
        Region.objects.create(code="moon", name_en="Moon", zone="UTC", position=9)
        assert f"Products have no desk in {len(holes())} places" in shown(here.manager.get(reverse("admin:index")))


class TestWhoStandsIn:
    def test_is_of_the_product_elsewhere_then_of_the_region_then_anybody(self, reference):
        product, emea = Product.objects.get(code="ppm-pro"), Region.objects.get(code="emea")
        own = Desk.objects.get(product=product, region=emea)
        assert Desk.objects.serving(product, emea) == own
        for wanted in ("ppm-pro", "emea", ""):
            Desk.objects.serving(product, emea).delete()
            desk = Desk.objects.serving(product, emea)
            assert wanted in ("", desk.product.code, desk.region.code)
            assert desk.stands_in_for(product, emea)
            Desk.objects.filter(product=product).exclude(pk=desk.pk).delete()
            if wanted == "emea":
                Desk.objects.filter(region=emea).exclude(pk=desk.pk).delete()

    def test_promises_on_its_own_hours(self, here):
        product = Product.objects.get(code="ppm-pro")
        Desk.objects.filter(product=product, region__code="emea").update(is_offered=False)
        here.every_pair()
        case = Case.objects.get(product=product, account__region__code="emea")
        assert (case.desk.region.code, case.calendar) == ("americas-apac", case.desk.calendar)
        assert call_command("recompute_commitments", check=True, stdout=StringIO()) is None
