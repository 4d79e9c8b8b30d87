"""Workers killed at random moments while an export is made: the file holds each case once, as if nobody had died.

Real processes, real SIGKILL, real PostgreSQL, real files.
"""

import json
import os
import random
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from cases.export import files as export_files
from cases.export import jobs
from cases.models import Case, ExportJob
from contacts.models import User
from tests.conftest import OpenCase
from tests.proofs.kills.victims import worker

pytestmark = pytest.mark.django_db(transaction=True)

CASES = 40


def export() -> None:
    """Make the exports that are asked for, a case at a time."""
    jobs.CHUNK, jobs.MOST_ATTEMPTS = 1, 1_000
    while jobs.work(at=timezone.now()):
        pass


def test_holds_each_case_once_whoever_died(
    settings: Any, tmp_path: Path, alice: User, mona: User, open_case: OpenCase, record_property: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    numbers = [open_case(alice).number for _ in range(CASES)]
    job = jobs.ask_for_many(Case.objects.order_by("pk"), by=mona, at=timezone.now(), query="")
    kills, until = 0, time.monotonic() + 60
    with worker(export) as running:
        while job.is_unfinished and time.monotonic() < until:
            pid = running.begin()
            if kills < 8:
                time.sleep(random.uniform(0.02, 0.25))
                os.kill(pid, signal.SIGKILL)
                kills += 1
            running.wait()
            job = ExportJob.objects.select_related("export").get(pk=job.pk)
    record_property("kills", kills)
    with export_files.opened(job) as file:
        content = file.read()
    assert job.is_ready
    assert [json.loads(line)["case"]["number"] for line in content.splitlines()] == numbers
    assert (job.written, job.size, job.export.sha256) == (CASES, len(content), export_files.sha256(job))
