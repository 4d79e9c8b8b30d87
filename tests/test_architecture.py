"""The shape of the house, held by reading its code: sizes, names, doors, keys, clocks."""

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from cases import lifecycle
from contacts.site_address import absolute

ROOT = Path(__file__).resolve().parent.parent
APPS = ("config", "products", "sla", "contacts", "cases")
FORBIDDEN_NAMES = {"utils", "helpers", "services", "managers", "mixins", "common", "core", "misc"}
MOST_LINES = {"module": 400, "function": 40, "story": 90, "view": 25, "task": 10, "template": 120, "test": 500}

KEYWORD_ONLY = inspect.Parameter.KEYWORD_ONLY
Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(*folders: str) -> list[Path]:
    """Return the Python files under these folders of the project; migrations are written by a machine."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


def templates() -> list[Path]:
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"})


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def length(function: Function) -> int:
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1


def calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """Yield each call with the dotted name of what is called."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def is_view_module(path: Path) -> bool:
    return "views" in path.parts or path.name == "views.py"


class TestSizes:
    @pytest.mark.parametrize(("folders", "most"), [(APPS, "module"), (("tests",), "test")])
    def test_no_file_outgrows_its_reader(self, folders: tuple[str, ...], most: str) -> None:
        sizes = {name(path): len(path.read_text().splitlines()) for path in modules(*folders)}
        assert {path: size for path, size in sizes.items() if size > MOST_LINES[most]} == {}

    @pytest.mark.parametrize(("folders", "most"), [(APPS, "function"), (("tests",), "story")])
    def test_no_function_outgrows_a_screen(self, folders: tuple[str, ...], most: str) -> None:
        """A journey of the tests is told in one piece and may take two."""
        too_long = [
            f"{name(path)}:{function.lineno} {function.name} ({length(function)})"
            for path in modules(*folders)
            for function in functions(path)
            if length(function) > MOST_LINES[most]
        ]
        assert too_long == []

    def test_no_template_outgrows_a_page(self) -> None:
        sizes = {name(path): len(path.read_text().splitlines()) for path in templates()}
        assert {path: size for path, size in sizes.items() if size > MOST_LINES["template"]} == {}

    def test_views_are_thin(self) -> None:
        thick = [f"{key} ({length(node)})" for key, node in our_views().items() if length(node) > MOST_LINES["view"]]
        assert thick == []

    def test_tasks_are_doorbells(self) -> None:
        long = [
            f"{name(path)} {function.name} ({length(function)})"
            for path in modules(*APPS)
            if path.name == "tasks.py"
            for function in functions(path)
            if length(function) > MOST_LINES["task"]
        ]
        assert long == []


class TestNames:
    def test_say_what_a_module_knows(self) -> None:
        found = [name(path) for path in modules(*APPS, "tests") if {*path.parts, path.stem} & FORBIDDEN_NAMES]
        assert found == []

    def test_of_modules_are_explained_in_their_first_lines(self) -> None:
        silent = [name(path) for path in modules(*APPS) if tree(path).body and not ast.get_docstring(tree(path))]
        assert silent == []


class TestTheOneDoor:
    def test_of_cases_is_used_by_all_who_answer_a_person(self) -> None:
        """`Case.objects` may only be followed by `.visible_to(` in views, API and channels."""
        bare = []
        for path in modules(*APPS):
            if not (is_view_module(path) or "channels" in path.parts or "api" in path.parts or path.stem == "api"):
                continue
            for node in ast.walk(tree(path)):
                if not isinstance(node, ast.Attribute) or node.attr == "visible_to":
                    continue
                if ast.unparse(node.value) in {"Case.objects", "Case._default_manager"}:
                    bare.append(f"{name(path)}:{node.lineno} Case.objects.{node.attr}")
        assert bare == []

    def test_is_not_passed_by_through_get_object_or_404(self) -> None:
        passed = [
            f"{name(path)}:{call.lineno}"
            for path in modules(*APPS)
            for call, called in calls(path)
            if called.endswith(("get_object_or_404", "get_list_or_404"))
            and call.args
            and ast.unparse(call.args[0]) in {"Case", "Case.objects"}
        ]
        assert passed == []


