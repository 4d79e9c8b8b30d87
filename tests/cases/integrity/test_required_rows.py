"""What the code presupposes of the reference data: each rule notices, past all guards, what is gone."""

import re
from pathlib import Path

import pytest

from cases.integrity.required_rows import PRESUPPOSED
from contacts.models import Desk
from products.models import Product
from tests.cases.integrity.test_self_check import broken, sql

pytestmark = pytest.mark.usefixtures("reference")


def test_nothing_is_missing_of_what_is_loaded(alice, eve, at):
    assert broken(at) == {}


def test_notices_a_product_with_customers_and_no_desk(eve, at):
    Desk.objects.filter(product__code="ppm-pro", region__code="emea").update(is_offered=False)
    assert broken(at) == {"desk_missing": ["ppm-pro in emea"]}
    Product.objects.filter(code="ppm-pro").update(is_active=False)
    assert broken(at) == {}


@pytest.mark.parametrize(
    ("statement", "table", "code", "found"),
    [
        ("UPDATE contacts_desk SET is_offered = false", "contacts_desk", "no_desk_offered", ["desk"]),
        ("UPDATE cases_casetype SET is_offered = false", "cases_casetype", "case_type_missing", ["case type"]),
        (
            "DELETE FROM cases_exclusion WHERE code = 'unsupported_version'",
            "cases_exclusion",
            "exclusion_missing",
            ["unsupported_version"],
        ),
        (
            "DELETE FROM sla_severitycriterion WHERE severity = 1",
            "sla_severitycriterion",
            "criterion_missing",
            ["criterion of Critical"],
        ),
        (
            "DELETE FROM cases_dispatchrule WHERE code = 'otherwise'",
            "cases_dispatchrule",
            "rule_for_all_else_missing",
            ["otherwise"],
        ),
    ],
)
def test_notices_what_is_gone(at, statement, table, code, found):
    sql(statement, table=table)
    assert broken(at) == {code: found}


def test_each_rule_is_tried_here():
    text = Path(__file__).read_text(encoding="utf-8")
    assert [rule.code for rule in PRESUPPOSED if not re.search(rf'"{rule.code}"', text)] == []
