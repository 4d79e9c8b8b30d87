"""The reference data against the facts of the support service, one by one.

The facts are typed here a second time, on purpose: nothing below is derived from the files it checks.
No database; the files are read as they stand.
"""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = {
    "products": "products/reference/products.toml",
    "calendars": "sla/reference/calendars.toml",
    "matrices": "sla/reference/matrices.toml",
    "severities": "sla/reference/severities.toml",
    "plans": "contacts/reference/plans.toml",
    "regions": "contacts/reference/regions.toml",
    "teams": "contacts/reference/teams.toml",
    "desks": "contacts/reference/desks.toml",
    "types": "cases/reference/types.toml",
    "exclusions": "cases/reference/exclusions.toml",
    "assistance": "cases/reference/assistance.toml",
}


def load(name: str) -> dict[str, Any]:
    """Return the content of a reference file."""
    return tomllib.loads((ROOT / FILES[name]).read_text(encoding="utf-8"))


def rows(name: str, table: str) -> list[dict[str, Any]]:
    """Return the rows of the only table of a reference file."""
    content = load(name)
    assert list(content) == [table]
    found: list[dict[str, Any]] = content[table]
    return found


def assert_fields(found: list[dict[str, Any]], fields: str) -> None:
    """Fail unless each row has exactly these fields, so that a misspelt one is noticed."""
    for row in found:
        assert set(row) == set(fields.split()), row


SUCCESS = "https://success.planview.com/"
# code: name, tenancy, cadence, who may open, form of its own, previous version supported
PRODUCTS = {
    "enterprise-one": ("Enterprise One", "single", "monthly", "designated", False, True),
    "ppm-pro": ("PPM Pro", "single", "monthly", "designated", False, True),
    "projectplace": ("Projectplace", "multi", "continuous", "anyone", True, False),
    "leankit": ("LeanKit", "multi", "continuous", "anyone", True, False),
    "spigit": ("Spigit", "multi", "twice_monthly", "designated", False, False),
    "daptiv": ("Daptiv", "single", "every_two_weeks", "anyone", True, True),
    "barometer": ("Barometer", "single", "every_three_weeks", "anyone", True, True),
    "changepoint": ("Changepoint", "single", "monthly", "designated", False, True),
    "clarizen": ("Clarizen", "single", "every_three_weeks", "designated", False, True),
}
RELEASE_NOTES = {
    "enterprise-one": SUCCESS + "Planview_Enterprise_One/One/Product_Releases/Planview_Enterprise_One_Update_Process",
    "ppm-pro": SUCCESS
    + "Planview_PPM_Pro/Release_Information/New_letters_and_Announcements/010_PPM_Pro_Release_Process",
    "projectplace": SUCCESS + "Projectplace/Product_updates",
    "leankit": SUCCESS + "Planview_LeanKit/Product_Releases",
    "spigit": SUCCESS
    + "Planview_Spigit/Technical_Information/03_Maintenance_and_Upgrades/Product_Release_Cycle_Cadence",
    "daptiv": SUCCESS + "Planview_Daptiv/Product_News",
    "barometer": SUCCESS + "Planview_Barometer/2Release_Notes",
    "changepoint": SUCCESS + "Planview_Changepoint",
    "clarizen": "",
}
# code: the page where a chat begins, whether it begins inside the product
CHAT = {"projectplace": ("https://lc.chat/now/8700631/", False), "spigit": ("", True)}


class TestProducts:
    found = rows("products", "product")

    def test_are_these_nine_in_this_order(self) -> None:
        assert [row["code"] for row in self.found] == list(PRODUCTS)
        assert [row["position"] for row in self.found] == list(range(1, 10))

    def test_have_no_other_fields(self) -> None:
        assert_fields(
            self.found,
            "code name position tenancy cadence release_notes_url who_may_open has_form_of_its_own"
            " has_chat chat_url chat_inside_product previous_version_supported",
        )

    @pytest.mark.parametrize("row", found, ids=lambda row: row["code"])
    def test_are_delivered_and_supported_as_described(self, row: dict[str, Any]) -> None:
        code = row["code"]
        assert (
            row["name"],
            row["tenancy"],
            row["cadence"],
            row["who_may_open"],
            row["has_form_of_its_own"],
            row["previous_version_supported"],
        ) == PRODUCTS[code]
        assert row["release_notes_url"] == RELEASE_NOTES[code]
        assert row["has_chat"] is (code in CHAT)
        assert (row["chat_url"], row["chat_inside_product"]) == CHAT.get(code, ("", False))


