"""`manage.py recompute_commitments [--case CC-…] [--check]`: stored promises against the events they follow from."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from cases.commitments.consistency import differences
from cases.jobs import commitments as sweep
from cases.models import Case
from cases.models.case import id_of
from cases.querysets import CaseQuerySet

MANY = 200
CHUNK = 500


class Command(BaseCommand):
    """Names each case that differs, and where; exits 1 with --check if there was one."""

    help = "Make the stored promises what the events of their cases give; with --check only compare."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--case", metavar="CC-…", help="only this case")
        parser.add_argument("--check", action="store_true", help="change nothing; exit 1 at any difference")

    def handle(self, *args: Any, **options: Any) -> None:
        at, check = timezone.now(), options["check"]
        cases = self._cases(options["case"])
        count, differing = cases.count(), 0
        progress = tqdm(self._each(cases), total=count, unit=" cases", disable=count < MANY or not sys.stderr.isatty())
        for case in progress:
            found = differences(case, at=at)
            if found:
                differing += 1
                progress.clear()
                self.stdout.write(f"{case.number}: {'; '.join(found)}")
                if not check:
                    sweep.recompute(case.pk, at=at)
        self.stdout.write(f"{count} cases, {differing} {'differ' if check else 'put right'}")
        if check and differing:
            sys.exit(1)

    def _cases(self, number: str | None) -> CaseQuerySet:
        if number is None:
            return Case.objects.all()
        cases = Case.objects.filter(pk=id_of(number) or 0)
        if not cases.exists():
            raise CommandError(f"There is no case {number}.")
        return cases

    def _each(self, cases: CaseQuerySet) -> Iterator[Case]:
        """Yield the cases by id, a chunk at a time: no transaction stays open over a million of them."""
        last = 0
        while chunk := list(cases.for_verbs().filter(pk__gt=last).order_by("pk")[:CHUNK]):
            yield from chunk
            last = chunk[-1].pk
