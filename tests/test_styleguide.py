"""The styleguide shows every part; the error pages need nothing; the tags say what they should."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpRequest
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils import timezone, translation

from config.look.styleguide import samples
from config.templatetags import look
from sla.clocks import State
from sla.matrices import Severity

NOW = datetime(2027, 6, 8, 15, 0, tzinfo=UTC)


@pytest.fixture
def request_() -> HttpRequest:
    request = RequestFactory().get("/styleguide/")
    request.user = SimpleNamespace(is_authenticated=False)  # type: ignore[assignment]
    return request


def clock(state: str = State.RUNNING, **minutes: float) -> SimpleNamespace:
    """Make a commitment whose times are minutes from NOW."""
    times: dict[str, Any] = {f"{name}_at": NOW + timedelta(minutes=value) for name, value in minutes.items()}
    return SimpleNamespace(label="First answer", state=state, **times)


def shown(source: str, **context: Any) -> str:
    return Template("{% load look %}" + source).render(Context({"at": NOW} | context))


class TestStyleguide:
    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_shows_every_state(self, request_: HttpRequest, language: str) -> None:
        with translation.override(language):
            page = render_to_string("styleguide.html", samples(NOW), request_)
        for name in ("critical", "major", "moderate", "minor"):
            assert f"cc-severity-{name}" in page
        for name in ("running", "at-risk", "breached", "paused", "met", "ended", "converted", "void"):
            assert f"cc-clock-{name}" in page
        for name in ("new", "active", "waiting", "elsewhere", "solved", "closed"):
            assert f"cc-status-{name}" in page
        assert "url(#cc-hatch)" in page
        assert " style=" not in page

    def test_uses_every_part(self) -> None:
        sources = "".join(
            get_template(f"styleguide/{n}.html").template.source
            for n in ("scales", "case_parts", "lists", "charts", "forms", "notices")
        )
        for part in (
            "timeline_message",
            "timeline_note",
            "timeline_event",
            "timeline_day",
            "file_drop",
            "menu",
            "confirm",
            "tabs",
            "copy_button",
            "alert",
            "promise",
            "next_step",
            "choice_field",
            "skeleton",
            "empty_state",
            "pagination",
            "column_chart",
            "bar_chart",
        ):
            assert f"components/{part}.html" in sources


class TestErrorPages:
    def test_500_needs_no_context(self) -> None:
        page = get_template("500.html").render()
        assert 'lang="fr"' in page

    @pytest.mark.parametrize("name", ["403.html", "404.html", "403_csrf.html"])
    def test_others_render_for_a_stranger(self, name: str, request_: HttpRequest) -> None:
        assert "Customer Care" in render_to_string(name, {}, request_)


class TestCountdown:
    def test_runs(self) -> None:
        face = shown("{% countdown c %}", c=clock(due=95, warn=60, breach=95))
        assert "cc-clock-running" in face
        assert "1 h 35 min left" in face
        assert 'data-due="2027-06-08T16:35:00Z"' in face

    def test_is_at_risk_from_the_warning_point_on(self) -> None:
        assert "cc-clock-at-risk" in shown("{% countdown c %}", c=clock(due=20, warn=0, breach=20))

    def test_is_breached_after_but_not_at_the_limit(self) -> None:
        assert "cc-clock-at-risk" in shown("{% countdown c %}", c=clock(due=-30, warn=-60, breach=0))
        face = shown("{% countdown c %}", c=clock(due=-34, warn=-60, breach=-1))
        assert "cc-clock-breached" in face
        assert "34 min late" in face

    def test_stands_still_when_paused_or_met(self) -> None:
        for state, name in ((State.PAUSED, "paused"), (State.MET, "met"), (State.CANCELLED, "ended")):
            face = shown("{% countdown c %}", c=clock(state))
            assert f"cc-clock-{name}" in face
            assert "data-countdown" not in face

    def test_says_what_binds_nobody_any_more(self) -> None:
        for state, name, words in (
            (State.CONVERTED, "converted", "Replaced by a date"),
            (State.VOID, "void", "Void"),
            (State.CANCELLED, "ended", "No longer applies"),
        ):
            face = shown("{% countdown c %}", c=clock(state, due=20, warn=-10, breach=20))
            assert f"cc-clock-{name}" in face
            assert words in face
            assert "data-countdown" not in face

    def test_a_breach_that_was_voided_is_neither_missed_nor_counted_on(self) -> None:
        face = shown("{% countdown c %}", c=clock(due=-30, warn=-60, breach=-30, breached=-30, voided=-5))
        assert "cc-clock-void" in face
        assert "data-countdown" not in face

    def test_a_missed_clock_is_missed_also_while_it_is_paused(self) -> None:
        assert "cc-clock-breached" in shown("{% countdown c %}", c=clock(State.PAUSED, breached=-30))

    def test_missed_keeps_the_overrun(self) -> None:
        face = shown("{% countdown c %}", c=clock(State.MISSED, due=-90, stopped=-60))
        assert "30 min late" in face
        assert "data-countdown" not in face


class TestMoment:
    def test_names_the_zone_and_keeps_utc_on_hover(self) -> None:
        with timezone.override("Europe/Paris"):
            text = look.moment(NOW)
        assert "17:00 CEST" in text
        assert 'title="2027-06-08 15:00:00 UTC"' in text
        assert 'datetime="2027-06-08T15:00:00Z"' in text

    def test_names_zones_without_letters_by_offset(self) -> None:
        with timezone.override("America/Sao_Paulo"):
            assert "12:00 UTC-03:00" in look.moment(NOW, form="time")

    def test_shows_a_dash_for_nothing(self) -> None:
        assert look.moment(None) == "—"


class TestMarks:
    @pytest.mark.parametrize("value", [Severity.CRITICAL, 1, "1", "critical"])
    def test_severity_takes_members_numbers_and_names(self, value: Any) -> None:
        assert "cc-severity-critical" in shown("{% severity_mark v %}", v=value)

    def test_severity_refuses_what_is_none(self) -> None:
        with pytest.raises(ValueError, match="no severity"):
            shown("{% severity_mark v %}", v="urgent")

    def test_names_are_escaped(self) -> None:
        assert "<b>" not in shown("{% person who %}", who="<b>Mallory</b>")

    def test_number_that_cannot_be_dialled_is_text(self) -> None:
        assert "href" not in shown('{% phone "ask the desk" %}')
        assert 'href="tel:+33170364570"' in shown('{% phone "+33170364570" %}')

    @pytest.mark.parametrize(("minutes", "words"), [(0, "0 min"), (125, "2 h 05 min"), (2880, "48 h"), (None, "—")])
    def test_duration_is_never_in_days(self, minutes: float | None, words: str) -> None:
        assert look.duration(minutes) == words
