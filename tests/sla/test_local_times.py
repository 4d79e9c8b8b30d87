"""A time typed by a person: the nights of the clock changes, years that nobody means, and what is left alone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.utils import timezone, translation

from sla.local_times import DayField, InstantField
from sla.time_bounds import read_instant, read_month

SPRING = {
    "America/Chicago": ("2027-03-14T02:30", "from 02:00 to 03:00"),
    "Europe/Berlin": ("2027-03-28T02:00", "from 02:00 to 03:00"),
    "America/Havana": ("2026-03-08T00:30", "from 00:00 to 01:00"),
    "Africa/Cairo": ("2026-04-24T00:59:59", "from 00:00 to 01:00"),
    "Australia/Lord_Howe": ("2026-10-04T02:15", "from 02:00 to 02:30"),
    "Pacific/Apia": ("2011-12-30T12:00", "from 2011-12-30 00:00 to 2011-12-31 00:00"),
}
# The text, its first and its second meaning in UTC.
AUTUMN = {
    "America/Chicago": ("2027-11-07T01:30", "06:30", "07:30"),
    "Europe/Berlin": ("2027-10-31T02:00", "00:00", "01:00"),
    "America/Havana": ("2026-11-01T00:30", "04:30", "05:30"),
    "Australia/Lord_Howe": ("2026-04-05T01:45", "14:45", "15:15"),
}
NO_TIMES = (
    *(
        f"{year}-06-08T10:00"
        for year in ("0", "0000", "0001", "1", "1900", "1999", "2101", "9999", "10000", "9" * 5000)
    ),
    *(
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00",
        "9999-12-31T23:59",
        "-5-01-01T00:00",
    ),
    *(
        "infinity",
        "-infinity",
        "now",
        "today",
        "2027-02-30T10:00",
        "2027-13-01T10:00",
        "2027-06-08T25:00",
        "²",
        "\0",
        "T",
    ),
)
NO_DAYS = tuple({text.partition("T")[0] for text in NO_TIMES} - {"", "2027-06-08"})


class InstantForm(forms.Form):
    at = InstantField()


class DayForm(forms.Form):
    on = DayField()


def typed(text: str, which: str = "", known: datetime | None = None) -> InstantForm:
    return InstantForm({"at": text, "at_which": which}, initial={"at": known} if known else None)


class TestATimeThatDoesNotExist:
    @pytest.mark.parametrize("zone", SPRING)
    def test_is_refused_in_words(self, zone: str) -> None:
        text, change = SPRING[zone]
        with timezone.override(ZoneInfo(zone)):
            sheet = typed(text)
            assert f"in {zone}: the clocks go forward {change}" in str(sheet.errors["at"])
            assert "_which" not in str(sheet["at"])
            assert f'value="{text}"' in str(sheet["at"])

    def test_is_refused_in_french(self) -> None:
        with timezone.override(ZoneInfo("America/Chicago")), translation.override("fr"):
            words = str(typed("2027-03-14T02:30").errors["at"])
            assert "14 mars 2027" in words
            assert "does not" not in words


class TestATimeThatExistsTwice:
    @pytest.mark.parametrize("zone", AUTUMN)
    def test_is_asked_about_and_keeps_what_was_typed(self, zone: str) -> None:
        text, *meanings = AUTUMN[zone]
        with timezone.override(ZoneInfo(zone)):
            sheet = typed(text)
            assert "exists twice" in str(sheet.errors["at"])
            shown = str(sheet["at"])
            assert f'value="{text}"' in shown
            assert 'name="at_which"' in shown
            for which, meaning in zip(("first", "second"), meanings, strict=True):
                answered = typed(text, which)
                assert answered.is_valid(), answered.errors
                assert f"{answered.cleaned_data['at'].astimezone(UTC):%H:%M}" == meaning
                assert f'value="{which}" selected' in str(answered["at"])

    def test_names_both_by_their_offsets(self) -> None:
        with timezone.override(ZoneInfo("America/Chicago")):
            shown = str(typed("2027-11-07T01:30")["at"])
        assert "the first (CDT, UTC-05:00)" in shown
        assert "the second (CST, UTC-06:00)" in shown

    def test_takes_no_other_answer(self) -> None:
        with timezone.override(ZoneInfo("America/Chicago")):
            assert not typed("2027-11-07T01:30", "third").is_valid()


class TestAnInstantThatIsKnown:
    @pytest.mark.parametrize("zone", [*SPRING, "UTC", "Pacific/Kiritimati", "Asia/Kathmandu"])
    def test_stays_where_its_text_stays(self, zone: str) -> None:
        """Every quarter of an hour around a change, with seconds and parts of one."""
        around = datetime(2026, 11, 1, tzinfo=UTC) - timedelta(days=1)
        if zone in AUTUMN:
            around = datetime.fromisoformat(AUTUMN[zone][0]).replace(tzinfo=UTC) - timedelta(days=1)
        with timezone.override(ZoneInfo(zone)):
            for quarter in range(4 * 48):
                known = around + timedelta(minutes=15 * quarter, seconds=quarter % 3 * 7, microseconds=123_456)
                text = str(InstantForm(initial={"at": known})["at"].value())
                for sheet in (
                    typed(text, known=known),
                    typed(text, InstantForm(initial={"at": known})["at"].value().which, known),
                ):
                    assert sheet.is_valid(), (text, sheet.errors)
                    assert sheet.cleaned_data["at"] == known
                    assert not sheet.has_changed()

    def test_moves_to_the_other_of_two_where_that_is_said(self) -> None:
        known = datetime(2027, 11, 7, 7, 30, tzinfo=UTC)
        with timezone.override(ZoneInfo("America/Chicago")):
            moved = typed("2027-11-07T01:30", "first", known)
            assert moved.is_valid()
            assert moved.cleaned_data["at"] == known - timedelta(hours=1)
            assert moved.has_changed()

    def test_shows_which_of_two_it_is(self) -> None:
        with timezone.override(ZoneInfo("America/Chicago")):
            shown = str(InstantForm(initial={"at": datetime(2027, 11, 7, 7, 30, tzinfo=UTC)})["at"])
        assert 'value="second" selected' in shown

    @pytest.mark.parametrize("strange", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
    def test_is_shown_wherever_it_lies(self, strange: datetime) -> None:
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
            with timezone.override(ZoneInfo(zone)):
                assert str(InstantForm(initial={"at": strange})["at"])


class TestBounds:
    @pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
    def test_hold_in_every_zone(self, zone: str) -> None:
        with timezone.override(ZoneInfo(zone)):
            for text in ("2000-01-01T00:00", "2100-12-31T23:59:59", "2100-06-08 10:00"):
                assert typed(text).is_valid(), text
            for text in NO_TIMES:
                sheet = typed(text)
                assert not sheet.is_valid(), text[:40]
                assert str(sheet["at"])

    @pytest.mark.parametrize("text", ["1900-01-01T00:00", "2101-01-01T00:00", "9999-12-31T23:59", "10000-01-01T00:00"])
    def test_are_said(self, text: str) -> None:
        for sheet in (typed(text), DayForm({"on": text.partition("T")[0]})):
            assert "between 1 January 2000 and 31 December 2100" in str(sheet.errors)

    def test_hold_for_days(self) -> None:
        for text in NO_DAYS:
            sheet = DayForm({"on": text})
            assert not sheet.is_valid(), text[:40]
            assert str(sheet["on"])
        assert DayForm({"on": "2100-12-31"}).is_valid()

    def test_hold_for_addresses(self) -> None:
        assert [text for text in NO_TIMES if read_instant(text)] == []
        assert read_instant("2027-06-08T15:00Z") == datetime(2027, 6, 8, 15, tzinfo=UTC)
        assert [month for month in ("1999-12", "2101-01", "2027-13", "2027-6", "", None) if read_month(month)] == []

    def test_are_known_to_browsers(self) -> None:
        assert 'min="2000-01-01T00:00" max="2100-12-31T23:59:59"' in str(InstantForm()["at"])
        assert 'min="2000-01-01" max="2100-12-31"' in str(DayForm()["on"])