WORK_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
WEEKEND = ("saturday", "sunday")
# code: zone, opens, closes, assumed
CALENDARS = {
    "americas-apac": ("America/Chicago", "09:00", "18:00", True),
    "emea": ("Europe/Berlin", "09:00", "18:00", True),
    "daptiv": ("America/Chicago", "02:00", "19:30", False),
    "barometer": ("America/Chicago", "10:00", "19:00", False),
    "changepoint": ("America/Chicago", "02:00", "17:00", False),
}


class TestCalendars:
    found = {row["code"]: row for row in rows("calendars", "calendar")}

    def test_are_these_six(self) -> None:
        assert list(self.found) == [*CALENDARS, "round-the-clock"]
        assert_fields(list(self.found.values()), "code name_en name_fr zone round_the_clock assumed week")

    @pytest.mark.parametrize("code", CALENDARS)
    def test_open_from_monday_to_friday(self, code: str) -> None:
        zone, opens, closes, assumed = CALENDARS[code]
        calendar = self.found[code]
        week = {day: [[opens, closes]] for day in WORK_DAYS} | {day: [] for day in WEEKEND}
        assert calendar["week"] == week
        assert (calendar["zone"], calendar["assumed"]) == (zone, assumed)
        assert calendar["round_the_clock"] is False

    def test_never_close_round_the_clock(self) -> None:
        calendar = self.found["round-the-clock"]
        assert calendar["week"] == {day: [["00:00", "24:00"]] for day in WORK_DAYS + WEEKEND}
        assert (calendar["zone"], calendar["round_the_clock"], calendar["assumed"]) == ("UTC", True, False)


HOUR, DAY = 60, 24 * 60
# kind, severity, metric: minutes, clock, pause on customer, condition, fallback
PROMISES = {
    ("own", "critical", "response"): (30, "working", False, "", ""),
    ("own", "critical", "restoration"): (2 * HOUR, "working", False, "no_code_change", ""),
    ("own", "critical", "resolution"): (48 * HOUR, "working", True, "", "update"),
    ("own", "critical", "status_update"): (6 * HOUR, "working", False, "", ""),
    ("own", "major", "response"): (60, "working", False, "", ""),
    ("own", "major", "restoration"): (2 * HOUR, "working", False, "no_code_change", ""),
    ("own", "major", "resolution"): (96 * HOUR, "working", True, "", "next_release"),
    ("own", "moderate", "response"): (2 * HOUR, "working", False, "", ""),
    ("own", "minor", "response"): (4 * HOUR, "working", False, "", ""),
    ("other", "critical", "response"): (30, "working", False, "", ""),
    ("other", "critical", "restoration"): (2 * HOUR, "working", False, "no_code_change", ""),
    ("other", "critical", "resolution"): (48 * HOUR, "working", False, "", ""),
    ("other", "critical", "status_update"): (6 * HOUR, "working", False, "", ""),
    ("other", "critical", "root_cause"): (15 * DAY, "elapsed", False, "system_wide", ""),
    ("other", "major", "response"): (60, "working", False, "", ""),
    ("other", "major", "resolution"): (120 * HOUR, "working", False, "no_code_problem", ""),
    ("other", "moderate", "response"): (2 * HOUR, "working", False, "", ""),
    ("other", "minor", "response"): (4 * HOUR, "working", False, "", ""),
}
# Cells that say something, but no time.
WORDS = {
    ("own", "major", "status_update"): "whenever there is news",
    ("own", "moderate", "resolution"): "in a later update, as both sides agree",
    ("own", "minor", "resolution"): "as time allows",
    ("other", "major", "status_update"): "whenever there is news",
    ("other", "moderate", "resolution"): "as time allows",
    ("other", "minor", "resolution"): "as time allows",
}
# Cells that promise nothing and say nothing.
ABSENT = [
    ("own", "critical", "root_cause"),
    ("own", "major", "root_cause"),
    ("own", "moderate", "restoration"),
    ("own", "moderate", "status_update"),
    ("own", "moderate", "root_cause"),
    ("own", "minor", "restoration"),
    ("own", "minor", "status_update"),
    ("own", "minor", "root_cause"),
    ("other", "major", "restoration"),
    ("other", "major", "root_cause"),
    ("other", "moderate", "restoration"),
    ("other", "moderate", "status_update"),
    ("other", "moderate", "root_cause"),
    ("other", "minor", "restoration"),
    ("other", "minor", "status_update"),
    ("other", "minor", "root_cause"),
]


