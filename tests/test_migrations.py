"""The migrations make the database that the models ask for, to the last constraint and trigger."""

from collections.abc import Iterator

import pgtrigger
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction

from tests.catalogue import Catalogue, differences, read

APPS = ("sla", "products", "contacts", "cases")
OF_TABLES = ("table", "column", "constraint", "index", "trigger", "sequence")

# What is written by hand in migrations, for no model can say it.
BY_HAND = {
    "column cases_case.is_merged",
    "column cases_case.target_is_merged",
    "constraint cases_case.case_merged_into_one_of_its_account",
    "index cases_case.case_merging_key",
    "function sla_calendar_statement(which bigint)",
    "function sla_date_in(zone text)",
    "function sla_is_clean_line(words text)",
    "function sla_is_clean_text(words text)",
    "function sla_is_seen(words text)",
    "function sla_latest_date()",
}


@pytest.fixture
def asked(db: None) -> Iterator[Catalogue]:
    """The catalogue of a schema in which Django made all tables from the models, without any migration."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA asked; SET LOCAL search_path TO asked, public")
        with connection.schema_editor() as editor:
            for model in apps.get_models():
                if model._meta.managed and not model._meta.proxy:
                    editor.create_model(model)
        for model, trigger in pgtrigger.registered():
            if model._meta.proxy:
                cursor.execute(trigger.compile(model).install_sql)
        yield ours(read(connection, "asked"))
        transaction.set_rollback(True)


def ours(catalogue: Catalogue) -> Catalogue:
    """Return what belongs to our apps. A constraint may not have been tried on rows that were there before it."""
    prefixes = tuple(f"{app}_" for app in APPS)
    return {
        kind: {
            name: says.removesuffix(" NOT VALID")
            for name, says in found.items()
            if kind not in OF_TABLES or name.startswith(prefixes) or ".pgtrigger_" in name
        }
        for kind, found in catalogue.items()
    }


class TestMigrations:
    def test_make_what_the_models_ask_for(self, asked: Catalogue) -> None:
        found = differences(asked, ours(read(connection)))
        beside = {line.removeprefix("+ ").partition(": ")[0] for line in found if line.startswith("+ ")}
        assert [line for line in found if not line.startswith("+ ")] == []
        assert beside == BY_HAND

    def test_leave_nothing_of_the_models_out(self, db: None) -> None:
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)

    def test_install_every_trigger_as_it_is_declared(self, db: None) -> None:
        wanted = {
            (model._meta.db_table, trigger.get_pgid(model), trigger.compile(model).hash)
            for model, trigger in pgtrigger.registered()
        }
        with connection.cursor() as cursor:
            cursor.execute("""
                SELECT tgrelid::regclass::text, tgname, obj_description(oid, 'pg_trigger')
                FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'
            """)
            found = set(cursor.fetchall())
        assert len(wanted) > 100
        assert found == wanted
