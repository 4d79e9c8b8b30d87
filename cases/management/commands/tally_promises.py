"""`manage.py tally_promises [--all]`: bring the tables that reports are read from up to date."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from cases.reports import tally


class Command(BaseCommand):
    """Says how many months it counted."""

    help = "Count what became of the promises since the last count; with --all count every month anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="every month, also where no event is new")

    def handle(self, *args: Any, **options: Any) -> None:
        months = tally.tally(timezone.now(), everything=options["all"])
        self.stdout.write(f"{months} months counted")