class TestMatrix:
    found = rows("matrices", "matrix")
    cells = {(row["kind"], row["severity"], row["metric"]): row for row in found[0]["row"]}

    def test_is_the_edition_of_2021(self) -> None:
        assert_fields(self.found, "code document effective_from row")
        assert len(self.found) == 1
        assert self.found[0]["code"] == "2021"
        assert self.found[0]["document"] == "Support service description, 2021 edition"
        assert self.found[0]["effective_from"] == date(2021, 1, 1)

    def test_names_no_cell_twice(self) -> None:
        assert len(self.found[0]["row"]) == len(self.cells) == 24

    def test_is_accounted_for_here_cell_by_cell(self) -> None:
        assert len(PROMISES) + len(WORDS) + len(ABSENT) == 2 * 4 * 5
        assert set(self.cells) == set(PROMISES) | set(WORDS)

    @pytest.mark.parametrize("cell", PROMISES, ids="-".join)
    def test_promises(self, cell: tuple[str, str, str]) -> None:
        row = self.cells[cell]
        assert (
            row["minutes"],
            row["clock"],
            row["pause_on_customer"],
            row["condition"],
            row["fallback"],
        ) == PROMISES[cell]
        assert row["warn_percent"] == 75
        plain = "kind severity metric minutes clock pause_on_customer condition warn_percent fallback"
        noted = cell[2] == "status_update"
        assert_fields([row], plain + (" note_en note_fr" if noted else ""))

    @pytest.mark.parametrize("cell", WORDS, ids="-".join)
    def test_says_in_words(self, cell: tuple[str, str, str]) -> None:
        assert_fields([self.cells[cell]], "kind severity metric note_en note_fr")
        assert self.cells[cell]["note_en"] == WORDS[cell]

    @pytest.mark.parametrize("cell", ABSENT, ids="-".join)
    def test_promises_nothing(self, cell: tuple[str, str, str]) -> None:
        assert cell not in self.cells


# severity: the criteria in order, and a word of the fact that each must hold in either language
CRITERIA = {
    "critical": {
        "production_down": ("production", "production"),
        "essential_unusably_slow": ("slow", "lenteur"),
        "data_damaged": ("workaround", "contourner"),
        "imminent_financial_risk": ("milestone", "risque financier"),
    },
    "major": {
        "essential_disturbed": ("essential functions", "fonction essentielle"),
        "major_slowness": ("slowly", "lenteur"),
        "important_limited": ("no easy or acceptable workaround", "aucun contournement"),
        "decisions_affected": ("decisions", "décisions"),
    },
    "moderate": {
        "minor_slowness": ("minor functions", "fonctions mineures"),
        "activity_affected": ("non-essential", "non essentielle"),
    },
    "minor": {
        "little_or_no_effect": ("non-essential", "non essentielle"),
        "information_request": ("install or configure", "installer"),
        "few_users": ("few people", "peu de personnes"),
    },
}


class TestCriteria:
    found = rows("severities", "criterion")

    def test_are_these_for_each_severity(self) -> None:
        assert_fields(self.found, "code severity position text_en text_fr")
        assert [(row["severity"], row["code"], row["position"]) for row in self.found] == [
            (severity, code, position)
            for severity, codes in CRITERIA.items()
            for position, code in enumerate(codes, start=1)
        ]

    @pytest.mark.parametrize("row", found, ids=lambda row: row["code"])
    def test_say_the_fact_in_both_languages(self, row: dict[str, Any]) -> None:
        english, french = CRITERIA[row["severity"]][row["code"]]
        assert english in row["text_en"].lower()
        assert french in row["text_fr"].lower()


