"""One word a thing: what prose names is there, and what is there bears the names of the glossary."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.dev import docs
from tests import naming
from tests.naming import APPS, ROOT, files, prose

#: What says nothing of what a module knows.
FORBIDDEN_MODULES = {"utils", "helpers", "services", "managers", "mixins", "common", "core", "misc"}
#: A dialect of our own, where the field has a word (docs/glossary.md).
FORBIDDEN = {
    "news",
    "told",
    "telling",
    "deed",
    "door",
    "entrance",
    "verdict",
    "outlook",
    "turns",
    "reckon",
    "births",
    "life",
}
FORBIDDEN |= {"society", "sheet", "ledger", "faces", "words", "order", "tidying"}
#: Names that stay, and why.
ALLOWED = {
    "time_words": "the one place that writes instants and spans as people read them",
    "in_order": "a queryset as its rows are asked or read",
    "assistance_told": "the code of a notice, which mails in the outbox bear",
    "entrance": "the name by which the sign-in library looks for this template",
    "incident_told": "the code of an event, which rows of the record bear",
}
LAYERS = ("models", "events", "lifecycle", "forms", "views", "urls", "admin")


def parts(name: str) -> set[str]:
    """Return the words of a name written `like_this`, `LikeThis` or `like-this`, in small letters."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+", name)}


def sources(*folders: str) -> list[Path]:
    paths = (
        ROOT / name for name in files() if name.endswith(".py") and name.startswith(tuple(f"{it}/" for it in folders))
    )
    return sorted(path for path in paths if "migrations" not in path.parts)


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


class TestProse:
    """Docs, docstrings and comments of code, templates, style sheets, scripts and TOML."""

    @pytest.mark.parametrize("lost", [naming.lost_paths, naming.lost_modules, naming.lost_functions])
    def test_names_what_is_there(self, lost: Callable[[str], list[str]]) -> None:
        assert [f"{name}: {found}" for name, text in prose().items() for found in lost(text)] == []

    def test_of_docs_sets_in_code_type_what_the_code_has(self) -> None:
        pages = {name: text for name, text in prose().items() if name.endswith(".md")}
        assert [f"{name}: {found}" for name, text in pages.items() for found in naming.lost_identifiers(text)] == []

    @pytest.mark.parametrize(
        ("text", "lost"),
        [
            ("see `cases/statuses.py` and `cases/lifecycle/`", []),
            ("see cases/no_such.py, no_such.html", ["cases/no_such.py", "no_such.html"]),
            ("templates/cases/no_such/ has it", ["templates/cases/no_such/"]),
            ("the address /cases/no_such/ and https://example.com/cases/a.html", []),
            ("`models/{case,no_such}.py`", ["models/no_such.py"]),
            ("`tests/test_*.py`, `tests/no_*.py`", ["tests/no_*.py"]),
        ],
    )
    def test_is_searched_for_paths(self, text: str, lost: list[str]) -> None:
        assert naming.lost_paths(text) == lost

    @pytest.mark.parametrize(
        ("text", "lost"),
        [
            ("`cases.tasks.sweep`, cases.Case, `cases.view_case`, sla.clocks", []),
            ("cases.no_such and cases.statuses.NO_SUCH", ["cases.no_such", "cases.statuses.NO_SUCH"]),
        ],
    )
    def test_is_searched_for_modules(self, text: str, lost: list[str]) -> None:
        assert naming.lost_modules(text) == lost

    def test_is_searched_for_functions_and_names(self) -> None:
        assert naming.lost_functions("`permissions.MAY`, `permissions.NO_SUCH`") == ["permissions.NO_SUCH"]
        assert naming.lost_identifiers("`open_case(case)`, `NoSuchThing.at`, `Case`") == ["NoSuchThing"]


