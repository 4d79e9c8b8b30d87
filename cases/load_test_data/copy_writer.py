"""Rows on their way into a table by COPY: ids given out here, columns that nobody names filled with their defaults."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Self

from django.db import connection, connections, models, transaction
from psycopg.types.json import Jsonb

Row = tuple[Any, ...]


class Table:
    """Rows of one table, kept until `take` hands them over. Nothing else may write to the table meanwhile."""

    def __init__(self, model: type[models.Model], *names: str) -> None:
        """Name the fields (by attribute, such as "case_id") of which `add` is given the values."""
        self.table = model._meta.db_table
        fields = {field.attname: field for field in model._meta.concrete_fields}
        self.has_id = isinstance(model._meta.pk, models.AutoField)
        others = [field for name, field in fields.items() if name not in names and not field.primary_key]
        self.constants = tuple(_default(field) for field in others)
        named = [_column(fields[name]) for name in names]
        self.columns = [*(["id"] if self.has_id else []), *named, *(_column(field) for field in others)]
        self.rows: list[Row] = []
        self.last = self._last_id()

    def add(self, *values: Any) -> int:
        """Keep a row with these values of the named fields; return the id it will have."""
        self.last += 1
        self.rows.append((self.last, *values, *self.constants) if self.has_id else (*values, *self.constants))
        return self.last

    def take(self) -> "Batch":
        """Hand over the rows that are kept and begin anew."""
        batch = Batch(self.table, self.columns, self.rows, self.last if self.has_id else 0)
        self.rows = []
        return batch

    def _last_id(self) -> int:
        if not self.has_id:
            return 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [self.table])
            return int(cursor.fetchone()[0])


def _column(field: "models.Field[Any, Any]") -> str:
    assert field.column is not None  # a concrete field has one
    return field.column


def _default(field: "models.Field[Any, Any]") -> Any:
    value = field.get_default()
    return Jsonb(value) if isinstance(field, models.JSONField) else value


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one table ready to be written; `last` is the highest id given out."""

    table: str
    columns: list[str]
    rows: list[Row]
    last: int

    def copy(self) -> None:
        """Write the rows, and move the sequence of ids behind them."""
        if not self.rows:
            return
        columns = ", ".join(f'"{column}"' for column in self.columns)
        with connection.cursor() as cursor:
            with cursor.copy(f'COPY "{self.table}" ({columns}) FROM STDIN') as copy:
                for row in self.rows:
                    copy.write_row(row)
            if self.last:
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [self.table, self.last])


class CopyWriter:
    """Writes batches in a thread of its own, so that the database works while the next ones are made.

    Inside a transaction of the caller, which another connection would not see, it writes at once instead.
    """

    def __init__(self) -> None:
        self.inline = connection.in_atomic_block
        self.thread = ThreadPoolExecutor(1)
        self.on_the_way: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        try:
            self._arrived()
        finally:
            self.thread.submit(connections.close_all)
            self.thread.shutdown()

    def send(self, batches: Sequence[Batch]) -> None:
        """Write the batches in this order, all or nothing; wait only for those sent before. Raises what they raised."""
        self._arrived()
        if self.inline:
            _write(batches)
        else:
            self.on_the_way = self.thread.submit(_write, batches)

    def _arrived(self) -> None:
        if self.on_the_way is not None:
            self.on_the_way.result()
            self.on_the_way = None


@transaction.atomic
def _write(batches: Sequence[Batch]) -> None:
    for batch in batches:
        batch.copy()


def analyze(tables: Iterable[type[models.Model]]) -> None:
    """Let the planner know what the tables hold now."""
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')
