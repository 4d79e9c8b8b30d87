"""What the code presupposes of the reference data, as rules of the self-check: which rows must be there.

The triggers of `sla/offered.py` and the back office keep them; a row that is gone all the same is noticed here.
"""

from cases.integrity.invariants import Invariant
from cases.models import CaseType, Exclusion
from cases.models.dispatch_rule import OTHERWISE

ROW = "row"

# Products with customers in a region for which nobody is listed: the case is taken, and somebody should be listed.
_NO_DESK = (
    "SELECT DISTINCT p.code || ' in ' || r.code FROM contacts_instance i"
    " JOIN contacts_account a ON a.id = i.account_id AND a.is_active"
    " JOIN products_product p ON p.id = i.product_id AND p.is_active"
    " JOIN contacts_region r ON r.id = a.region_id"
    " WHERE i.is_active AND NOT EXISTS (SELECT 1 FROM contacts_desk d JOIN contacts_region w ON w.id = d.region_id"
    " WHERE d.product_id = p.id AND d.is_offered AND (d.region_id = r.id OR w.is_worldwide))"
)


def _absent(what: str, *, where: str) -> str:
    return f"SELECT '{what}' WHERE NOT EXISTS (SELECT 1 FROM {where})"


PRESUPPOSED = (
    Invariant(
        "desk_missing",
        "Every product that customers run has a desk in their region: until then another stands in. List one.",
        _NO_DESK,
        ROW,
    ),
    Invariant(
        "no_desk_offered",
        "One desk at least is offered: without any no case can be opened.",
        _absent("desk", where="contacts_desk WHERE is_offered"),
        ROW,
    ),
    Invariant(
        "case_type_missing",
        "One type of case at least is offered.",
        _absent("case type", where=f"{CaseType._meta.db_table} WHERE is_offered"),
        ROW,
    ),
    Invariant(
        "exclusion_missing",
        "The exclusions that the code names are there.",
        " UNION ALL ".join(
            _absent(code, where=f"{Exclusion._meta.db_table} WHERE code = '{code}'") for code in Exclusion.SYSTEM
        ),
        ROW,
    ),
    Invariant(
        "criterion_missing",
        "One criterion of Critical at least is offered: without any no request can be approved.",
        _absent("criterion of Critical", where="sla_severitycriterion WHERE is_offered AND severity = 1"),
        ROW,
    ),
    Invariant(
        "rule_for_all_else_missing",
        "The dispatch rule for all other cases is there and in use.",
        _absent(OTHERWISE, where=f"cases_dispatchrule WHERE code = '{OTHERWISE}' AND is_active"),
        ROW,
    ),
)