class TestKeys:
    RANK = {"config": 3, "cases": 2, "contacts": 1, "sla": 0, "products": 0}

    def test_never_point_upward(self) -> None:
        upward = []
        for model in apps.get_models(include_auto_created=True):
            for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
                target = field.related_model
                if target is None or isinstance(target, str):
                    continue
                ours, theirs = model._meta.app_label, target._meta.app_label
                if not {ours, theirs} <= set(self.RANK) or ours == theirs:
                    continue
                if self.RANK[theirs] >= self.RANK[ours]:
                    upward.append(f"{model._meta.label}.{field.name} -> {target._meta.label}")
        assert upward == []

    def test_of_the_five_apps_are_all_there_are(self) -> None:
        ours = {app.label for app in apps.get_app_configs() if Path(app.path).parent == ROOT}
        assert ours == set(self.RANK)


class TestModels:
    def test_have_no_order_of_their_own(self) -> None:
        ordered = [
            model._meta.label for model in apps.get_models() if model._meta.app_label in APPS and model._meta.ordering
        ]
        assert ordered == []

    def test_do_nothing_behind_the_reader_s_back(self) -> None:
        """No `save` of their own, no signals: what happens stands in a verb. Fields may clean their text."""
        saves = [
            f"{name(path)}:{node.lineno}"
            for path in modules("products", "sla", "contacts", "cases")
            if "models" in path.parts or path.name == "models.py"
            for node in functions(path)
            if node.name in {"save", "delete"}
        ]
        signals = [
            name(path)
            for path in modules("products", "sla", "contacts", "cases")
            if re.search(r"(?<!def )(?<!super\(\)\.)\b(pre|post)_(save|delete)\b", path.read_text())
        ]
        assert saves + signals == []


class TestTime:
    CLOCKS = {"timezone.now", "django.utils.timezone.now", "datetime.now", "datetime.utcnow", "date.today", "time.time"}

    def test_is_read_only_where_a_request_a_task_or_a_command_begins(self) -> None:
        """Elsewhere it is an argument: `config` and the admin's pages stand at the edge too."""
        read = [
            f"{name(path)}:{call.lineno} {called}"
            for path in modules("products", "sla", "contacts", "cases")
            if not (
                is_view_module(path)
                or path.name == "tasks.py"
                or path.name.startswith("admin")
                or "admin" in path.parts
                or "management" in path.parts
            )
            for call, called in calls(path)
            if called in self.CLOCKS
        ]
        assert read == []


class TestPages:
    SAFE = re.compile(r"\|\s*safe(seq)?\b|\{%\s*autoescape\s+off")
    STATUS = re.compile(
        r"\b(status|state\.code|status_code)\s*(==|!=|\bin\b|\bnot in\b)\s*[\"'\[(]|[\"']\s*(==|!=)\s*\w+\.status\b"
    )

    def test_escape_everything(self) -> None:
        """Plain text has nothing to escape: the texts of mails may say so."""
        pages = [path for path in templates() if path.suffix == ".html"]
        assert [name(path) for path in pages if self.SAFE.search(path.read_text())] == []

    def test_are_built_from_code_without_trusting_text(self) -> None:
        trusted = []
        for path in modules(*APPS):
            for call, called in calls(path):
                last = called.rpartition(".")[2]
                bare = last == "format_html" and len(call.args) + len(call.keywords) < 2
                if last in {"mark_safe", "SafeString", "SafeText"} or bare:
                    trusted.append(f"{name(path)}:{call.lineno} {called}")
        assert trusted == []

    def test_ask_predicates_instead_of_comparing_a_status_by_name(self) -> None:
        tags = re.compile(r"\{[%{].*?[%}]\}", re.DOTALL)
        named = [
            f"{name(path)}: {tag}"
            for path in templates()
            for tag in tags.findall(path.read_text())
            if self.STATUS.search(tag)
        ]
        assert named == []


# --- Views: found through the resolver, read in their source -------------------------------------------------


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        else:
            yield entry


def our_patterns() -> Iterator[tuple[URLPattern, Callable[..., object]]]:
    """Yield the addresses that lead to a function of ours, with that function bare of its decorators."""
    for pattern in patterns():
        view = inspect.unwrap(pattern.callback)
        ours = view.__module__.partition(".")[0] in APPS
        method = "." in view.__qualname__.rpartition("<locals>.")[2] if inspect.isfunction(view) else True
        if ours and not method:  # the admin's are its own
            yield pattern, view


