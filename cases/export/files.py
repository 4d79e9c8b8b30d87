"""The files of exports while they are made and kept: one a job, in a folder that nobody is served from."""

import hashlib
from io import BufferedReader
from pathlib import Path

from django.conf import settings

from cases.models import ExportJob


def _path(job: ExportJob) -> Path:
    return Path(settings.MEDIA_ROOT) / "exports" / str(job.pk)


def put(job: ExportJob, content: bytes, *, after: int = 0) -> int:
    """Write `content` behind the first `after` bytes of the file, where it ends; return how large it is now.

    What a worker wrote behind them before it died is written again.
    """
    path = _path(job)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    with path.open("r+b") as file:
        file.truncate(after)
        file.seek(after)
        file.write(content)
    return after + len(content)


def opened(job: ExportJob) -> BufferedReader:
    """Open the file to be read. Raises FileNotFoundError."""
    return _path(job).open("rb")


def sha256(job: ExportJob) -> str:
    """Return the SHA-256 of the whole file."""
    with opened(job) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remove(job: ExportJob) -> None:
    """Take the file away, if it is there."""
    _path(job).unlink(missing_ok=True)
