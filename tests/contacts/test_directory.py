"""The directory page and the reading behind it."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from contacts import directory
from contacts.models import Plan

pytestmark = pytest.mark.django_db


def entry_of(reader, product, region, at):
    for section in directory.sections(reader, at=at):
        for entry in section.entries:
            if (section.product.code, entry.desk.region.code) == (product, region):
                return entry
    raise LookupError(product, region)


class TestSections:
    def test_put_the_readers_products_and_region_first(self, eve, globex, at):
        globex.instances.exclude(product__code="spigit").update(is_active=False)
        first = directory.sections(eve, at=at)[0]
        assert (first.product.code, first.mine) == ("spigit", True)
        assert [(entry.desk.region.code, entry.mine) for entry in first.entries] == [
            ("emea", True),
            ("americas-apac", False),
        ]

    def test_hold_every_desk_of_the_annexe_with_its_holes(self, alice, at):
        entries = [entry for section in directory.sections(alice, at=at) for entry in section.entries]
        assert len(entries) == 15
        assert entry_of(alice, "leankit", "emea", at).phones == ()
        numbers = entry_of(alice, "projectplace", "emea", at).phones
        assert [country for country, _phone in numbers] == [
            "United Kingdom",
            "Sweden",
            "Denmark",
            "Norway",
            "Germany",
            "Netherlands",
        ]

    def test_say_whether_the_desk_is_open_and_until_when(self, alice, at):
        open_now = entry_of(alice, "changepoint", "worldwide", at).hours.now
        assert (open_now.is_open, open_now.until) == (True, datetime(2027, 6, 8, 22, 0, tzinfo=UTC))
        closed = entry_of(alice, "barometer", "worldwide", datetime(2027, 6, 8, 14, 0, tzinfo=UTC)).hours.now
        assert (closed.is_open, closed.until) == (False, at)

    def test_show_hours_in_both_zones(self, eve, at):
        hours = entry_of(eve, "changepoint", "worldwide", at).hours
        desk, reader = hours.week[0], hours.week_of_reader[0]
        assert (desk.first, desk.last, f"{desk.spans[0].start:%H:%M}", f"{desk.spans[0].end:%H:%M}") == (
            0,
            4,
            "02:00",
            "17:00",
        )
        assert (reader.spans[0].start.hour, reader.spans[0].end.hour, reader.spans[0].past_midnight) == (9, 0, True)

    def test_call_assumed_hours_so_to_our_own_people_alone(self, alice, carl, at):
        assert entry_of(carl, "leankit", "emea", at).hours.assumed
        assert not entry_of(alice, "leankit", "emea", at).hours.assumed


class TestEmergencyNumbers:
    @pytest.fixture(autouse=True)
    def _number(self, reference):
        Plan.objects.filter(code="platinum").update(emergency_phone="+15550100")

    def test_are_shown_to_accounts_on_the_plan_and_to_ours(self, eve, carl):
        assert [plan.code for plan in directory.emergency_numbers(eve)] == ["platinum"]
        assert [plan.code for plan in directory.emergency_numbers(carl)] == ["platinum"]

    def test_stay_unknown_to_everybody_else(self, alice, signed_in):
        assert directory.emergency_numbers(alice) == []
        for name in ("contacts:directory", "products:products", "contacts:my_instances"):
            assert b"5550100" not in signed_in(alice).get(reverse(name)).content


class TestPage:
    def test_shows_numbers_addresses_and_forms(self, alice, signed_in, django_assert_max_num_queries):
        browser = signed_in(alice)
        browser.get(reverse("contacts:directory"))  # compiles the calendars, once a process
        with django_assert_max_num_queries(8):
            page = browser.get(reverse("contacts:directory")).content.decode()
        for words in ("tel:+15123468460", "support@projectplace.com", "success.clarizen.com", "lc.chat/now/8700631"):
            assert words in page

    def test_speaks_french(self, eve, signed_in):
        page = signed_in(eve).get(reverse("contacts:directory")).content.decode()
        assert "Royaume-Uni" in page

    def test_needs_signing_in(self, client):
        assert client.get(reverse("contacts:directory")).status_code == 302
