"""Load the demo's world over the reference data: docs/demo.md."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cases.demo import load


class Command(BaseCommand):
    """Makes five accounts, twenty people and sixty cases; a second run changes nothing."""

    help = "Load a small lively world: accounts, people and cases whose past ends now. Only where DEMO is set."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--logins", action="store_true", help="print one line a role: role, e-mail, password")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo's people have a known password. Set DEMO=1 if this is a demo.")
        talkative = options["verbosity"] > 0 and not options["logins"]
        call_command("load_reference", verbosity=0)
        made = load.load(timezone.now(), quiet=not talkative)
        if talkative:
            self.stdout.write(f"{made} cases made." if made else "The demo is there already; nothing was changed.")
        if options["logins"]:
            for role, email, password in load.logins():
                self.stdout.write(f"{role:<24}{email:<44}{password}")
