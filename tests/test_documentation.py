"""What somebody has to know stands in docs/: each setting, task, command, channel, event kind and make target."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cases.events import KINDS
from cases.models.case import Channel
from config.celery import app
from config.schedule import ROUNDS

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
APPS = ("config", "products", "sla", "contacts", "cases")


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def said(words: str, name: str) -> bool:
    """Tell whether a page names `words` in code type, alone or at the beginning of a longer piece."""
    return bool(re.search(rf"`{re.escape(words)}(?![\w-])", page(name)))


def environment_names() -> Iterator[str]:
    """Yield the names that `env.…("NAME")` of the settings and `os.environ` of the programs around them read."""
    for path in [*(ROOT / "config").rglob("*.py"), ROOT / "tests" / "browser.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            called = ast.unparse(node.func)
            if re.fullmatch(r"env\.\w+|os\.environ\.get|os\.getenv", called) and called != "env.read_env":
                yield str(node.args[0].value)


def commands() -> list[str]:
    found = [path.stem for app in APPS for path in (ROOT / app / "management" / "commands").glob("*.py")]
    return sorted(name for name in found if not name.startswith("_"))


def make_targets() -> list[str]:
    text = (ROOT / "Makefile").read_text()
    [phony] = re.findall(r"^\.PHONY: (.+)$", text, re.MULTILINE)
    return str(phony).split()


def links() -> list[tuple[Path, str]]:
    pages = [*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    return [
        (path, target)
        for path in pages
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))
        if "://" not in target
    ]


#: Set by others than the operator, or by Django itself.
NOT_SETTINGS = {"DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE", "PATH"}


class TestDocs:
    @pytest.mark.parametrize("name", sorted({*environment_names()} - NOT_SETTINGS))
    def test_tell_what_a_setting_means(self, name: str) -> None:
        assert said(name, "settings.md")

    @pytest.mark.parametrize("name", commands())
    def test_tell_what_a_command_does(self, name: str) -> None:
        assert said(f"manage.py {name}", "commands.md")

    @pytest.mark.parametrize("name", make_targets())
    def test_tell_what_a_make_target_does(self, name: str) -> None:
        assert said(f"make {name}", "commands.md")

    def test_tell_what_each_task_is_for(self) -> None:
        app.loader.import_default_modules()
        tasks = {name for name in app.tasks if name.partition(".")[0] in APPS}
        assert {entry.task for entry in ROUNDS} <= tasks
        assert [name for name in sorted(tasks) if not said(name, "commands.md")] == []

    def test_name_each_kind_of_event(self) -> None:
        assert [str(kind) for kind in KINDS if not said(str(kind), "cases.md")] == []

    def test_name_each_channel(self) -> None:
        assert [channel.value for channel in Channel if not said(channel.value, "cases.md")] == []

    def test_name_each_variable_in_the_example(self) -> None:
        """`.env.example` holds nothing that the settings do not read."""
        text = (ROOT / ".env.example").read_text()
        named = set(re.findall(r"^#? ?([A-Z][A-Z_]+)=", text, re.MULTILINE))
        assert named <= {*environment_names()}

    def test_lead_from_the_index_to_every_page(self) -> None:
        index = page("README.md")
        assert [path.name for path in DOCS.glob("*.md") if path.name != "README.md" and path.name not in index] == []

    @pytest.mark.parametrize(("path", "target"), links(), ids=lambda value: getattr(value, "name", str(value)))
    def test_lead_somewhere(self, path: Path, target: str) -> None:
        assert (path.parent / target).exists()
