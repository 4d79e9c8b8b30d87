"""Puts the types of case, the causes without promised times and the rules of the house into the database.

How: `sla/loading.py`.
"""

from collections.abc import Callable
from pathlib import Path

from cases.models import (
    AssistanceKind,
    CaseType,
    ClosingRule,
    DispatchRule,
    Exclusion,
    ReleaseNotice,
    ReviewRule,
    SimilarityRule,
)
from contacts.models import Plan, Region, Team
from products.models import Product
from sla.loaded import Loaded, Row
from sla.loading import Tally, add_missing, read, severity
from sla.matrices import Severity

REFERENCE = Path(__file__).parent


def load(loaded: Loaded) -> Tally:
    """Add the exclusions, types and rules that are missing; return {what: (added, kept)}."""
    exclusions = read(REFERENCE / "exclusions.toml", "exclusion")
    new_exclusions = add_missing(exclusions, Exclusion, lambda row: Exclusion(**row), loaded)
    types = read(REFERENCE / "types.toml", "type")
    new_types = add_missing(types, CaseType, _case_type, loaded, _has_cause())
    return {
        "exclusions": (len(new_exclusions), len(exclusions) - len(new_exclusions)),
        "case types": (len(new_types), len(types) - len(new_types)),
        "times to examine a request": _reviews(loaded),
        "rules of closing": _closing(loaded),
        "dispatch rules": _dispatch(loaded),
        "kinds of help": _assistance(loaded),
        "rules of similar cases": _similar(loaded),
        "words at a release": _release_notices(loaded),
    }


def _reviews(loaded: Loaded) -> tuple[int, int]:
    """Add the rules that are missing; they are found again by their severity."""
    rows = read(REFERENCE / "reviews.toml", "review")
    present = {Severity(one).name.lower() for one in ReviewRule.objects.values_list("severity", flat=True)}
    wanted = loaded.wanted("reviewrule", rows, present, key=lambda row: str(row["severity"]))
    new = [ReviewRule(**{**row, "severity": severity(row)}) for row in wanted]
    ReviewRule.objects.bulk_create(new)
    return len(new), len(rows) - len(new)


def _closing(loaded: Loaded) -> tuple[int, int]:
    rules = read(REFERENCE / "closing.toml", "rule")
    new = add_missing(rules, ClosingRule, lambda row: ClosingRule(**row), loaded)
    return len(new), len(rules) - len(new)


def _assistance(loaded: Loaded) -> tuple[int, int]:
    kinds = read(REFERENCE / "assistance.toml", "kind")
    new = add_missing(kinds, AssistanceKind, lambda row: AssistanceKind(**row), loaded)
    return len(new), len(kinds) - len(new)


def _dispatch(loaded: Loaded) -> tuple[int, int]:
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

    known = {column: set(model.objects.values_list("code", flat=True)) for column, model in models.items()}  # type: ignore[attr-defined]
    known["type"] = set(CaseType.objects.values_list("code", flat=True))

    def needs(row: Row) -> bool:
        return all(row[column] in codes for column, codes in known.items() if column in row)

    new = add_missing(rules, DispatchRule, build, loaded, needs)
    return len(new), len(rules) - len(new)


def _similar(loaded: Loaded) -> tuple[int, int]:
    rules = read(REFERENCE / "similar.toml", "rule")
    new = add_missing(rules, SimilarityRule, lambda row: SimilarityRule(**row), loaded)
    return len(new), len(rules) - len(new)


def _release_notices(loaded: Loaded) -> tuple[int, int]:
    words = read(REFERENCE / "releases.toml", "words")
    new = add_missing(words, ReleaseNotice, lambda row: ReleaseNotice(**row), loaded)
    return len(new), len(words) - len(new)


def _has_cause() -> Callable[[Row], bool]:
    """Return what says whether the cause with which a type starts is in the database. One query."""
    causes = {"", *Exclusion.objects.values_list("code", flat=True)}
    return lambda row: row["excluded_by_default"] in causes


def _case_type(row: Row) -> CaseType:
    columns = {column: value for column, value in row.items() if column != "excluded_by_default"}
    return CaseType(**columns, excluded_by_default_id=row["excluded_by_default"] or None)
