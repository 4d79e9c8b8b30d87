"""The database of the benchmarks: of its own, generated once, kept for the next run with the same seed and code."""

import hashlib
import os
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from config.dev import embedded

PROJECT = Path(__file__).resolve().parents[2]
# What a generated database depends on: other tables or other lives make another one.
SOURCES = ("*/migrations/*.py", "*/reference/*.toml", "cases/load_test_data/*")
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "SECRET_KEY": "for-benchmarks-only-known-to-everybody-and-long-enough-to-be-one",
    "SECURE": "0",
    "HASHED_STATIC_FILES": "0",
    "STAFF_SECOND_FACTOR_REQUIRED": "0",
    "LOG_LEVEL": "ERROR",
    # One person does here in a minute what a person does in a month: counted as everywhere, and never too much.
    "QUOTA_ENTRIES_PER_HOUR": "1000000",
    "QUOTA_ENTRIES_PER_HOUR_ACCOUNT": "1000000",
    "QUOTA_CASES_PER_HOUR": "1000000",
    "QUOTA_CASES_PER_HOUR_ACCOUNT": "1000000",
    "QUOTA_EXPORTS_PER_HOUR": "1000000",
    "QUOTA_EXPORTS_PER_HOUR_ACCOUNT": "1000000",
}


def connect(cases: int, seed: int) -> None:
    """Set up Django over the population of this size and seed, making it if it is missing."""
    prepare(f"bench_{cases}_{seed}", partial(_generate, cases, seed))


def prepare(name: str, fill: Callable[[], None], *sources: str, copied: bool = False) -> None:
    """Set up Django over the database `name`, made by `fill` if it is missing or its `sources` have changed.

    It lies beside the one that DATABASE_URL names, or in the project's own PostgreSQL; that person needs CREATEDB.
    A run that changes much takes a copy (`copied`), and leaves the database as it was.
    """
    for variable, value in ENVIRONMENT.items():
        os.environ.setdefault(variable, value)
    os.environ["REDIS_URL"] = embedded.redis_url()
    given = embedded.database_url()
    digest = _digest(*SOURCES, *sources)
    is_new = _make_room(given, name, digest)
    os.environ["DATABASE_URL"] = _beside(given, name)
    if is_new:
        # In a process of its own: once Django is set up it stays with its database.
        _in_another_process(partial(_make, fill))
        _sign(given, name, digest)
    if copied:
        _copy(given, name, f"{name}_copy")
        os.environ["DATABASE_URL"] = _beside(given, f"{name}_copy")

    import django

    django.setup()


def _beside(server: str, name: str) -> str:
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def _make_room(server: str, name: str, digest: str) -> bool:
    """Leave a finished database of today's code in place; otherwise make an empty one. Returns whether it is empty."""
    with psycopg.connect(server, autocommit=True) as connection:
        found = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
        if found and found[0] == digest:
            return False
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return True


def _copy(server: str, name: str, copy: str) -> None:
    names = {"name": sql.Identifier(name), "copy": sql.Identifier(copy)}
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {copy}").format(**names))
        connection.execute(sql.SQL("CREATE DATABASE {copy} TEMPLATE {name} STRATEGY FILE_COPY").format(**names))


def _in_another_process(doing: Callable[[], None]) -> None:
    child = os.fork()
    if child == 0:
        try:
            doing()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        raise SystemExit("The database of the benchmark could not be made.")


def _make(fill: Callable[[], None]) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)
    fill()


def _generate(cases: int, seed: int) -> None:
    from django.core.management import call_command

    print(f"Generating {cases} cases, once; the next run finds them.", flush=True)
    call_command("generate", cases=cases, seed=seed)


def _sign(server: str, name: str, digest: str) -> None:
    """Mark the database as finished, as a comment on it: a run that broke off leaves none."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(digest)))


def _digest(*sources: str) -> str:
    digest = hashlib.sha256()
    for pattern in sources:
        for path in sorted(PROJECT.glob(pattern)):
            if path.is_file() and "node_modules" not in path.parts and ".venv" not in path.parts:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:32]
