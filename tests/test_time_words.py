"""Times in words: written by `sla/time_words.py` alone, in code and in templates; what each function says."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from sla import time_words
from tests.test_architecture import APPS, modules, name, templates, tree

AT = datetime(2027, 6, 8, 15, 0, 7, tzinfo=UTC)
FORMATTERS = {
    "strftime", "tzname", "date_format", "time_format", "timesince", "timeuntil", "naturaltime", "localize",
}  # fmt: skip
SIXTY = {"60", "3600", "24 * 60"}
# Keys of addresses, columns and the names of files: no words for anybody.
KEYS = re.compile(r"%Y(-%m(-%d)?)?")
EXCEPTIONS = {
    ("sla/clock_changes.py", "tzname"): "hands the letters of a zone on to a fixed offset",
    ("sla/admin_matrices.py", "date_format"): "beside the dates that the back office itself writes",
    ("cases/forms/commitments.py", "%Y-%m-%dT%H:%M%z"): "the key of a draft, which no one reads",
    ("cases/models/export_job.py", "%Y-%m-%d-%H%M"): "the name of a file",
    ("cases/time_entries/billing.py", "%Y-%m-%d %H:%M"): "a cell that spreadsheets read as a time",
    ("cases/demo/files.py", "// 3600"): "the stamp of a made-up log",
    ("cases/demo/files.py", "// 60"): "the stamp of a made-up log",
}


def by_hand(source: ast.AST) -> Iterator[str]:
    """Yield what in a module formats zones, times or durations by hand."""
    for node in ast.walk(source):
        if isinstance(node, ast.Attribute) and node.attr in FORMATTERS:
            yield node.attr
        elif isinstance(node, ast.ImportFrom):
            yield from (one.name for one in node.names if one.name in FORMATTERS)
        elif isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            spec = "".join(str(part.value) for part in node.format_spec.values if isinstance(part, ast.Constant))
            if re.search(r"%[a-zA-Z]", spec) and not KEYS.fullmatch(spec):
                yield spec
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "divmod" and ast.unparse(node.args[1]) in SIXTY:
            yield "divmod"
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv) and ast.unparse(node.right) in SIXTY:
            yield f"// {ast.unparse(node.right)}"


class TestOneModule:
    def test_writes_all_times_of_the_code(self):
        found = {(name(path), what) for path in modules(*APPS) for what in by_hand(tree(path))}
        beside = {(path, what) for path, what in found if path != "sla/time_words.py"}
        assert sorted(beside - EXCEPTIONS.keys()) == []

    def test_writes_all_times_of_the_templates(self):
        """The `date` filter may write ISO for machines, `c`, and nothing for people."""
        filters = re.compile(r"\|(?:date(?!:'c')\b|time\b|timesince|timeuntil|natural(?:time|day))|\{% now ")
        found = [(name(path), hit) for path in templates() for hit in filters.findall(path.read_text())]
        assert found == []

    @pytest.mark.parametrize(
        ("written", "what"),
        [
            ("at.strftime('%H')", "strftime"),
            ("at.tzname()", "tzname"),
            ("f'{at:%H:%M}'", "%H:%M"),
            ("f'{at:%d.%m.%Y}'", "%d.%m.%Y"),
            ("divmod(minutes, 60)", "divmod"),
            ("minutes // 60", "// 60"),
            ("formats.date_format(day, 'F Y')", "date_format"),
            ("from django.utils.timesince import timesince", "timesince"),
        ],
    )
    def test_would_be_seen_to_have_a_rival(self, written, what):
        assert what in by_hand(ast.parse(written))

    def test_has_no_exception_that_is_none(self):
        found = {(name(path), what) for path in modules(*APPS) for what in by_hand(tree(path))}
        assert sorted(EXCEPTIONS.keys() - found) == []


CHICAGO, KOLKATA = ZoneInfo("America/Chicago"), ZoneInfo("Asia/Kolkata")


class TestWords:
    @pytest.mark.parametrize(
        ("said", "english", "french"),
        [
            (lambda: time_words.format_instant(AT), "Tue 8 Jun 2027, 10:00:07 CDT", "mar 8 jui 2027, 10:00:07 CDT"),
            (
                lambda: time_words.format_long_instant(AT),
                "Tuesday 8 June 2027, 10:00 CDT",
                "mardi 8 juin 2027, 10:00 CDT",
            ),
            (lambda: time_words.format_day(AT, KOLKATA, with_year=False), "Tue 8 Jun", "mar 8 jui"),
            (lambda: time_words.format_date(date(2027, 6, 8)), "8 June 2027", "8 juin 2027"),
            (lambda: time_words.format_minutes(90), "90 minutes", "90 minutes"),
            (lambda: time_words.format_minutes(105), "1 hour 45 minutes", "1 heure 45 minutes"),
            (lambda: time_words.format_estimate(60, ""), "about 1 hour", "environ 1 heure"),
            (lambda: time_words.format_duration(185), "3 h 05 min", "3 h 05 min"),
            (lambda: time_words.format_duration(2880), "48 h", "48 h"),
            (lambda: time_words.format_span(2880), "2 d 0 h", "2 j 0 h"),
        ],
    )
    def test_are_those_of_the_language(self, said, english, french):
        with timezone.override(CHICAGO):
            for language, words in (("en", english), ("fr", french)):
                with translation.override(language):
                    assert said().replace("\xa0", " ") == words

    def test_name_a_zone_without_letters_by_its_offset(self):
        assert time_words.zone_name(AT, ZoneInfo("Asia/Kathmandu")) == "UTC+05:45"
        assert time_words.zone_name(AT, CHICAGO, with_offset=True) == "CDT, UTC-05:00"

    def test_show_as_it_stands_what_has_no_zone(self):
        assert time_words.format_clock(time(9, 30)) == "09:30"
        assert time_words.format_clock(datetime(2027, 6, 8, 9, 30)) == "09:30"  # noqa: DTZ001
        assert time_words.format_day(date(2027, 6, 8)) == "Tue 8 Jun 2027"

    def test_never_say_that_less_than_nothing_is_left(self):
        assert time_words.format_left(timedelta(minutes=-5)) == "0 min left"
        assert time_words.format_late(timedelta(minutes=65)) == "1 h 05 min late"


@pytest.mark.parametrize(("day", "said"), [(1, "1er juin 2027"), (2, "2 juin 2027"), (11, "11 juin 2027")])
def test_the_first_of_a_month_is_an_ordinal_in_french_alone(day: int, said: str) -> None:
    on = date(2027, 6, day)
    with translation.override("fr"):
        assert time_words.format_date(on) == said
        ways = (time_words.format_long_day, time_words.format_day, lambda day: time_words.format_date(day, short=True))
        assert [" 1er " in f" {way(on)}" for way in ways] == [day == 1] * 3
    assert time_words.format_date(on) == f"{day} June 2027"
