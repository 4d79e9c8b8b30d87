"""The record of a case on paper, in the language and the zone of the reader: for people, where JSON is for machines."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from cases.events import sentence, timeline
from cases.export.pdf_layout import ACCENT, QUIET, SMALL, TIME_COLUMN, TINT, TITLE, Document
from cases.models import Attachment, Case, Commitment, Message, Note, SeverityRequest
from contacts.models import User
from sla import time_words
from sla.figures import format_number

Fact = tuple[str, str]
SPARE = 50  # pages for the promises, requests and files of a record whose entries have filled it

T = TypeVar("T")


def paper(case: Case, entries: Sequence[timeline.Entry], *, by: User, at: datetime) -> bytes:
    """Return the record of a `case` that `rows.of` has read as PDF (A4), as `by` may have it, taken at `at` (UTC).

    `entries` are its timeline. Asks the database nothing. Raises TooLong.
    """
    zone = timezone.get_current_timezone_name()
    sheet = Document(
        title=f"{case.number} {case.subject}",
        foot=_("%(number)s · times in the zone %(zone)s") % {"number": case.number, "zone": zone},
        page_words=_("Page {page} of {pages}"),
        language=get_language() or "en",
        at=at,
    )
    _head(sheet, case, by, at, zone)
    for label, value in _facts(case, by):
        sheet.pair(label, value)
    _said(sheet, entries)
    kept = [file for file in case.attachments.all() if by.works_here or file.note_id is None]
    _part(sheet, _("Promised times"), case.commitments.all(), _of_clock)
    _part(sheet, _("Requests for Critical"), case.severity_requests.all(), _of_request)
    _part(sheet, _("Files"), kept, _of_file)
    return bytes(sheet.output())


def _head(sheet: Document, case: Case, by: User, at: datetime, zone: str) -> None:
    sheet.paragraph(_("Customer Care · Record of a case"), size=SMALL, colour=ACCENT, bold=True)
    sheet.gap(1)
    sheet.paragraph(f"{case.number}  {case.subject}", size=TITLE, bold=True)
    sheet.gap(1.5)
    taken = _("As of %(at)s, taken by %(who)s. All times are in the zone %(zone)s.")
    sheet.paragraph(taken % {"at": time_words.format_instant(at), "who": by.name, "zone": zone}, colour=QUIET)
    if by.works_here:
        warning = _("With internal notes and what else only our own people see. Not for the customer.")
        sheet.paragraph(warning, bold=True)
    sheet.gap(4)


def _facts(case: Case, by: User) -> Iterator[Fact]:
    yield _("Status"), str(case.state.label if by.works_here else case.state.for_customer)
    provisional = f" {_('(provisional)')}" if case.severity_is_provisional else ""
    yield _("Severity"), f"{case.get_severity_display()}{provisional}"
    yield _("Type"), str(case.type)
    yield _("Account"), f"{case.account}, {case.plan}"
    yield _("Customer"), case.customer.name
    instance = f", {case.instance}" if case.instance else ""
    version = f", {case.release.version}" if case.release else ""
    yield _("Product"), f"{case.product}{instance}{version}"
    yield _("Owner"), case.owner.name if case.owner else _("nobody yet")
    if case.exclusion:
        yield _("No times are promised"), str(case.exclusion)
    if case.fixed_in:
        yield _("Fixed in"), str(case.fixed_in)
    yield _("Reached us"), time_words.format_instant(case.received_at)
    times = (
        (_("Restored"), case.restored_at),
        (_("Solution provided"), case.solution_provided_at),
        (_("Closes by itself"), case.closes_by_itself_at),
        (_("Closed"), case.closed_at),
    )
    yield from ((label, time_words.format_instant(when)) for label, when in times if when)


def _within(sheet: Document, items: Sequence[T], spare: int = 0) -> Iterator[T]:
    """Yield `items` while the document has room; say in it how many are left out."""
    for place, item in enumerate(items):
        if sheet.is_full(spare):
            left = len(items) - place
            words = ngettext(
                "The document ends this part here: %(count)d more entry is in the record as JSON.",
                "The document ends this part here: %(count)d more entries are in the record as JSON.",
                left,
            )
            sheet.paragraph(words % {"count": left}, bold=True)
            return
        yield item


def _said(sheet: Document, entries: Sequence[timeline.Entry]) -> None:
    sheet.heading(_("What was said and done"))
    for entry in _within(sheet, entries):
        if entry.day:
            sheet.gap(2)
            sheet.keep_together(14)
            sheet.paragraph(time_words.format_long_day(entry.day), bold=True)
            sheet.gap(0.5)
        sheet.beside(time_words.format_clock(entry.at, timezone.get_current_timezone()))
        if isinstance(entry.said, Message | Note):
            _write_message(sheet, entry.said)
        elif isinstance(entry.said, timeline.AutomaticMessage):
            sheet.paragraph(_("Customer Care"), bold=True, indent=TIME_COLUMN)
            sheet.paragraph(entry.said.body, indent=TIME_COLUMN)
        else:
            sheet.paragraph(sentence(entry.event), colour=QUIET, indent=TIME_COLUMN)
        sheet.gap(1.6)


def _write_message(sheet: Document, said: Message | Note) -> None:
    internal = isinstance(said, Note)
    tags = [_("Internal note") if isinstance(said, Note) else str(said.get_purpose_display())]
    if isinstance(said, Message):
        tags = [_("Customer") if said.from_customer else _("Support"), *tags, str(said.get_channel_display())]
    ground = TINT if internal else None
    sheet.paragraph(f"{said.author.name} · {' · '.join(tags)}", bold=True, indent=TIME_COLUMN, ground=ground)
    sheet.paragraph(said.body, indent=TIME_COLUMN, ground=ground)
    names = [file.name for file in said.attachments.all()]
    if names:
        files = _("Files: %(names)s") % {"names": ", ".join(names)}
        sheet.paragraph(files, size=SMALL, colour=QUIET, indent=TIME_COLUMN, ground=ground)


def _part(sheet: Document, heading: str, items: Iterable[T], fact: Callable[[T], Fact]) -> None:
    """Write a part of facts, each as `fact` says it; nothing where there is none."""
    listed = list(items)
    if listed:
        sheet.heading(heading)
    for item in _within(sheet, listed, SPARE):
        sheet.pair(*fact(item))


def _of_clock(clock: Commitment) -> Fact:
    parts = [str(clock.get_state_display())]
    if clock.minutes and not clock.is_dated:
        parts.append(_("%(amount)s promised") % {"amount": time_words.format_minutes(clock.minutes)})
    if clock.due_at:
        parts.append(_("due %(at)s") % {"at": time_words.format_instant(clock.due_at)})
    if clock.stopped_at:
        parts.append(_("ended %(at)s") % {"at": time_words.format_instant(clock.stopped_at)})
    if clock.is_void:
        parts.append(_("binds nobody"))
    return clock.label, " · ".join(parts)


def _of_request(asked: SeverityRequest) -> Fact:
    parts = [str(asked.get_state_display()), _("asked by %(who)s") % {"who": asked.asked_by.name}]
    if asked.decided_at and asked.decided_by:
        words = _("ended %(at)s by %(who)s")
        parts.append(words % {"at": time_words.format_instant(asked.decided_at), "who": asked.decided_by.name})
    said = " · ".join(parts) + (f"\n{asked.reason}" if asked.reason else "")
    return time_words.format_instant(asked.asked_at), said


def _of_file(file: Attachment) -> Fact:
    size = format_number(file.size, grouped=True)
    words = _("%(size)s bytes, from %(who)s, %(at)s")
    said = words % {"size": size, "who": file.uploaded_by.name, "at": time_words.format_instant(file.at)}
    return file.name, f"{said}\nSHA-256 {file.sha256}"