class TestStrings:
    def test_that_are_a_dotted_name_lead_to_a_module(self) -> None:
        """Names of settings, tasks, loggers, models and patched functions."""
        lost = [
            f"{short(path)}: {found}"
            for path in sources(*APPS, "tests")
            if path != Path(__file__)
            for string in re.findall(r"""(?<=["'])[a-z_]+(?:\.\w+)+(?=["'])""", path.read_text(encoding="utf-8"))
            for found in naming.lost_modules(string)
        ]
        assert lost == []

    def test_that_name_a_template_lead_to_one(self) -> None:
        code = [*sources(*APPS), *(ROOT / name for name in files() if name.startswith("templates/"))]
        lost = {short(path): naming.lost_templates(path.read_text(encoding="utf-8")) for path in code}
        assert {path: names for path, names in lost.items() if names} == {}


class TestWords:
    def test_of_files_and_folders_are_those_of_the_field(self) -> None:
        places = [ROOT / name for name in files() if name.startswith("templates/")] + sources(*APPS, "tests")
        names = ((short(path), set(short(path).partition(".")[0].split("/"))) for path in places)
        found = [path for path, words in names if any(map(self._is_wrong, words)) or words & FORBIDDEN_MODULES]
        assert found == []

    def test_of_functions_and_classes_are_those_of_the_field(self) -> None:
        """The names of tests are sentences, and may use the words as English does."""
        defined = re.compile(r"^ *(?:async )?(?:def|class) (?!test_|Test)(\w+)", re.MULTILINE)
        names = ((path, name) for path in sources(*APPS, "tests") for name in defined.findall(path.read_text()))
        assert [f"{short(path)} {name}" for path, name in names if self._is_wrong(name)] == []

    def _is_wrong(self, name: str) -> bool:
        name = name.removeprefix("test_")
        return bool(parts(name) & FORBIDDEN) and name not in ALLOWED


def layer_modules() -> Iterator[tuple[str, str]]:
    """Yield the modules of the layers of `cases`, with the word that each bears."""
    for layer in LAYERS:
        for path in sources(f"cases/{layer}"):
            if path.stem != "__init__":
                yield short(path), path.stem


def template_folders() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "templates" / "cases").rglob("*")):
        if path.is_dir() and path.name not in {"mail", "status"}:
            yield short(path), path.name


def vocabulary() -> dict[str, list[str]]:
    """Return the words that a module of each capability may bear."""
    return {name: [name, *row["with"]] for name, row in docs.table()["capabilities"].items()}


def bears(stem: str, word: str) -> bool:
    """Tell whether a module bears a word, in either number, alone or with a further one behind it."""
    singular = re.sub(r"ies$", "y", word) if word.endswith("ies") else word.removesuffix("s")
    return any(stem == form or stem.startswith(f"{form}_") for form in (word, singular, f"{singular}s"))


class TestCapabilities:
    @pytest.mark.parametrize("places", [layer_modules, template_folders])
    def test_have_one_name_in_every_layer(self, places: Callable[[], Iterator[tuple[str, str]]]) -> None:
        """A new one is a row of docs/glossary.toml, and bears its name everywhere."""
        words = [word for row in vocabulary().values() for word in row]
        assert [path for path, stem in places() if not any(bears(stem, word) for word in words)] == []

    def test_have_their_tests_in_folders_of_the_same_name(self) -> None:
        folders = (
            path for path in (ROOT / "tests" / "cases").rglob("*") if path.is_dir() and path.name != "__pycache__"
        )
        names = [path.relative_to(ROOT / "tests" / "cases") for path in folders]
        homes = (ROOT / "cases", ROOT / "cases" / "views")
        assert [str(name) for name in names if not any((home / name).is_dir() for home in homes)] == []

    def test_share_no_word(self) -> None:
        words = [word for row in vocabulary().values() for word in row]
        assert sorted({word for word in words if words.count(word) > 1}) == []

    def test_bear_no_word_that_nothing_is_called_by(self) -> None:
        stems = {stem for _path, stem in (*layer_modules(), *template_folders())}
        stems |= {path.stem for path in (ROOT / "cases").iterdir()}
        words = [word for row in vocabulary().values() for word in row[1:]]
        assert [word for word in words if not any(bears(stem, word) for stem in stems)] == []
