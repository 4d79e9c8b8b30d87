"""Load what the support service promises, and to whom: docs/reference-data.md."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

import cases.reference.load
import contacts.loading
import products.loading
import sla.loading
from sla.loaded import Loaded


class Command(BaseCommand):
    help = "Add the reference data that are new; what managers changed or deleted is left as they made it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        words = "bring back a row that was deleted here, such as exclusion:oem or desk:spigit/emea; may be repeated"
        parser.add_argument("--restore", action="append", default=[], metavar="TABLE:CODE", help=words)
        parser.add_argument("--restore-all", action="store_true", help="bring back all rows that were deleted here")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Load layer by layer, all or nothing, and print what was added, what was kept and what stays deleted."""
        loaded = Loaded.recall(options["restore"], all_back=options["restore_all"])
        tally = products.loading.load(loaded) | sla.loading.load(loaded)
        tally |= contacts.loading.load(loaded) | cases.reference.load.load(loaded)
        if unknown := sorted(set(options["restore"]) - loaded.seen):
            raise CommandError(f"No such row in the files, or what it names was deleted: {', '.join(unknown)}")
        loaded.remember()
        if options["verbosity"]:
            for what, (added, kept) in tally.items():
                self.stdout.write(f"{what:<22}{added:>4} added{kept:>5} kept")
            if loaded.gone:
                self.stdout.write(f"deleted here, and left so: {', '.join(loaded.gone)}")
