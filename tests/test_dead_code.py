"""Dead code: what no other code, template or style names is deleted, not kept."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("config", "products", "sla", "contacts", "cases")
# What frameworks call by a name of theirs, and our own code never does.
BY_FRAMEWORK = {
    # Django's administration, forms and widgets
    *("construct_change_message", "password_change", "value_from_datadict", "use_required_attribute"),
    # pgtrigger's compilers
    "get_template",
    # Django's path converters
    "to_url",
    # Django's middleware, access mixins and caches
    *("process_view", "handle_no_permission", "validate_key"),
    # Django's users, and allauth's adapter
    *("create_superuser", "get_by_natural_key", "is_superuser", "has_perms", "has_module_perms"),
    *("is_open_for_signup", "get_email_confirmation_url"),
    # Django's feeds, and a trigger of django-pgtrigger
    *("feed_guid", "item_title", "item_description", "item_guid", "item_pubdate", "item_updateddate", "get_func"),
}
BY_ITS_FORM = re.compile(r"clean_\w+|\w+Config")  # Django's forms clean each field; an app is found by its config
WORD = re.compile(r"\w+")
STYLE = re.compile(r"\.(cc-[a-z0-9-]+)")
USED = re.compile(r"(?<![\w-])(cc-[\w-]*)(.?)", re.DOTALL)


@cache
def named() -> Counter[str]:
    """Count the words of everything that may name a function: code, templates, scripts, tables and settings."""
    words: Counter[str] = Counter()
    for path in sources("*.py", "*.html", "*.txt", "*.js", "*.toml"):
        words.update(WORD.findall(path.read_text(encoding="utf-8")))
    words.update(WORD.findall((ROOT / "pyproject.toml").read_text(encoding="utf-8")))
    return words


def sources(*patterns: str) -> Iterator[Path]:
    for folder in (*APPS, "templates", "static"):
        for pattern in patterns:
            yield from (path for path in (ROOT / folder).rglob(pattern) if "vendor" not in path.parts)


def defined(path: Path) -> Iterator[str]:
    """Yield the functions, classes and methods of a module that others may call, but those registered by name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            decorators = [ast.unparse(one) for one in node.decorator_list]
            if not any("register" in one or "name=" in one for one in decorators):
                yield node.name


@cache
def unnamed() -> dict[str, str]:
    """Return what is defined and never named again, with its module."""
    return {
        name: path.relative_to(ROOT).as_posix()
        for folder in APPS
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts
        for name in defined(path)
        if named()[name] == 1 and not BY_ITS_FORM.fullmatch(name)
    }


def test_every_function_class_and_method_is_named_somewhere_else() -> None:
    assert {name: path for name, path in unnamed().items() if name not in BY_FRAMEWORK} == {}


def test_the_names_that_frameworks_call_are_all_ours() -> None:
    assert BY_FRAMEWORK - unnamed().keys() == set()


def test_every_class_of_the_style_sheets_is_used() -> None:
    """Whole, or as the beginning that a template completes by a value."""
    texts = [path.read_text(encoding="utf-8") for path in sources("*.html", "*.txt", "*.js", "*.py", "*.svg")]
    named = {found for text in texts for found in USED.findall(text)}
    whole = {name for name, _after in named}
    begun = {name for name, after in named if name.endswith("-") and after in ("{", '"', "'", "%")}
    styles = [path for path in (ROOT / "static").rglob("*.css") if "vendor" not in path.parts]
    found = {one for path in styles for one in STYLE.findall(path.read_text(encoding="utf-8"))}
    assert found
    unused = {one for one in found - whole if not any(one.startswith(beginning) for beginning in begun - {"cc-"})}
    assert unused == set()
