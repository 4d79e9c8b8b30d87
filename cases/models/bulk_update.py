"""Writing many rows in one statement: the values travel as arrays, a row of the table takes those of its id."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from django.db import connection, models
from psycopg import sql
from psycopg.types.json import Jsonb


def update(model: type[models.Model], names: Sequence[str], rows: Sequence[models.Model]) -> None:
    """Write the columns `names` (by attribute, such as "case_id") of `rows`, in one statement. Nothing for no rows."""
    if not rows:
        return
    fields = {field.attname: field for field in model._meta.concrete_fields}
    columns = [fields[name] for name in names]
    key = model._meta.pk
    statement = sql.SQL(
        "UPDATE {table} SET {pairs} FROM unnest({arrays}) AS new({names}) WHERE {table}.{key} = new.{key}"
    )
    taken = [key, *columns]
    quoted = [sql.Identifier(str(field.column)) for field in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            statement.format(
                table=sql.Identifier(model._meta.db_table),
                key=sql.Identifier(str(key.column)),
                pairs=sql.SQL(", ").join(sql.SQL("{0} = new.{0}").format(name) for name in quoted),
                names=sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in taken),
                arrays=sql.SQL(", ").join(sql.SQL("%s::" + _type(field) + "[]") for field in taken),
            ).as_string(cursor.cursor),
            [_sent(field, rows) for field in taken],
        )


def _type(field: "models.Field[Any, Any]") -> str:
    kind = field.rel_db_type(connection) if field.primary_key else field.db_type(connection)
    return str(kind)


def _sent(field: "models.Field[Any, Any]", rows: Sequence[models.Model]) -> list[Any]:
    values = list(map(attrgetter(field.attname), rows))
    if isinstance(field, models.JSONField):
        return [None if value is None else Jsonb(value) for value in values]
    return values
