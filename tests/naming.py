"""Names that prose gives to places in the code: found in docs, docstrings and comments, and looked up in the tree."""

import ast
import fnmatch
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

from django.template import TemplateDoesNotExist
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parent.parent
APPS = ("config", "products", "sla", "contacts", "cases")
FOLDERS = (*APPS, "tests", "docs", "templates", "static", ".ci")
KINDS = "py|html|txt|toml|md|css|js|svg|po|yaml|yml|json|in|sh"
#: Written by a machine, or told of a past in which other names held.
NOT_READ = {"CHANGELOG.md", "package-lock.json", "uv.lock"}

_PART = r"(?:[\w.*-]|\{[\w,*]+\})"
PATH = re.compile(
    rf"(?<![\w./<:*}}{{,-])((?:{_PART}+/)*{_PART}+\.(?:{KINDS}))(?![\w/(-]|\.\w)|(?<![\w<*])(\.\w+\.txt)\b"
)
FOLDER = re.compile(rf"(?<![\w./<:-])((?:{'|'.join(map(re.escape, FOLDERS))})/(?:[\w.*-]+/)*)(?![\w<{{*-])")
DOTTED = re.compile(rf"(?<![\w./@-])((?:{'|'.join(APPS)})(?:\.[A-Za-z_]\w*)+)(?![\w/-])")
#: Modules of Django's that ours are named like; names of other programs; a task that a test sends for nobody to know.
OF_OTHERS = {"admin", "forms", "models", "urls", "views", "Node.js", "pg_trgm", "pg_restore"}
OF_OTHERS |= {"cases.tasks.nobody_knows_it"}
QUOTED = re.compile(r"`([a-z_]\w*)\.([A-Za-z_]\w*)[`(]")
_HASH = re.compile(r'"""(.*?)"""|(?:^|\s)#:? (.*?)$', re.DOTALL | re.MULTILINE)
COMMENTS = {
    **dict.fromkeys([".py", ".toml", ".yaml", ".yml", ".example", ""], _HASH),
    ".html": re.compile(r"\{#(.*?)#\}|\{% comment.*?%\}(.*?)\{% endcomment %\}|<!--(.*?)-->", re.DOTALL),
    ".txt": re.compile(r"\{#(.*?)#\}|\{% comment.*?%\}(.*?)\{% endcomment %\}", re.DOTALL),
    ".css": re.compile(r"/\*(.*?)\*/", re.DOTALL),
    ".js": re.compile(r"/\*(.*?)\*/|(?<!:)//(.*)$", re.DOTALL | re.MULTILINE),
}


@cache
def files() -> frozenset[str]:
    """Return all files of the project, as paths from its root."""
    inside = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file())
    at_root = (path for path in ROOT.iterdir() if path.is_file())
    return frozenset(
        path.relative_to(ROOT).as_posix() for path in (*inside, *at_root) if "__pycache__" not in path.parts
    )


@cache
def endings() -> frozenset[str]:
    """Return each file by each way to name it: its name alone, with its folder, and so on up to its whole path."""
    parts = (path.split("/") for path in files())
    return frozenset("/".join(part[start:]) for part in parts for start in range(len(part)))


@cache
def prose() -> dict[str, str]:
    """Return what is written for people, by file: docs whole, of code and templates the comments and docstrings."""
    found = {}
    for name in sorted(files() - NOT_READ):
        path = ROOT / name
        if path.suffix == ".md":
            found[name] = path.read_text(encoding="utf-8")
        elif path.suffix in COMMENTS and not {"migrations", "vendor", "samples"} & set(path.parts):
            matches = COMMENTS[path.suffix].findall(path.read_text(encoding="utf-8", errors="replace"))
            found[name] = "\n".join(match if isinstance(match, str) else "\n".join(match) for match in matches)
    return found


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def lost_paths(text: str) -> list[str]:
    """Return the files and folders that a text names and that are not there; `{a,b}` and `*` stand for several."""
    named = [alternative for path in map("".join, PATH.findall(text)) for alternative in _alternatives(path)]
    lost = [path for path in named if not _is_file(path)]
    folders = (folder.rstrip("/") for folder in FOLDER.findall(text) if "*" not in folder)
    return lost + [f"{folder}/" for folder in folders if not (ROOT / folder).is_dir()]


