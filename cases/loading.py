"""Puts the types of case, the causes without promised times and the rules of the house into the database.

How: `sla/loading.py`.
"""

from pathlib import Path

from cases.models import (
    AssistanceKind,
    CaseType,
    ClosingRule,
    DispatchRule,
    Exclusion,
    ReleaseWords,
    ReviewRule,
    SimilarityRule,
)
from contacts.models import Plan, Region, Team
from products.models import Product
from sla.loading import Row, Tally, add_missing, read, severity

REFERENCE = Path(__file__).parent / "reference"


def load() -> Tally:
    """Add the exclusions, types and rules that are missing; return {what: (added, kept)}."""
    exclusions = read(REFERENCE / "exclusions.toml", "exclusion")
    new_exclusions = add_missing(exclusions, Exclusion, lambda row: Exclusion(**row))
    types = read(REFERENCE / "types.toml", "type")
    new_types = add_missing(types, CaseType, _case_type)
    return {
        "exclusions": (len(new_exclusions), len(exclusions) - len(new_exclusions)),
        "case types": (len(new_types), len(types) - len(new_types)),
        "times to examine a request": _reviews(),
        "rules of closing": _closing(),
        "dispatch rules": _dispatch(),
        "kinds of help": _assistance(),
        "rules of similar cases": _similar(),
        "words at a release": _release_words(),
    }


def _reviews() -> tuple[int, int]:
    """Add the rules that are missing; they are found again by their severity."""
    rows = read(REFERENCE / "reviews.toml", "review")
    present = set(ReviewRule.objects.values_list("severity", flat=True))
    new = [ReviewRule(**{**row, "severity": severity(row)}) for row in rows if severity(row) not in present]
    ReviewRule.objects.bulk_create(new)
    return len(new), len(rows) - len(new)


def _closing() -> tuple[int, int]:
    rules = read(REFERENCE / "closing.toml", "rule")
    new = add_missing(rules, ClosingRule, lambda row: ClosingRule(**row))
    return len(new), len(rules) - len(new)


def _assistance() -> tuple[int, int]:
    kinds = read(REFERENCE / "assistance.toml", "kind")
    new = add_missing(kinds, AssistanceKind, lambda row: AssistanceKind(**row))
    return len(new), len(kinds) - len(new)


def _dispatch() -> tuple[int, int]:
    """Conditions name products, regions, plans and teams by their codes."""
    rules = read(REFERENCE / "dispatch.toml", "rule")
    models = {"product": Product, "region": Region, "plan": Plan, "team": Team}

    def build(row: Row) -> DispatchRule:
        columns = {column: value for column, value in row.items() if column not in (*models, "type", "severity")}
        for column, model in models.items():
            if column in row:
                columns[column] = model.objects.get(code=row[column])  # type: ignore[attr-defined]
        wanted = severity(row) if "severity" in row else None
        return DispatchRule(**columns, type_id=row.get("type"), severity=wanted)

    new = add_missing(rules, DispatchRule, build)
    return len(new), len(rules) - len(new)


def _similar() -> tuple[int, int]:
    rules = read(REFERENCE / "similar.toml", "rule")
    new = add_missing(rules, SimilarityRule, lambda row: SimilarityRule(**row))
    return len(new), len(rules) - len(new)


def _release_words() -> tuple[int, int]:
    words = read(REFERENCE / "releases.toml", "words")
    new = add_missing(words, ReleaseWords, lambda row: ReleaseWords(**row))
    return len(new), len(words) - len(new)


def _case_type(row: Row) -> CaseType:
    columns = {column: value for column, value in row.items() if column != "excluded_by_default"}
    return CaseType(**columns, excluded_by_default_id=row["excluded_by_default"] or None)
