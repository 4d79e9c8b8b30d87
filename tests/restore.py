"""After a test that commits, every table holds again what it held when the run began: the reference data, no more.

Only tables whose rows differ are written: most tests touch a dozen of a hundred.
"""

from django.db import connection, transaction
from django.test import TransactionTestCase
from psycopg import sql

# The rows of each table at the beginning as COPY writes them, and what tells whether they are the same.
_rows: dict[str, bytes] = {}
_fingerprints: dict[str, str] = {}


def remember() -> None:
    """Note the rows of all tables, and let Django bring them back where it would empty the database."""
    _fingerprints.update(fingerprints())
    with connection.cursor() as cursor:
        for table in _fingerprints:
            columns = _columns(table)
            with cursor.copy(sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(table), columns)) as copy:
                _rows[table] = b"".join(map(bytes, copy))
    TransactionTestCase._fixture_teardown = lambda self: restore()


def restore() -> None:
    """Bring back the rows of the tables that differ, when whoever is writing has finished; sequences go on."""
    with transaction.atomic(), connection.cursor() as cursor:
        everything = sql.SQL(", ").join(map(sql.Identifier, sorted(_fingerprints)))
        cursor.execute(sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(everything))
        now = fingerprints()
        differing = [sql.Identifier(table) for table in _fingerprints if now.get(table) != _fingerprints[table]]
        # Guards would refuse to delete what is never deleted; keys are looked at when all is done.
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in differing:
            cursor.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(table))
        for table in differing:
            cursor.execute(sql.SQL("DELETE FROM {}").format(table))
        for table in differing:
            name = table.as_string().strip('"')
            with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(table, _columns(name))) as copy:
                copy.write(_rows[name])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in differing:
            cursor.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(table))


def fingerprints() -> dict[str, str]:
    """Return of each table what changes when a row does; empty tables have all the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = sorted(table for (table,) in cursor.fetchall())
        each = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {}, coalesce(md5(string_agg(one::text, ' ' ORDER BY one::text)), '') FROM {} one").format(
                sql.Literal(table), sql.Identifier(table)
            )
            for table in tables
        )
        cursor.execute(each)
        return dict(cursor.fetchall())


def _columns(table: str) -> sql.Composed:
    """Return the columns that a statement may write: those that the database computes itself are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " AND attgenerated = '' ORDER BY attnum",
            [f'"{table}"'],
        )
        return sql.SQL(", ").join(sql.Identifier(column) for (column,) in cursor.fetchall())
