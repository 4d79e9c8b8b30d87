"""The database that every test run begins with: migrated, reference data loaded; made once, kept, and copied.

Its name holds a digest of all that it is made of, so that a changed migration, reference file, guard or package makes
another one. A run with engines of its own copies the files of a whole cluster in which it lies (`tests/engines.py`);
on a server that DATABASE_URL names, it lies beside the databases of the tests.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from config.dev import embedded
from config.dev.engines.lease import Lease
from config.dev.engines.place import PROJECT, Place, locked, remove, temporary_home

PREFIX = "template_of_tests_"
KEPT = PROJECT / "var" / "tests"
# What it is made of: these files, and what they import of ours, and so on.
SOURCES = (
    "*/migrations/*.py", "*/reference/**/*.*", "*/models.py", "*/models/**/*.py", "*/loading.py", "*/apps.py",
    "*/management/commands/load_reference.py", "config/settings.py", "config/dev/engines/postgres.py", "uv.lock",
    "tests/dates.py", "tests/template_database.py",
)  # fmt: skip
_IMPORT = re.compile(r"^\s*(?:from ([\w.]+) import (\([^)]*\)|.*)|import ([\w.]+))", re.MULTILINE)


def name() -> str:
    """Return the name of today's template."""
    return PREFIX + digest(PROJECT)


@cache
def digest(project: Path) -> str:
    """Return the digest of all files that the template of this project is made of."""
    digest = hashlib.sha256()
    for path in sorted(sources(project)):
        digest.update(f"{path.relative_to(project)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def sources(project: Path) -> set[Path]:
    """Return the files named in SOURCES, and each module of the project that one of them imports."""
    packages = {folder.parent.name for folder in project.glob("*/__init__.py")} | {"tests"}
    waiting = [path for pattern in SOURCES for path in project.glob(pattern) if ".venv" not in path.parts]
    found: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path in found or "__pycache__" in path.parts:
            continue
        found.add(path)
        if path.suffix == ".py":
            waiting += _imported(path.read_text(), project, packages)
    return found


def _imported(text: str, project: Path, packages: set[str]) -> Iterator[Path]:
    for module, names, alone in _IMPORT.findall(text):
        start = module or alone
        if start.partition(".")[0] not in packages:
            continue
        for dotted in (start, *(f"{start}.{one}" for one in re.findall(r"\w+", names))):
            path = project.joinpath(*dotted.split("."))
            yield from (one for one in (path.with_suffix(".py"), path / "__init__.py") if one.is_file())


def cluster() -> Path:
    """Return the folder of a stopped cluster that holds the template, made now if nobody has. Hold `lock()` meanwhile.

    Clusters of other days are removed. Raises EngineFailed.
    """
    kept = KEPT / digest(PROJECT)
    if not kept.exists():
        for other in KEPT.glob("*/"):
            remove(other)
        home = temporary_home()
        place = Place(home / "postgres")
        lease = Lease("postgres", place)
        try:
            ensure(lease.take())
        finally:
            lease.release(at_once=True)
        draft = kept.with_name("draft")
        shutil.copytree(place.data, draft / "data")
        shutil.copy(place.folder / "secret", draft)
        draft.rename(kept)
        remove(home)
    return kept


def begin(place: Place) -> None:
    """Let the engine in `place` begin with a copy of the kept cluster."""
    KEPT.mkdir(parents=True, exist_ok=True)
    place.prepare()
    with locked(KEPT / "lock"):
        kept = cluster()
        shutil.copytree(kept / "data", place.data)
        shutil.copy(kept / "secret", place.folder)


def ensure(server: str) -> str:
    """Make the template on this server unless it is there, remove those of other days; return its name."""
    ours = name()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [PREFIX])
        comment = (
            "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database WHERE starts_with(datname, %s)"
        )
        known = dict(connection.execute(comment, [PREFIX]).fetchall())
        if known.get(ours) == "finished":
            return ours
        for other in known:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(other)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(ours)))
        _make(urlunsplit(urlsplit(server)._replace(path=f"/{ours}")))
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS 'finished'").format(sql.Identifier(ours)))
    return ours


def copy(server: str, to: str) -> None:
    """Make the database `to` a copy of the template; one of that name is dropped."""
    names = {"template": sql.Identifier(ensure(server)), "copy": sql.Identifier(to)}
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {copy} WITH (FORCE)").format(**names))
        connection.execute(sql.SQL("CREATE DATABASE {copy} TEMPLATE {template} STRATEGY FILE_COPY").format(**names))


def drop(server: str, name: str) -> None:
    """Drop a database, under whoever still works in it."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _make(url: str) -> None:
    """Migrate and load in a process of its own: once Django is set up it stays with its database."""
    given = {**os.environ, "DATABASE_URL": url, "REDIS_URL": os.environ.get("REDIS_URL", "redis://127.0.0.1:1/0")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.template_database"], cwd=PROJECT, env=given, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise embedded.EngineFailed(f"The database of the tests could not be made:\n{done.stdout}{done.stderr}")


def main() -> None:
    """Fill the database that DATABASE_URL names."""
    import django

    django.setup()
    from django.core.management import call_command

    from tests.dates import let_the_year_begin

    call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
    call_command("createcachetable", verbosity=0)
    let_the_year_begin()
    call_command("load_reference", verbosity=0)


if __name__ == "__main__":
    main()
