"""Taking the record out of the house: each export is written down with who takes what and when, and what it was.

What is small is made at once, for the person who waits; what may take over two seconds is made by a worker (`jobs`).
Rows are read in one short transaction, and laid out after it: a long text holds no lock and no snapshot.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import BigIntegerField, Count, F, Func, Q, Sum
from django.utils.translation import gettext_lazy as _

from cases import quotas
from cases.events import timeline
from cases.export import rows
from cases.export.document import document
from cases.export.pdf import paper
from cases.models import Case, Event, ExportJob, ExportRecord, Message, Note
from cases.models.export_job import UNFINISHED
from cases.models.export_record import ExportFormat
from cases.querysets import CaseQuerySet
from cases.statuses import Refusal
from contacts.models import User

# What is made while its taker waits: bytes of words, and how many of them an event counts for. Two seconds at the most.
AT_ONCE = {ExportFormat.PDF: 80_000, ExportFormat.JSON: 2_000_000}
AN_EVENT = 400


class StillMaking(Refusal):
    """A person's exports are being made, as many as are made at once for one person."""

    def __init__(self) -> None:
        super().__init__(_("Your last exports are still being made. Ask for this one when one of them is ready."))


def take_json(case: Case, *, by: User, at: datetime) -> bytes:
    """Return the record of `case` as JSON, and write down that `by` took it. Raises DoesNotExist, OverQuota."""
    return _taken(begin(case, ExportFormat.JSON, by=by, at=at), by, at)


def take_pdf(case: Case, *, by: User, at: datetime) -> bytes:
    """Return the record of `case` as PDF in the active language and zone, and write it down.

    Raises DoesNotExist, OverQuota, TooLong.
    """
    return _taken(begin(case, ExportFormat.PDF, by=by, at=at), by, at)


def _taken(begun: ExportRecord, by: User, at: datetime) -> bytes:
    made = content(begun, by=by, at=at)
    end(begun, written=1, sha256=hashlib.sha256(made).hexdigest(), at=at)
    return made


@transaction.atomic
def begin(case: Case, kind: ExportFormat, *, by: User, at: datetime) -> ExportRecord:
    """Write down that `by` takes the record of `case`. Raises OverQuota."""
    quotas.check_export(case.account_id, by=by, at=at)
    return ExportRecord.objects.create(at=at, by=by, format=kind, case=case, is_complete=by.works_here, total=1)


@transaction.atomic
def begin_many(cases: CaseQuerySet, *, by: User, at: datetime, query: str) -> tuple[ExportRecord, list[int]]:
    """Write down that `by`, one of ours, takes `cases`, which `query` found; return that with their ids, oldest first.

    Raises OverQuota.
    """
    quotas.check_export(0, by=by, at=at)
    ids = list(cases.order_by("pk").values_list("pk", flat=True))
    begun = ExportRecord.objects.create(
        at=at, by=by, format=ExportFormat.JSON_LINES, query=query, is_complete=by.works_here, total=len(ids)
    )
    return begun, ids


def check_running(by: User) -> None:
    """Refuse a further job where as many are being made for `by` as may be; inside the transaction that adds it.

    Raises StillMaking.
    """
    quotas.one_at_a_time(by)
    if quotas.reached_at_once(ExportJob.objects.filter(export__by=by, state__in=UNFINISHED).count()):
        raise StillMaking


def is_heavy(case: Case, kind: ExportFormat) -> bool:
    """Say whether the record of `case` may take over two seconds to make. Three queries, of lengths only."""
    told = Q(case=case) | Q(case__merged_into=case)
    events = Event.objects.filter(told).aggregate(count=Count("pk"))["count"]
    words = sum(_octets(said, told) for said in (Message, Note))
    return events * AN_EVENT + words > AT_ONCE[kind]


def _octets(said: type[Message] | type[Note], told: Q) -> int:
    length = Func(F("body"), function="OCTET_LENGTH", output_field=BigIntegerField())
    return said._default_manager.filter(told).aggregate(octets=Sum(length))["octets"] or 0


def content(begun: ExportRecord, *, by: User, at: datetime) -> bytes:
    """Return what `begun`, an export of one case, takes, as `by` may have it at `at` (UTC).

    In the active language and zone. Raises DoesNotExist where `by` may not have it any more, TooLong.
    """
    case, entries = _read(begun, by)
    if begun.format == ExportFormat.PDF:
        return paper(case, entries, by=by, at=at)
    return json.dumps(document(case, by=by, at=at), ensure_ascii=False, indent=2).encode()


def _read(begun: ExportRecord, by: User) -> tuple[Case, list[timeline.Entry]]:
    """Return the case with its record and its timeline, all of one instant."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cases = Case.objects.visible_to(by) if begun.is_complete == by.works_here else Case.objects.none()
        case = rows.of(cases, by).get(pk=str(begun.case_id))
        return case, timeline.build(case, by) if begun.format == ExportFormat.PDF else []


def lines(ids: Sequence[int], *, by: User, at: datetime) -> tuple[bytes, int]:
    """Return the cases of these ids as JSON lines, those that `by` may see still, and how many they are.

    Six to sixteen queries, however many there are.
    """
    cases = rows.of(Case.objects.visible_to(by).filter(pk__in=ids), by).order_by("pk")
    return b"".join(_line(document(case, by=by, at=at)) for case in cases), len(cases)


def _line(written: dict[str, Any]) -> bytes:
    return json.dumps(written, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def end(begun: ExportRecord, *, written: int, sha256: str, at: datetime) -> None:
    """Write down what it was."""
    begun.ended_at, begun.written, begun.sha256 = at, written, sha256
    begun.save(update_fields=["ended_at", "written", "sha256"])