@cache
def our_views() -> dict[str, Function]:
    """Return the source of those functions, by module and name."""
    found = {}
    for _pattern, view in our_patterns():
        source = Path(inspect.getsourcefile(view) or "")
        node = next((node for node in functions(source) if node.name == view.__name__), None)
        assert node is not None, f"{view.__module__}.{view.__name__}"
        found[f"{view.__module__}.{view.__name__}"] = node
    return found


class TestViews:
    def test_are_found(self) -> None:
        assert len(our_views()) > 20

    def test_say_which_methods_they_take(self, rf: RequestFactory) -> None:
        """A method that nobody asks for is refused before anything is read."""
        silent = []
        for pattern, view in our_patterns():
            request = rf.generic("TRACE", "/")
            request.user = SimpleNamespace(works_here=True, is_authenticated=True)
            arguments = dict.fromkeys(pattern.pattern.converters, "CC-000001")
            try:
                refused = pattern.callback(request, **arguments).status_code == 405
            except Exception:
                refused = False
            if not refused:
                silent.append(f"{view.__module__}.{view.__name__}")
        assert silent == []

    def test_send_no_mail_and_write_no_case(self) -> None:
        """What changes something stands in a verb."""
        done = [
            f"{name(path)}:{call.lineno} {called}"
            for path in modules(*APPS)
            if is_view_module(path)
            for call, called in calls(path)
            if re.search(r"\b(send_mail|EmailMessage|EmailMultiAlternatives|Case\.objects\.create)\b", called)
        ]
        assert done == []


class TestVerbs:
    """What `cases.lifecycle` hands on."""

    HANDED = {name: one for name, one in vars(lifecycle).items() if name[0] != "_" and not inspect.ismodule(one)}

    def test_are_all_that_it_hands_on(self) -> None:
        """Each is a function told by keyword when; what refuses or only reads is imported from where it stands."""
        strange = [
            name
            for name, verb in self.HANDED.items()
            if not inspect.isfunction(verb) or inspect.signature(verb).parameters["at"].kind is not KEYWORD_ONLY
        ]
        assert strange == []
        assert not hasattr(lifecycle, "__all__"), "a second list of the same names"


class TestStatus:
    """What a verb changes: nothing else assigns it or updates it in bulk."""

    FIELDS = {"status", "severity", "team", "owner", "team_id", "owner_id"}

    def test_is_written_by_the_lifecycle_alone(self) -> None:
        """The population for measurements is written by COPY and looks like what the lifecycle would have made."""
        paths = [
            path
            for path in modules("cases", "contacts", "config")
            if not {"lifecycle", "load_test_data"} & set(path.parts)
        ]
        assigned = [f"{name(path)}:{line}" for path in paths for line in self._assignments(path)]
        updated = [
            f"{name(path)}:{call.lineno} {called}"
            for path in paths
            for call, called in calls(path)
            if called.startswith("Case.objects") and called.endswith(".update")
            if self.FIELDS & {keyword.arg for keyword in call.keywords}
        ]
        assert assigned + updated == []

    def _assignments(self, path: Path) -> Iterator[int]:
        for node in ast.walk(tree(path)):
            for target in node.targets if isinstance(node, ast.Assign) else []:
                ours = isinstance(target, ast.Attribute) and ast.unparse(target.value) == "case"
                if ours and target.attr in self.FIELDS:
                    yield node.lineno


class TestAddresses:
    def test_are_built_of_the_site_by_one_function(self):
        """`contacts.site_address.absolute`; the checks of a deployment read the setting to judge it."""
        readers = {
            name(path)
            for path in modules(*APPS)
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Attribute) and node.attr == "SITE_URL"
        }
        assert readers == {"contacts/site_address.py", "config/deployment.py"}

    def test_are_those_of_the_site_that_is_set(self, settings):
        settings.SITE_URL = "https://care.example/"
        assert absolute("/portal/") == "https://care.example/portal/"

    def test_are_never_taken_from_the_request(self):
        """The host that a request names is chosen by who asks: in a mail it would lead to them."""
        asking = [
            (name(path), called)
            for path in modules(*APPS)
            for _call, called in calls(path)
            if called.endswith("build_absolute_uri")
        ]
        assert asking == []
