"""Puts `reference/products.toml` into the database. Releases are no reference data: managers or the feed enter them."""

import tomllib
from pathlib import Path
from typing import Any, Protocol

from products.models import Product

REFERENCE = Path(__file__).parent / "reference"
FOR_READERS = {"has_form_of_its_own", "chat_inside_product"}  # facts of the file that have no column


class Wanted(Protocol):
    """Says which rows of a file are to be added: `sla/loaded.py`."""

    def wanted(self, table: str, rows: list[dict[str, Any]], present: set[str], *, key: Any) -> list[dict[str, Any]]:
        """Return the rows that are to be added."""


def load(loaded: Wanted) -> dict[str, tuple[int, int]]:
    """Add the products that are missing, leave the others as they are; return {what: (added, kept)}."""
    facts = tomllib.loads((REFERENCE / "products.toml").read_text(encoding="utf-8"))["product"]
    present = set(Product.objects.values_list("code", flat=True))
    wanted = loaded.wanted("product", facts, present, key=lambda row: row["code"])
    new = [Product(**{name: fact for name, fact in row.items() if name not in FOR_READERS}) for row in wanted]
    Product.objects.bulk_create(new)
    return {"products": (len(new), len(facts) - len(new))}
