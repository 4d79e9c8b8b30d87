"""Taking the record out of the house: each export is written down with who took what and when, and what it was.

An export of many cases is read a chunk at a time, so that it needs no more memory for many than for few. Who takes it
is asked again with each chunk: a person shut out meanwhile gets nothing more.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import transaction

from cases.models import Case, ExportRecord
from cases.models.export_record import ExportFormat
from cases.querysets import CaseQuerySet
from cases.record import rows
from cases.record.document import document
from cases.record.paper import paper
from contacts.models import User

CHUNK = 50
# How long it is known how far an export is; one that says nothing for so long has broken off.
KNOWN_FOR = 3_600


@transaction.atomic
def take_json(case: Case, *, by: User, at: datetime) -> bytes:
    """Return the record of `case` as JSON, and write down that `by` took it. Raises DoesNotExist."""
    whole = _read(case, by)
    content = json.dumps(document(whole, by=by, at=at), ensure_ascii=False, indent=2).encode()
    return _noted(case, content, ExportFormat.JSON, by=by, at=at)


@transaction.atomic
def take_pdf(case: Case, *, by: User, at: datetime) -> bytes:
    """Return the record of `case` as PDF in the active language and zone, and write it down. Raises DoesNotExist."""
    return _noted(case, paper(_read(case, by), by=by, at=at), ExportFormat.PDF, by=by, at=at)


def _read(case: Case, by: User) -> Case:
    return rows.of(Case.objects.visible_to(by), by).get(pk=case.pk)


def _noted(case: Case, content: bytes, kind: ExportFormat, *, by: User, at: datetime) -> bytes:
    ExportRecord.objects.create(
        at=at,
        by=by,
        format=kind,
        case=case,
        is_complete=by.works_here,
        total=1,
        ended_at=at,
        written=1,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    return content


def begin(cases: CaseQuerySet, *, by: User, at: datetime, query: str) -> tuple[ExportRecord, list[int]]:
    """Write down that `by` takes `cases`, which `query` found; return that with their ids, the oldest first."""
    ids = list(cases.order_by("pk").values_list("pk", flat=True))
    begun = ExportRecord.objects.create(
        at=at, by=by, format=ExportFormat.JSON_LINES, query=query, is_complete=by.works_here, total=len(ids)
    )
    return begun, ids


class Lines:
    """The cases of an export as JSON lines, a chunk at a time. Ends the export's row with the last one."""

    def __init__(self, begun: ExportRecord, ids: Sequence[int], *, at: datetime) -> None:
        self.begun, self.ids, self.at = begun, ids, at
        self.written, self.digest = 0, hashlib.sha256()

    def chunks(self) -> Iterator[bytes]:
        """Yield the lines. Six to sixteen queries a chunk, however many there are."""
        for start in range(0, len(self.ids), CHUNK):
            yield self.chunk(self.ids[start : start + CHUNK])

    def chunk(self, ids: Sequence[int]) -> bytes:
        """Return the lines of these cases, of those that the taker may still see."""
        taker = User.objects.get(pk=self.begun.by_id)
        cases = rows.of(Case.objects.visible_to(taker).filter(pk__in=ids), taker).order_by("pk")
        lines = b"".join(_line(document(case, by=taker, at=self.at)) for case in cases)
        self.written += len(cases)
        self.digest.update(lines)
        _tell(self.begun, self.written)
        return lines

    def end(self, at: datetime) -> None:
        """Write down what was sent."""
        self.begun.ended_at, self.begun.written, self.begun.sha256 = at, self.written, self.digest.hexdigest()
        self.begun.save(update_fields=["ended_at", "written", "sha256"])


def _line(written: dict[str, Any]) -> bytes:
    return json.dumps(written, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _tell(begun: ExportRecord, written: int) -> None:
    """Let others see how far it is."""
    cache.set(_key(begun), written, timeout=KNOWN_FOR)


def how_far(exports: Sequence[ExportRecord]) -> list[int | None]:
    """Return how many cases each of these has sent; None where nobody knows. One query, none where all have ended."""
    under_way = [_key(begun) for begun in exports if begun.written is None]
    sent = cache.get_many(under_way) if under_way else {}
    return [sent.get(_key(begun)) if begun.written is None else begun.written for begun in exports]


def _key(begun: ExportRecord) -> str:
    return f"export:{begun.pk}"
