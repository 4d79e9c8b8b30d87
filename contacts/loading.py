"""Puts plans, regions, teams and the directory's desks into the database; how: `sla/loading.py`."""

from pathlib import Path

from contacts.models import Desk, DeskPhone, Plan, Region, Team
from products.models import Product
from sla.loading import Row, Tally, add_missing, read
from sla.models import Calendar

REFERENCE = Path(__file__).parent / "reference"


def load() -> Tally:
    """Add the plans, regions, teams and desks that are missing; return {what: (added, kept)}.

    Needs the products and calendars. The telephone numbers of a desk come with it.
    """
    tally: Tally = {}
    for what, file, table, model in (
        ("plans", "plans.toml", "plan", Plan),
        ("regions", "regions.toml", "region", Region),
        ("teams", "teams.toml", "team", Team),
    ):
        facts = read(REFERENCE / file, table)
        new = add_missing(facts, model, lambda row, model=model: model(**row))
        tally[what] = (len(new), len(facts) - len(new))
    return tally | {"desks": _desks()}


def _desks() -> tuple[int, int]:
    """A desk is found again by its product and region."""
    facts = read(REFERENCE / "desks.toml", "desk")
    present = set(Desk.objects.values_list("product__code", "region__code"))
    missing = [row for row in facts if (row["product"], row["region"]) not in present]
    products, regions, calendars = (
        {thing.code: thing for thing in model.objects.all()} for model in (Product, Region, Calendar)
    )

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
