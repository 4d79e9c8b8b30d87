"""Puts the types of case and the causes without promised times into the database; how: `sla/loading.py`."""

from pathlib import Path

from cases.models import CaseType, Exclusion
from sla.loading import Row, Tally, add_missing, read

REFERENCE = Path(__file__).parent / "reference"


def load() -> Tally:
    """Add the exclusions and types that are missing; return {what: (added, kept)}."""
    exclusions = read(REFERENCE / "exclusions.toml", "exclusion")
    new_exclusions = add_missing(exclusions, Exclusion, lambda row: Exclusion(**row))
    types = read(REFERENCE / "types.toml", "type")
    new_types = add_missing(types, CaseType, _case_type)
    return {
        "exclusions": (len(new_exclusions), len(exclusions) - len(new_exclusions)),
        "case types": (len(new_types), len(types) - len(new_types)),
    }


def _case_type(row: Row) -> CaseType:
    columns = {column: value for column, value in row.items() if column != "excluded_by_default"}
    return CaseType(**columns, excluded_by_default_id=row["excluded_by_default"] or None)
