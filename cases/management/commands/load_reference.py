"""Load what the support service promises, and to whom: docs/reference-data.md."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

import cases.loading
import contacts.loading
import products.loading
import sla.loading


class Command(BaseCommand):
    help = "Add the reference data that are missing; what is there is left as managers made it."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Load layer by layer, all or nothing, and print what was added and what was kept."""
        tally = products.loading.load() | sla.loading.load() | contacts.loading.load() | cases.loading.load()
        if options["verbosity"]:
            for what, (added, kept) in tally.items():
                self.stdout.write(f"{what:<22}{added:>4} added{kept:>5} kept")
