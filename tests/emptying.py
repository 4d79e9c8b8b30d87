"""How tests empty tables that the database lets nobody empty: by the setting that the guards look for."""

from collections.abc import Callable
from typing import Any

import pgtrigger
from django.db import connection, transaction
from django.db.backends.postgresql.operations import DatabaseOperations

GUARD = "never_emptied"


def opened() -> str:
    """Return the statement that lets tables be emptied until the transaction ends."""
    guards = [trigger.get_pgid(model) for model, trigger in pgtrigger.registered() if trigger.name == GUARD]
    assert guards
    return f"SELECT set_config('pgtrigger.ignore', '{{{','.join(guards)}}}', true)"


def empty(table: str) -> None:
    """Take all rows out of `table`, and out of what refers to it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(opened())
        cursor.execute(f"TRUNCATE {table} CASCADE")


def let_django_flush() -> Callable[[], None]:
    """Let Django empty all tables after a test that commits. Returns what ends it."""
    flush = DatabaseOperations.sql_flush

    def sql_flush(self: DatabaseOperations, *args: Any, **options: Any) -> list[str]:
        statements = flush(self, *args, **options)
        return [opened(), *statements] if statements else statements

    DatabaseOperations.sql_flush = sql_flush  # type: ignore[method-assign]

    def end() -> None:
        DatabaseOperations.sql_flush = flush  # type: ignore[method-assign]

    return end
