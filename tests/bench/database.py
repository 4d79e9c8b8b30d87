"""The database of the benchmarks: of its own, generated once, kept for the next run with the same seed and code."""

import hashlib
import os
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from config import embedded

PROJECT = Path(__file__).resolve().parents[2]
# What a generated database depends on: other tables or other lives make another one.
SOURCES = ("*/migrations/*.py", "*/reference/*.toml", "cases/population/*")
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "SECRET_KEY": "for-benchmarks-only-known-to-everybody-and-long-enough-to-be-one",
    "SECURE": "0",
    "HASHED_STATIC_FILES": "0",
    "STAFF_SECOND_FACTOR_REQUIRED": "0",
    "LOG_LEVEL": "ERROR",
}


def connect(cases: int, seed: int) -> None:
    """Point DATABASE_URL to the database of this size and seed, making it if it is missing, and set up Django.

    It lies beside the one that DATABASE_URL names, or in the project's own PostgreSQL; that person needs CREATEDB.
    """
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    os.environ["REDIS_URL"] = embedded.redis_url()
    given = embedded.database_url()
    name = f"bench_{cases}_{seed}"
    url = urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
    is_new = _make_room(given, name)
    os.environ["DATABASE_URL"] = url

    import django

    django.setup()
    if is_new:
        _fill(cases, seed)
        _sign(given, name)


def _make_room(server: str, name: str) -> bool:
    """Leave a finished database of today's code in place; otherwise make an empty one. Returns whether it is empty."""
    with psycopg.connect(server, autocommit=True) as connection:
        found = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
        if found and found[0] == _digest():
            return False
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return True


def _fill(cases: int, seed: int) -> None:
    from django.core.management import call_command

    print(f"Generating {cases} cases, once; the next run finds them.", flush=True)
    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)
    call_command("generate", cases=cases, seed=seed)


def _sign(server: str, name: str) -> None:
    """Mark the database as finished, as a comment on it: a run that broke off leaves none."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(_digest())))


def _digest() -> str:
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(PROJECT.glob(pattern)):
            if path.is_file() and "node_modules" not in path.parts and ".venv" not in path.parts:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:32]
