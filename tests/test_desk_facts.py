"""Annexe 1: every desk with its numbers, address, form and chat, typed from the description, holes included."""

import re

import phonenumbers
import pytest

from tests.test_reference_facts import PRODUCTS, assert_fields, rows

CARE, CARE_EU = "customercare@planview.com", "customercare@planview.eu"
CLARIZEN_FORM = "https://success.clarizen.com/hc/en-us/requests/new"
AUSTIN = ("US", "+15123468460", "+1 512-346-8460")
SYDNEY = ("AU", "+61280149318", "61 2 80149318")
WELLINGTON = ("NZ", "+6449749422", "64 49 749422")
# product, region: calendar, email, form, form address, chat, phones in the order listed
DESKS: dict[tuple[str, str], tuple[str, str, str, str, bool, list[tuple[str, str, str]]]] = {
    ("enterprise-one", "americas-apac"): (
        *("americas-apac", CARE, "community", "", False),
        [AUSTIN, SYDNEY, WELLINGTON],
    ),
    ("ppm-pro", "americas-apac"): ("americas-apac", CARE, "community", "", False, [AUSTIN]),
    ("projectplace", "americas-apac"): (
        *("americas-apac", "support@projectplace.com", "product", "", False),
        [AUSTIN, SYDNEY, WELLINGTON],
    ),
    ("leankit", "americas-apac"): ("americas-apac", CARE, "product", "", False, [AUSTIN]),
    ("spigit", "americas-apac"): (
        *("americas-apac", CARE, "community", "", False),
        [AUSTIN, ("GB", "+448000148917", "+44 800 014 8917")],
    ),
    ("clarizen", "americas-apac"): (
        *("americas-apac", "support@clarizen.com", "external", CLARIZEN_FORM, False),
        [],
    ),
    ("enterprise-one", "emea"): (
        *("emea", CARE_EU, "community", "", False),
        [("DE", "+497219597262", "49-721-95-97-262"), ("GB", "+441189637777", "44-118-963-7777")],
    ),
    ("ppm-pro", "emea"): ("emea", "", "community", "", False, []),
    ("projectplace", "emea"): (
        *("emea", "support@projectplace.com", "product", "", True),
        [
            ("GB", "+442035145995", "+44 203 514 59 95"),
            ("SE", "+46858630260", "+46 8 586 302 60"),
            ("DK", "+4532727018", "+45 32 72 70 18"),
            ("NO", "+4721404094", "+47 21 40 40 94"),
            ("DE", "+497219597150", "+49 721 959 7150"),
            ("NL", "+31208080063", "+31 20 808 00 63"),
        ],
    ),
    ("leankit", "emea"): ("emea", "", "product", "", False, []),
    ("spigit", "emea"): ("emea", "", "community", "", False, []),
    ("clarizen", "emea"): ("emea", "support@clarizen.com", "external", CLARIZEN_FORM, False, []),
    ("daptiv", "worldwide"): (
        *("daptiv", CARE, "product", "", False),
        [("US", "+18883419117", "888-341-9117"), ("FR", "+33489737302", "+33 (0) 4 89 73 73 02")],
    ),
    ("barometer", "worldwide"): ("barometer", "support@barometerit.com", "product", "", False, []),
    ("changepoint", "worldwide"): (
        *("changepoint", CARE, "community", "", False),
        [("CA", "+18002637189", "800-263-7189"), ("FR", "+33489737320", "+33 (0) 4 89 73 73 20")],
    ),
}


class TestDesks:
    found = {(row["product"], row["region"]): row for row in rows("desks", "desk")}
    phones = [phone for row in found.values() for phone in row["phones"]]

    def test_are_these_fifteen_in_this_order(self) -> None:
        assert len(rows("desks", "desk")) == len(DESKS) == 15
        assert list(self.found) == list(DESKS)
        assert_fields(list(self.found.values()), "product region calendar email form form_url has_chat phones")

    @pytest.mark.parametrize("desk", DESKS, ids="-".join)
    def test_are_reached_as_listed_holes_included(self, desk: tuple[str, str]) -> None:
        row = self.found[desk]
        phones = [(phone["country"], phone["number"], phone["printed"]) for phone in row["phones"]]
        assert (
            row["calendar"],
            row["email"],
            row["form"],
            row["form_url"],
            row["has_chat"],
            phones,
        ) == DESKS[desk]

    @pytest.mark.parametrize("phone", phones, ids=lambda phone: phone["printed"])
    def test_have_numbers_that_can_be_dialled(self, phone: dict[str, str]) -> None:
        assert_fields([phone], "country number printed")
        number = phonenumbers.parse(phone["number"])
        assert phonenumbers.is_valid_number(number)
        assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == phone["number"]
        regions = phonenumbers.region_codes_for_country_code(number.country_code or 0)
        assert phone["country"] in regions
        digits = re.sub(r"\D", "", phone["printed"].replace("(0)", ""))
        assert phone["number"] in ("+" + digits, "+1" + digits)

    def test_use_the_form_of_the_product_where_it_has_one(self) -> None:
        for (product, _), row in self.found.items():
            assert (row["form"] == "product") is PRODUCTS[product][4]

    def test_know_only_products_regions_and_calendars_that_exist(self) -> None:
        for (product, region), row in self.found.items():
            assert product in {known["code"] for known in rows("products", "product")}
            assert region in {known["code"] for known in rows("regions", "region")}
            assert row["calendar"] in {known["code"] for known in rows("calendars", "calendar")}


# code, English name, French name, the cause that excludes it from the promises
