"""How every trigger of the portal is written in the database: its function names the schema in which it looks.

`pg_dump` empties the search path of the session that restores, so a function that trusted it would find no table.
Models go on declaring triggers with pgtrigger; `SlaConfig` sees to it that all of them are compiled to `TriggerSql`.
"""

from typing import Any

import pgtrigger.core
from pgtrigger import compiler

# For a function of SQL that reads tables; one of a single expression is written with RETURN, which binds its names.
SEARCH_PATH = "SET search_path TO public, pg_temp"


class TriggerSql(compiler.UpsertTriggerSql):
    """The statements that install one trigger. Migrations refer to it: what they installed stays as it was."""

    def get_template(self) -> str:
        """Return the statements, in which pgtrigger fills in the names in braces."""
        return (
            "CREATE OR REPLACE FUNCTION {pgid}() RETURNS trigger LANGUAGE plpgsql " + SEARCH_PATH + " AS $$\n"
            "{declare}\n"
            "BEGIN\n"
            "    IF TG_NAME = ANY (NULLIF(current_setting('pgtrigger.ignore', true), '')::text[]) THEN\n"
            "        RETURN COALESCE(NEW, OLD);\n"
            "    END IF;\n"
            "    {func}\n"
            "END $$;\n"
            "DROP TRIGGER IF EXISTS {pgid} ON {table};\n"
            "CREATE {constraint} TRIGGER {pgid} {when} {operation} ON {table} {timing} {referencing}\n"
            "    FOR EACH {level} {condition} EXECUTE FUNCTION {execute};\n"
            "COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';\n"
        )


def compile_with_search_path() -> None:
    """Let every trigger be compiled to `TriggerSql`, whichever class of pgtrigger declares it. Done once, at start."""
    inherited = pgtrigger.core.Trigger.compile

    def compile_trigger(trigger: pgtrigger.Trigger, model: Any) -> compiler.Trigger:
        asked = inherited(trigger, model)
        known = {name: value for name, value in asked.sql.kwargs.items() if name != "ignore_func_name"}
        return compiler.Trigger(name=asked.name, sql=TriggerSql(**known))

    pgtrigger.core.Trigger.compile = compile_trigger  # type: ignore[method-assign,assignment]
