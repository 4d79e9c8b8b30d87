"""docs/states.md is what the tables give, and says all of them."""

import re

import pytest
from django.core.management import CommandError, call_command

from cases.management import state_diagram
from cases.management.commands import draw_states
from cases.permissions import MAY
from cases.statuses import STATUSES, TRANSITIONS


class TestThePage:
    def test_is_what_the_tables_give(self) -> None:
        """After a change of the moves or of who may make them: `manage.py draw_states`."""
        assert draw_states.PAGE.read_text(encoding="utf-8") == state_diagram.page()

    def test_draws_every_move_of_the_database_and_no_other(self) -> None:
        drawn = re.findall(r"^ {4}(\w+) --> (\w+): ", state_diagram.page(), re.MULTILINE)
        assert sorted(drawn) == TRANSITIONS

    def test_names_every_status_and_every_verb_with_who_may(self) -> None:
        page = state_diagram.page()
        assert all(f"| `{code}` |" in page for code in STATUSES)
        assert all(f"`{verb}`" in page for row in STATUSES.values() for verb in row.moves)

    def test_is_the_same_in_any_language(self) -> None:
        from django.utils import translation

        english = state_diagram.page()
        with translation.override("fr"):
            assert state_diagram.page() == english

    @pytest.mark.parametrize(
        ("verb", "people"),
        [
            ("release_fix", "the portal itself"),
            ("accept_solution", "customers"),
            ("void_breach", "managers"),
            ("assign", "dispatchers, consultants, managers"),
            ("exclude", "consultants of level II, managers, specialists"),
        ],
    )
    def test_says_who_in_words(self, verb: str, people: str) -> None:
        assert verb in MAY
        assert state_diagram.who(verb) == people


class TestTheCommand:
    def test_writes_it_and_tells_when_it_is_out_of_date(self, tmp_path, monkeypatch, capsys) -> None:
        page = tmp_path / "states.md"
        monkeypatch.setattr(draw_states, "PAGE", page)
        with pytest.raises(CommandError, match="draw_states"):
            call_command("draw_states", check=True)
        assert not page.exists()
        call_command("draw_states")
        call_command("draw_states", check=True)
        assert page.read_text(encoding="utf-8") == state_diagram.page()
