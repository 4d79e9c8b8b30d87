"""`manage.py draw_states`: docs/states.md, drawn from the table of statuses."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cases.management import state_diagram

PAGE = Path(settings.BASE_DIR) / "docs" / "states.md"


class Command(BaseCommand):
    """Writes the page, or with --check says whether it is what the table gives."""

    help = "Draw the states of a case and their moves into docs/states.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail where the page is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        drawn = state_diagram.page()
        known = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        if options["check"] and drawn != known:
            raise CommandError("docs/states.md is not what cases/statuses.py gives: manage.py draw_states")
        if drawn != known:
            PAGE.write_text(drawn, encoding="utf-8")
        self.stdout.write("docs/states.md is as the table says.")
