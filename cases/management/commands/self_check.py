"""`manage.py self_check`: every rule that must hold of what is stored, over all cases; exits 1 where one does not."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from cases.integrity import self_check


class Command(BaseCommand):
    """Names each broken rule and what breaks it."""

    help = "Check that what must always hold of cases, mails and the guards of the record does; changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = self_check.look(timezone.now())
        for one in broken:
            rule = one.invariant
            more = " and more" if len(one.found) == self_check.MOST else ""
            self.stdout.write(f"{rule.code}: {', '.join(one.names)}{more}")
            self.stdout.write(f"  {rule.says}")
        self.stdout.write(f"{len(self_check.RULES)} rules, {len(broken)} broken")
        if broken:
            sys.exit(1)
