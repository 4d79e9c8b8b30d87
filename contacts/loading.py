"""Puts plans, regions, teams and the directory's desks into the database; how: `sla/loading.py`."""

from functools import partial
from pathlib import Path

from contacts.models import Desk, DeskPhone, Plan, Region, Team
from products.models import Product
from sla.loaded import Loaded, Row
from sla.loading import Tally, add_missing, read
from sla.models import Calendar

REFERENCE = Path(__file__).parent / "reference"


def load(loaded: Loaded) -> Tally:
    """Add the plans, regions, teams and desks that are missing; return {what: (added, kept)}.

    Needs the products and calendars. The telephone numbers of a desk come with it.
    """
    tally: Tally = {}
    models: tuple[type[Plan | Region | Team], ...] = (Plan, Region, Team)
    for model in models:
        name = str(model._meta.model_name)
        facts = read(REFERENCE / f"{name}s.toml", name)
        new = add_missing(facts, model, partial(_of_columns, model), loaded)
        tally[f"{name}s"] = (len(new), len(facts) - len(new))
    return tally | {"desks": _desks(loaded)}


def _of_columns(model: type[Plan | Region | Team], row: Row) -> Plan | Region | Team:
    return model(**row)


def _desks(loaded: Loaded) -> tuple[int, int]:
    """A desk is found again by its product and region."""
    facts = read(REFERENCE / "desks.toml", "desk")
    present = {"/".join(pair) for pair in Desk.objects.values_list("product__code", "region__code")}
    products = {product.code: product for product in Product.objects.all()}
    regions = {region.code: region for region in Region.objects.all()}
    calendars = {calendar.code: calendar for calendar in Calendar.objects.all()}

    def needs(row: Row) -> bool:
        return row["product"] in products and row["region"] in regions and row["calendar"] in calendars

    missing = loaded.wanted("desk", facts, present, key=lambda row: f"{row['product']}/{row['region']}", needs=needs)

    def desk(row: Row) -> Desk:
        return Desk(
            product=products[row["product"]],
            region=regions[row["region"]],
            calendar=calendars[row["calendar"]],
            **{column: row[column] for column in ("email", "form", "form_url", "has_chat")},
        )

    desks = Desk.objects.bulk_create([desk(row) for row in missing])
    DeskPhone.objects.bulk_create(
        DeskPhone(desk=desk, position=position, **phone)
        for row, desk in zip(missing, desks, strict=True)
        for position, phone in enumerate(row["phones"], start=1)
    )
    return len(missing), len(facts) - len(missing)