class TestPlans:
    def test_have_round_the_clock_cover_and_an_emergency_phone_but_for_standard(self) -> None:
        found = rows("plans", "plan")
        assert_fields(found, "code name position round_the_clock_critical has_emergency_phone free_help_minutes")
        assert [tuple(row.values()) for row in found] == [
            ("standard", "Standard", 1, False, False, 60),
            ("elite", "Elite", 2, True, True, 60),
            ("platinum", "Platinum", 3, True, True, 60),
            ("medallion", "Medallion", 4, True, True, 60),
        ]


class TestRegionsAndTeams:
    def test_regions_are_these_three(self) -> None:
        found = rows("regions", "region")
        assert_fields(found, "code name_en name_fr position heading is_worldwide zone")
        assert [(row["code"], row["heading"], row["is_worldwide"], row["zone"]) for row in found] == [
            ("americas-apac", "UTC-6", False, "America/Chicago"),
            ("emea", "UTC+1", False, "Europe/Berlin"),
            ("worldwide", "", True, "America/Chicago"),
        ]
        assert [row["position"] for row in found] == [1, 2, 3]

    def test_teams_are_these_six(self) -> None:
        found = rows("teams", "team")
        assert_fields(found, "code name_en name_fr position is_told needs_consent")
        assert [row["code"] for row in found if row["is_told"]] == [
            "consulting",
            "product-management",
            "cloud-operations",
        ]
        assert [row["code"] for row in found if row["needs_consent"]] == ["consulting"]
        assert [row["code"] for row in found] == [
            "dispatch",
            "customer-care-1",
            "customer-care-2",
            "consulting",
            "product-management",
            "cloud-operations",
        ]
        assert [row["position"] for row in found] == [1, 2, 3, 4, 5, 6]


TYPES = [
    ("issue", "Issue/Error", "Problème/Erreur", ""),
    ("privacy", "Privacy", "Confidentialité", ""),
    ("integrations", "Integrations", "Intégrations", ""),
    ("security", "Security", "Sécurité", ""),
    ("functional", "Functional", "Fonctionnel", "functional"),
    ("defect", "Defect", "Défaut", ""),
    ("enhancement", "Enhancement", "Amélioration", "enhancement"),
    ("performance", "Performance", "Performance", ""),
    ("cloud_operations", "Cloud Operations", "Cloud Operations", "cloud_operations"),
]
EXCLUSIONS = [
    "customer_network",
    "customer_environment",
    "customer_customisation",
    "functional",
    "enhancement",
    "oem",
    "third_party",
    "cloud_operations",
    "beyond_free_help",
    "unsupported_version",
]


class TestTypesAndExclusions:
    def test_types_are_these_nine(self) -> None:
        found = rows("types", "type")
        assert_fields(found, "code name_en name_fr definition_en definition_fr excluded_by_default position")
        assert [(row["code"], row["name_en"], row["name_fr"], row["excluded_by_default"]) for row in found] == TYPES
        assert [row["position"] for row in found] == list(range(1, 10))

    def test_exclusions_are_the_seven_listed_and_three_that_follow(self) -> None:
        found = rows("exclusions", "exclusion")
        assert_fields(found, "code name_en name_fr explanation_en explanation_fr position")
        assert [row["code"] for row in found] == EXCLUSIONS
        assert [row["position"] for row in found] == list(range(1, 11))


class TestHelp:
    def test_is_free_for_these_three_and_for_an_hour_on_every_plan(self) -> None:
        found = rows("assistance", "kind")
        assert_fields(found, "code name_en name_fr definition_en definition_fr position")
        assert [row["code"] for row in found] == ["custom-report", "configuration", "self-installation"]
        assert {row["free_help_minutes"] for row in rows("plans", "plan")} == {60}


def texts(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each French field found at any depth, with the row that holds it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key.endswith("_fr"):
                yield key, value
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


@pytest.mark.parametrize("name", FILES)
class TestWording:
    def test_is_in_both_languages(self, name: str) -> None:
        for key, row in texts(load(name)):
            english = row[key.removesuffix("_fr") + "_en"]
            assert row[key].strip()
            assert english.strip()
            assert key.startswith("name_") or row[key] != english

    def test_is_french_typography(self, name: str) -> None:
        for key, row in texts(load(name)):
            assert "'" not in row[key]
            assert not re.search(r"[^\u00a0\u202f][:;!?»]", row[key])
