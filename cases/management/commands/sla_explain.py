"""`manage.py sla_explain CC-…`: why the promises of a case are due when they are, as plain text."""

import textwrap
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cases.commitments.explanation.explain import Explanation, explain_all
from cases.commitments.explanation.opening_hours import Book
from cases.commitments.explanation.time_spans import Row
from cases.models import Case
from cases.models.case import id_of
from sla import time_words
from sla.clocks import Metric
from sla.time_bounds import read_instant

WIDTH = 120
INDENT = "  "


class Command(BaseCommand):
    """Prints each clock of a case: the promise, where it stands, whose hours, every span, and what follows."""

    help = "Explain the promises of a case, span by span, as the pages do; times in the zone of the desk."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("case", metavar="CC-…", help="number of the case")
        parser.add_argument("--metric", choices=[metric.value for metric in Metric], help="only this commitment")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default="en")
        parser.add_argument("--at", metavar="ISO", help="as of this instant, with an offset (now)")

    def handle(self, *args: Any, **options: Any) -> None:
        at = _instant(options["at"])
        case = Case.objects.for_verbs().filter(pk=id_of(options["case"]) or 0).first()
        if case is None:
            raise CommandError(f"There is no case {options['case']}.")
        with translation.override(options["language"]), timezone.override(Book(case).zone):
            found = [one for one in explain_all(case, at=at) if options["metric"] in (None, one.key[0].value)]
            if not found:
                raise CommandError(f"{case.number} has no such promise as of {at.isoformat()}.")
            self.stdout.write("\n\n".join("\n".join(lines(one)) for one in found))


def _instant(text: str | None) -> datetime:
    if text is None:
        return timezone.now()
    at = read_instant(text)
    if at is None:
        raise CommandError(f"--at {text} is no instant of 2000 to 2100; write one such as 2027-06-08T15:00Z.")
    return at


def lines(why: Explanation) -> Iterator[str]:
    """Yield an explanation as lines of at most 120 columns, in the active language."""
    title = f"{why.case.number} · {why.label}" + (f" · {why.key[1]}.{why.key[2]}" if why.key[1:] != (1, 1) else "")
    yield from (title, "=" * len(title))
    yield from _wrapped(f"{why.promise} {why.outcome}", "")
    yield ""
    yield from _facts((*why.terms, *((_("Set by"), cause) for cause in why.causes)))
    for hours in why.hours:
        yield from _facts([(_("Hours"), " ".join((f"{hours.name}.", *hours.said)))])
    if why.hours_because:
        yield from _facts([("", why.hours_because)])
    yield ""
    yield from _table(why)
    yield ""
    for turn in why.turning_points:
        said = [turn.words] + ([turn.cause] if turn.cause else [])
        yield from _wrapped(f"{turn.said_at}  {': '.join(said)}. {turn.after}".rstrip(), INDENT, hang=28)
    yield ""
    yield from _facts(why.results)


def _facts(facts: Iterable[Any]) -> Iterator[str]:
    for fact in facts:
        name, words = fact if isinstance(fact, tuple) else (fact.name, _with_reason(fact))
        yield from _wrapped(f"{name:<42}{words}", INDENT, hang=42)


def _with_reason(fact: Any) -> str:
    return f"{fact.words} ({fact.because})" if fact.because else str(fact.words)


def _wrapped(text: str, indent: str, hang: int = 0) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent + " " * hang, drop_whitespace=True
    ) or [""]


def _table(why: Explanation) -> Iterator[str]:
    yield from _wrapped(
        _("Times of %(zone)s and of UTC; amounts in hours, minutes and seconds.") % {"zone": why.zone.key}, INDENT
    )
    head = _columns(_("Day"), _("From–to"), _("UTC"), _("Counted"), _("Total"))
    yield f"{head}{_('Why')}"
    ahead = False
    for row in why.rows:
        if row.is_ahead and not ahead:
            yield f"{INDENT}--- {_('still to come')}"
            ahead = True
        yield from _row(row)


def _columns(day: str, span: str, utc: str, counted: str, total: str) -> str:
    return f"{INDENT}{day:<17}{span:<27}{utc:<18}{counted:>10}{total:>11}  "


def _row(row: Row) -> Iterator[str]:
    assert row.desk is not None
    utc = f"{time_words.format_clock(row.started_at, UTC)}–{time_words.format_clock(row.ended_at, UTC)}"
    amounts = (row.shown_counted, row.shown_total) if row.counts else ("–", "")
    start = _columns(row.desk.day, f"{row.desk.start}–{row.desk.last}", utc, *amounts)
    because = row.because + (f" [{row.shown_uncounted}]" if row.uncounted else "")
    because = f"{_('Beyond the promised time.')} {because}" if row.is_over else because
    first, *more = textwrap.wrap(because, WIDTH - len(start)) or [""]
    yield f"{start}{first}"
    yield from (f"{' ' * len(start)}{line}" for line in more)
