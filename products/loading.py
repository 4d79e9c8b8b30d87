"""Puts `reference/products.toml` into the database. Releases are no reference data: managers or the feed enter them."""

import tomllib
from pathlib import Path
from typing import Any, Protocol

from products.models import Product

REFERENCE = Path(__file__).parent / "reference"
COLUMNS = (
    "code",
    "name",
    "position",
    "tenancy",
    "cadence",
    "release_notes_url",
    "who_may_open",
    "has_chat",
    "chat_url",
    "previous_version_supported",
)


class Wanted(Protocol):
    """Says which rows of a file are to be added: `sla/loaded.py`."""

    def wanted(self, table: str, rows: list[dict[str, Any]], present: set[str], *, key: Any) -> list[dict[str, Any]]:
        """Return the rows that are to be added."""


def load(loaded: Wanted) -> dict[str, tuple[int, int]]:
    """Add the products that are missing, leave the others as they are; return {what: (added, kept)}."""
    facts = tomllib.loads((REFERENCE / "products.toml").read_text(encoding="utf-8"))["product"]
    present = set(Product.objects.values_list("code", flat=True))
    wanted = loaded.wanted("product", facts, present, key=lambda row: row["code"])
    new = [Product(**{column: row[column] for column in COLUMNS}) for row in wanted]
    Product.objects.bulk_create(new)
    return {"products": (len(new), len(facts) - len(new))}
