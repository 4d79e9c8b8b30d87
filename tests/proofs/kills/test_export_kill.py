"""Workers killed at random moments while an export is made: the file holds each case once, as if nobody had died.

Real processes, real SIGKILL, real PostgreSQL, real files.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection
from django.utils import timezone

from cases.export import files as export
from cases.export import jobs
from cases.models import Case, ExportJob
from contacts.models import User
from tests.conftest import OpenCase

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[3]
CASES = 40


@pytest.fixture
def worker(settings: Any, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    settings.MEDIA_ROOT = tmp_path
    url = urlsplit(os.environ["DATABASE_URL"])
    database = urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}"))
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.proofs.kills.export_worker"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database, "MEDIA_ROOT": str(tmp_path), "LOG_LEVEL": "CRITICAL"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert heard(process) == "ready"
    yield process
    process.kill()
    process.communicate()


def heard(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def begun(process: subprocess.Popen[str]) -> int:
    """Let a child make exports; return its process id."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return int(heard(process))


def test_holds_each_case_once_whoever_died(
    worker: subprocess.Popen[str], alice: User, mona: User, open_case: OpenCase, record_property: Any
) -> None:
    numbers = [open_case(alice).number for _ in range(CASES)]
    job = jobs.ask_for_many(Case.objects.order_by("pk"), by=mona, at=timezone.now(), query="")
    kills, until = 0, time.monotonic() + 60
    while job.is_unfinished and time.monotonic() < until:
        pid = begun(worker)
        if kills < 8:
            time.sleep(random.uniform(0.02, 0.25))
            os.kill(pid, signal.SIGKILL)
            kills += 1
        assert heard(worker) == "end"
        job = ExportJob.objects.select_related("export").get(pk=job.pk)
    record_property("kills", kills)
    with export.opened(job) as file:
        content = file.read()
    assert job.is_ready
    assert [json.loads(line)["case"]["number"] for line in content.splitlines()] == numbers
    assert (job.written, job.size, job.export.sha256) == (CASES, len(content), export.sha256(job))
