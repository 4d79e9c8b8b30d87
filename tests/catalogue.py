"""What a database says of itself: every table, column, constraint, index, trigger, function, sequence and extension.

`read` returns it as text by kind and name, so that two databases can be compared; `python -m tests.catalogue URL URL`
prints what differs. Order of columns is no difference.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

Catalogue = dict[str, dict[str, str]]

# Nothing that an extension brought belongs to us.
_OURS = """
    {namespace} = %(schema)s::regnamespace AND NOT EXISTS (
        SELECT FROM pg_depend WHERE pg_depend.objid = {oid} AND pg_depend.deptype = 'e')
"""
_CLASS = _OURS.format(namespace="pg_class.relnamespace", oid="pg_class.oid")
_FUNCTION = _OURS.format(namespace="pg_proc.pronamespace", oid="pg_proc.oid")

_QUERIES = {
    "table": f"SELECT relname, concat(relkind, relpersistence) FROM pg_class WHERE relkind IN ('r', 'p') AND {_CLASS}",
    "view": f"SELECT relname, pg_get_viewdef(oid) FROM pg_class WHERE relkind IN ('v', 'm') AND {_CLASS}",
    "column": f"""
        SELECT relname || '.' || attname, concat_ws(' ',
            format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'NOT NULL' END,
            'DEFAULT ' || pg_get_expr(adbin, adrelid), 'IDENTITY ' || NULLIF(attidentity::text, ''),
            'GENERATED ' || NULLIF(attgenerated::text, ''), 'COLLATE ' || NULLIF(collname, 'default'))
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        LEFT JOIN pg_collation ON pg_collation.oid = attcollation
        WHERE relkind IN ('r', 'p', 'v', 'm') AND attnum > 0 AND NOT attisdropped AND {_CLASS}""",
    # Columns say themselves that they are NOT NULL, which is a constraint with a name since PostgreSQL 18.
    "constraint": f"""
        SELECT relname || '.' || conname, pg_get_constraintdef(pg_constraint.oid)
        FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid WHERE contype <> 'n' AND contype <> 't' AND {_CLASS}
    """,
    "index": f"""
        SELECT relname || '.' || indexes.indexname, indexdef FROM pg_indexes AS indexes
        JOIN pg_class ON relname = tablename WHERE schemaname = %(schema)s AND {_CLASS}""",
    "trigger": f"""
        SELECT relname || '.' || tgname,
            concat_ws(' ', tgenabled, pg_get_triggerdef(pg_trigger.oid), pg_get_functiondef(tgfoid))
        FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal AND {_CLASS}""",
    # Those of triggers are told with them.
    "function": f"""
        SELECT proname || '(' || pg_get_function_identity_arguments(oid) || ')', pg_get_functiondef(oid)
        FROM pg_proc WHERE prokind IN ('f', 'p') AND {_FUNCTION}
        AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgfoid = pg_proc.oid)""",
    "sequence": f"""
        SELECT relname, concat_ws(' ', format_type(seqtypid, NULL), seqstart, seqincrement, seqmin, seqmax, seqcycle)
        FROM pg_sequence JOIN pg_class ON pg_class.oid = seqrelid WHERE {_CLASS}""",
    "extension": "SELECT extname, extversion FROM pg_extension",
    "type": """
        SELECT typname, typtype::text FROM pg_type
        WHERE typtype IN ('d', 'e', 'r') AND typnamespace = %(schema)s::regnamespace""",
    "collation": "SELECT collname, collprovider::text FROM pg_collation WHERE collnamespace = %(schema)s::regnamespace",
}


def read(connection: Any, schema: str = "public") -> Catalogue:
    """Return the catalogue of one schema as if it were `public`; `connection` is Django's or psycopg's."""
    with connection.cursor() as cursor:
        # Names are written out in full, whatever path the database or the role brings along.
        cursor.execute("SHOW search_path")
        [path] = cursor.fetchone()
        cursor.execute("SELECT set_config('search_path', 'pg_catalog', false)")
        found = {kind: _fetch(cursor, query, schema) for kind, query in _QUERIES.items()}
        cursor.execute("SELECT set_config('search_path', %s, false)", [path])
    return found


def _fetch(cursor: Any, query: str, schema: str) -> dict[str, str]:
    cursor.execute(query, {"schema": schema})
    return {name: _LIST.sub(_each_cast, says.replace(f"{schema}.", "public.")) for name, says in cursor.fetchall()}


# A list in a condition is written so when it is read from our SQL, and otherwise when from what PostgreSQL wrote of it.
_LIST = re.compile(r"\(ARRAY\[([^]]*)\]\)::text\[\]")


def _each_cast(found: re.Match[str]) -> str:
    return f"ARRAY[{', '.join(f'({one})::text' for one in found[1].split(', '))}]"


def differences(old: Catalogue, new: Catalogue) -> list[str]:
    """Return one line for each thing that only one of both has, or that they say differently."""
    return [line for kind in _QUERIES for line in _differences(kind, old[kind], new[kind])]


def _differences(kind: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if after is None:
            yield f"- {kind} {name}: {before}"
        elif before is None:
            yield f"+ {kind} {name}: {after}"
        else:
            yield f"~ {kind} {name}:\n    {before}\n    {after}"


# What Django and pgtrigger add to names, made from the names of tables, columns and models.
_MADE = re.compile(r"(?<=_)(?:[0-9a-f]{8}(?=_|\b)|[0-9a-f]{5}\b)")
_CUT = re.compile(r"\b\w+_[0-9a-f]{8}(?:_\w+)?\b")


def without_made_names(catalogue: Catalogue, renames: Mapping[str, str]) -> Catalogue:
    """Return `catalogue` with words replaced by `renames`, and without the parts of names that were made from others.

    Constraints and indexes with such a name, which is cut to length as well, are called by what they say.
    """
    return {
        kind: dict(_plain(kind, name, says, renames) for name, says in found.items())
        for kind, found in catalogue.items()
    }


def _plain(kind: str, name: str, says: str, renames: Mapping[str, str]) -> tuple[str, str]:
    table, _, own = name.partition(".")
    if kind in ("constraint", "index") and (_CUT.fullmatch(own) or own.endswith(("_pkey", "_key", "_uniq"))):
        says = says.replace(own, "…")
        name = f"{table}.{says}"
    name, says = (_renamed(_MADE.sub("…", text) if kind != "column" else text, renames) for text in (name, says))
    return name, says


def _renamed(text: str, renames: Mapping[str, str]) -> str:
    for old, new in renames.items():
        text = text.replace(old, new)
    return text


if __name__ == "__main__":
    import psycopg

    with psycopg.connect(sys.argv[1]) as one, psycopg.connect(sys.argv[2]) as other:
        told = differences(read(one), read(other))
    print("\n".join(told) or "No difference.")
    sys.exit(bool(told))
