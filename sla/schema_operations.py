"""Operations of migrations that do for many models at once what Django and pgtrigger do for one.

Theirs lay out the models anew each time, all that refer to each other, which took most of the time of `migrate`.
"""

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation, OperationCategory
from pgtrigger import compiler


class CreateModels(Operation):
    """Creates tables, which may refer to each other in any order."""

    category = OperationCategory.ADDITION

    def __init__(self, operations: Sequence[CreateModel]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: Any) -> None:
        state.__dict__.pop("apps", None)  # laid out when it is asked for again, and not with each model
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Create {len(self.operations)} models"

    @property
    def migration_name_fragment(self) -> str:
        return "models"


class InstallTriggers(Operation):
    """Installs triggers of the models of an app, each in place of one of its name."""

    category = OperationCategory.ADDITION

    def __init__(self, triggers: Sequence[tuple[str, compiler.Trigger]]) -> None:
        self.triggers = triggers

    def state_forwards(self, app_label: str, state: Any) -> None:
        for model_name, trigger in self.triggers:
            options = state.models[app_label, model_name].options
            others = [known for known in options.get("triggers", []) if known.name != trigger.name]
            options["triggers"] = [*others, trigger]

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for _, trigger in self.triggers:
            schema_editor.execute(trigger.install_sql, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for model_name, trigger in self.triggers:
            before = to_state.models[app_label, model_name].options.get("triggers", [])
            known = next((one for one in before if one.name == trigger.name), None)
            schema_editor.execute(known.install_sql if known else trigger.uninstall_sql, params=None)

    def describe(self) -> str:
        return f"Install {len(self.triggers)} triggers"

    @property
    def migration_name_fragment(self) -> str:
        return "triggers"