def _is_file(path: str) -> bool:
    if "*" in path:
        return any(fnmatch.fnmatch(ending, path) for ending in endings())
    if path.startswith("."):
        return any(ending.endswith(path) for ending in endings())
    return path in endings() or path in OF_OTHERS or path.startswith(("var/", "node_modules/"))


def _alternatives(path: str) -> list[str]:
    braces = re.search(r"\{([^{}]*)\}", path)
    if braces is None:
        return [path]
    return [found for word in braces[1].split(",") for found in _alternatives(path.replace(braces[0], word, 1))]


def lost_modules(text: str) -> list[str]:
    """Return the dotted names of ours in a text that are no module, nor anything of a module or model."""
    named = (dotted for dotted in DOTTED.findall(text) if dotted.rpartition(".")[2] not in KINDS.split("|"))
    return [dotted for dotted in named if not is_dotted_name(dotted) and dotted not in OF_OTHERS]


def is_dotted_name(dotted: str) -> bool:
    """Tell whether a dotted name is a module, what a module defines, a model (`cases.Case`) or a right of one."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        path = module(".".join(parts[:length]))
        if path is not None:
            rest = parts[length:]
            return not rest or rest[0] in defined(path) or (length == 1 and _is_of_a_model(rest[0]))
    return False


def _is_of_a_model(name: str) -> bool:
    return name.lower() in classes() or bool(re.match(r"(view|add|change|delete)_", name))


def module(dotted: str) -> Path | None:
    """Return the file of a module, or None."""
    path = ROOT / dotted.replace(".", "/")
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


@cache
def defined(path: Path) -> frozenset[str]:
    """Return the names at the top of a module, imported ones too, and those of its folder if it is a package."""
    names = (
        {file.stem if file.is_file() else file.name for file in path.parent.iterdir()}
        if path.stem == "__init__"
        else set()
    )
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return frozenset(names)


@cache
def by_stem() -> dict[str, list[Path]]:
    """Return the modules of the five apps by the last part of their name."""
    found = defaultdict(list)
    for name in files():
        path = ROOT / name
        if path.suffix == ".py" and name.startswith(tuple(f"{app}/" for app in APPS)):
            found[path.parent.name if path.stem == "__init__" else path.stem].append(path)
    return found


@cache
def classes() -> frozenset[str]:
    """Return the names of all classes of the five apps, in small letters."""
    every = (path for paths in by_stem().values() for path in paths)
    return frozenset(
        name.lower() for path in every for name in re.findall(r"^class (\w+)", path.read_text(), re.MULTILINE)
    )


def lost_functions(text: str) -> list[str]:
    """Return what is written as `module.name` of a module of ours that defines no such name."""
    return [
        f"{stem}.{name}"
        for stem, name in QUOTED.findall(text)
        if f"{stem}.{name}" not in endings() and stem in by_stem() and stem not in (*APPS, *OF_OTHERS)
        if not any(name in defined(path) for path in by_stem()[stem])
    ]


@cache
def identifiers() -> frozenset[str]:
    """Return every word that stands in code, templates or settings."""
    unread = (".md", ".svg", ".woff2", ".mo", "tests/test_names.py")
    read = (name for name in files() if not name.startswith("docs/") and not name.endswith(unread))
    found = {word for name in files() for word in re.findall(r"\w+", name)}
    for name in read:
        found.update(re.findall(r"\w+", (ROOT / name).read_text(encoding="utf-8", errors="ignore")))
    return frozenset(found)


def lost_identifiers(text: str) -> list[str]:
    """Return the names of several words, `like_this` or `LikeThis`, that a page has in code type and the code lacks."""
    named = re.findall(r"(?<!`)`([A-Za-z]+_[a-z_]+|(?:[A-Z][a-z]+){2,})(?:\.(\w+))?(?:\(|`)", text)
    return [word for pair in named for word in pair if word and word not in identifiers() | OF_OTHERS]


def lost_templates(text: str) -> list[str]:
    """Return the templates that code names in quotes and nobody has: neither the project nor the packages it uses."""
    named = re.findall(r"""["']([a-z_][\w/-]*\.html|[a-z_][\w-]*/[\w/.-]+\.txt)["']""", text)
    return [name for name in named if not (ROOT / "templates" / name).exists() and not _has_template(name)]


def _has_template(name: str) -> bool:
    try:
        get_template(name)
    except TemplateDoesNotExist:
        return False
    return True
