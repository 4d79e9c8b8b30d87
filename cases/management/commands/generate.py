"""`manage.py generate --cases N [--seed S]`: a large realistic population, for measuring. docs/benchmarks.md."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cases.load_test_data.generate import generate


class Command(BaseCommand):
    """Adds to what is there. Not for a portal that people use: nothing else may write while it runs."""

    help = "Generate accounts, people, instances and cases with their history over the past three years, by COPY."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cases", type=int, required=True, metavar="N", help="how many cases")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="another seed, another population")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["cases"] < 1:
            raise CommandError("--cases must be at least 1.")
        call_command("load_reference", verbosity=0)
        began = time.monotonic()
        generate(options["cases"], seed=options["seed"], now=timezone.now(), quiet=options["verbosity"] == 0)
        if options["verbosity"]:
            self.stdout.write(f"{options['cases']} cases in {time.monotonic() - began:.0f} s")
