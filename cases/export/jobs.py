"""Exports that a worker makes: asked for here, made a slice at a time, kept for a day, taken away.

One worker at a time makes exports, so that the others are there for mails and cases; who has waited longest is next. A
slice lasts some seconds. Everything of a slice is on the row and in the file when it ends, and a worker that dies in
between is followed by one that goes on from there: repeating does no harm.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation

from cases import enqueue
from cases.export import files, taking
from cases.export.pdf_layout import TooLong
from cases.models import Case, ExportJob, ExportRecord
from cases.models.advisory_lock import alone
from cases.models.export_job import UNFINISHED, Failure, JobState
from cases.models.export_record import ExportFormat
from cases.querysets import CaseQuerySet
from contacts.models import User

log = structlog.get_logger()

LOCK = 0x5EED_E4F0  # held by the worker that makes exports
KEPT = timedelta(days=1)
SLICE = 10.0  # seconds; then whoever waits is next
CHUNK = 50  # cases that are read at once: memory stays the same for any number
LARGE = 8_000_000  # bytes that a chunk should have at the most
SHOWN = 20
MOST_ATTEMPTS = 3  # without getting on


@transaction.atomic
def ask_for_one(case: Case, kind: ExportFormat, *, by: User, at: datetime) -> ExportJob:
    """Have the record of `case` made for `by`, in the active language and zone. Raises OverQuota, StillMaking."""
    taking.check_running(by)
    return _queued(taking.begin(case, kind, by=by, at=at), [case.pk], at)


@transaction.atomic
def ask_for_many(cases: CaseQuerySet, *, by: User, at: datetime, query: str) -> ExportJob:
    """Have the records of `cases`, which `query` found, made for `by`. Raises OverQuota, StillMaking."""
    taking.check_running(by)
    begun, ids = taking.begin_many(cases, by=by, at=at, query=query)
    return _queued(begun, ids, at)


def _queued(begun: ExportRecord, ids: Sequence[int], at: datetime) -> ExportJob:
    zone, language = timezone.get_current_timezone_name(), translation.get_language() or "en"
    job = ExportJob.objects.create(export=begun, cases=list(ids), language=language, time_zone=zone, moved_at=at)
    enqueue.make_exports()
    return job


def work(*, at: datetime) -> bool:
    """Do a slice of the job that waits longest at `at` (UTC), and say whether there is more for the next call.

    Does nothing where another worker is at it; that one asks again when its slice ends.
    """
    with alone(LOCK) as held:
        job = _next() if held else None
        if job is None:
            return False
        _slice(job, at)
    return _next() is not None


def _next() -> ExportJob | None:
    unfinished = ExportJob.objects.filter(state__in=UNFINISHED).select_related("export__by", "export__case")
    return unfinished.order_by("moved_at", "pk").first()


def _slice(job: ExportJob, at: datetime) -> None:
    if job.attempts >= MOST_ATTEMPTS:
        _fail(job, Failure.BROKEN)
        return
    job.state, job.attempts, job.moved_at = JobState.RUNNING, job.attempts + 1, at
    job.save(update_fields=["state", "attempts", "moved_at"])
    make = _make_one if job.export.case_id else _make_many
    try:
        with translation.override(job.language), timezone.override(ZoneInfo(job.time_zone)):
            make(job, at)
    except Case.DoesNotExist:
        _fail(job, Failure.OUT_OF_SIGHT)
    except TooLong:
        _fail(job, Failure.TOO_LONG)
    except Exception:
        log.exception("export_not_made", job=str(job.pk), attempts=job.attempts)


def _make_one(job: ExportJob, at: datetime) -> None:
    job.size = files.put(job, taking.content(job.export, by=job.export.by, at=at))
    job.position = job.written = 1
    _finish(job, at)


def _make_many(job: ExportJob, at: datetime) -> None:
    """Write chunk after chunk until the slice is over; who asked is asked anew with each, and sees what they may."""
    until = monotonic() + SLICE
    while job.position < len(job.cases):
        if monotonic() > until:
            return
        taker = User.objects.get(pk=job.export.by_id)
        many = _chunk(job)
        ids = job.cases[job.position : job.position + many] if may_take_many(taker) else []
        content, count = taking.lines(ids, by=taker, at=job.export.at)
        job.size = files.put(job, content, after=job.size)
        job.position, job.written, job.attempts = min(job.position + many, len(job.cases)), job.written + count, 0
        job.save(update_fields=["size", "position", "written", "attempts"])
    if not job.size:
        files.put(job, b"")
    _finish(job, at)


def _chunk(job: ExportJob) -> int:
    """Return how many cases are read next: fewer where those before were long, so that memory holds a few megabytes."""
    average = job.size // job.position if job.position else 0
    return max(1, min(CHUNK, LARGE // average)) if average else CHUNK


def may_take_many(user: User) -> bool:
    """Say whether `user` may take the records of many cases: managers and administrators."""
    return user.is_active and user.is_staff


@transaction.atomic
def _finish(job: ExportJob, at: datetime) -> None:
    """Write down what the export is, and keep the file for its taker."""
    taking.end(job.export, written=job.written, sha256=files.sha256(job), at=at)
    job.state, job.expires_at, job.cases, job.attempts = JobState.READY, at + KEPT, [], 0
    job.save(update_fields=["state", "expires_at", "cases", "attempts", "size", "position", "written"])


def _fail(job: ExportJob, why: Failure) -> None:
    files.remove(job)
    job.state, job.failure, job.cases = JobState.FAILED, why, []
    job.save(update_fields=["state", "failure", "cases"])


def visible_to(user: User) -> QuerySet[ExportJob]:
    """Return the exports that were made for `user`, of what they may see now and as whole as they may have it."""
    jobs = ExportJob.objects.filter(export__by=user, export__is_complete=user.works_here)
    may = Q(export__case__in=Case.objects.visible_to(user))
    if may_take_many(user):
        may |= Q(export__case=None)
    return jobs.filter(may).select_related("export__case", "export__by")


def of(user: User) -> list[ExportJob]:
    """Return the last exports of `visible_to`, the latest first. One query."""
    return list(visible_to(user).order_by("-export__at", "-export_id")[:SHOWN])


def sweep(at: datetime) -> int:
    """Take away the files whose day is over; wake a worker for what waits. Returns how many files were taken away."""
    over = ExportJob.objects.filter(state=JobState.READY, expires_at__lte=at).order_by("expires_at")[:1000]
    for job in over:
        files.remove(job)
        job.state = JobState.EXPIRED
        job.save(update_fields=["state"])
    if ExportJob.objects.filter(state__in=UNFINISHED, moved_at__lte=at - timedelta(seconds=SLICE)).exists():
        enqueue.make_exports()
    return len(over)
