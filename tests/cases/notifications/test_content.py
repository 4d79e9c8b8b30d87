"""Every notice has one content function and templates, all of its name; and there is none that nobody sends."""

import ast
import importlib
from collections import Counter
from pathlib import Path

import pytest

from cases.events import KINDS
from cases.models import OutboxMail, StatusMail
from cases.notifications import compose, content
from tests.test_architecture import ROOT, modules, name, tree

pytestmark = pytest.mark.django_db

FOLDER = "cases/notifications/content/"
FOLDERS = {"status_page": ROOT / "templates/cases/status/mail"}
MAILS = ROOT / "templates/cases/mail"
# Who is told that a case did not close by itself: no content of a mail.
NO_CONTENT = {"who_acts"}
# Keys of a row within a list.
NESTED = {("conversation", "when")}


def parts(folder: Path, form: str) -> set[str]:
    """Return the notices that have a template of a form here; bases and parts are none."""
    found = {path.name.removesuffix(form) for path in folder.glob(f"*{form}")}
    return {
        one for one in found if not one.startswith(("_", "base")) and not one.endswith("subject") and one != "subject"
    }


def functions() -> list[tuple[str, str]]:
    """Return capability and name of each content function, of one that serves several notices each name."""
    found = []
    for path in (ROOT / FOLDER).glob("[a-z]*.py"):
        module = importlib.import_module(f"cases.notifications.content.{path.stem}")
        own = [one for one, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__]
        found += [(path.stem, one) for one in own if not one.startswith("_") and one not in NO_CONTENT]
    return found


def sent() -> set[str]:
    """Return what the code that changes cases names: the notices of events, and every text that stands in it."""
    outside = [path for path in modules("cases") if not name(path).startswith("cases/notifications/")]
    texts = {
        node.value
        for path in outside
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return texts | {kind.notice for kind in KINDS.values()}


class TestEveryNotice:
    def test_has_one_content_function(self):
        count = Counter(notice for _capability, notice in functions())
        assert [notice for notice, times in count.items() if times > 1] == []
        assert content.content_functions().keys() - NO_CONTENT == count.keys()
        assert {kind.notice for kind in KINDS.values() if kind.notice} <= count.keys()

    @pytest.mark.parametrize("form", [".txt", ".html"])
    def test_has_its_templates(self, form):
        """A notice without a template would fail at sending, long after the change."""
        named: dict[Path, set[str]] = {MAILS: set(), **{folder: set() for folder in FOLDERS.values()}}
        for capability, notice in functions():
            named[FOLDERS.get(capability, MAILS)].add(notice)
        for folder, notices in named.items():
            assert parts(folder, form) == notices

    def test_is_sent_by_somebody(self):
        assert {notice for _capability, notice in functions()} - sent() == set()

    @pytest.mark.parametrize(("update", "notice"), [(1, "status_update"), (None, "status_confirmation")])
    def test_of_the_status_page_is_found_too(self, update, notice):
        assert StatusMail(update_id=update).notice == notice
        assert notice in content.content_functions()


class TestWhatAllNoticesSay:
    """Number, subject, reader and the like of a case: no notice has a value of its own under the same name."""

    def test_is_replaced_by_no_content_function(self, case):
        mail = OutboxMail.objects.filter(case=case).first()
        own = content.content_functions()[mail.notice](mail, case)
        fixed = compose._context(mail, case).keys() - compose.REPLACED - own.keys()
        assert {"number", "subject", "reader", "account", "zone"} <= fixed
        written = {
            (path.stem, node.lineno, key.value)
            for path in (ROOT / FOLDER).glob("[a-z]*.py")
            if path.stem not in FOLDERS  # mails of the status page are about no case
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Dict)
            for key in node.keys
            if isinstance(key, ast.Constant)
        }
        assert {(stem, key) for stem, _line, key in written if key in fixed} == NESTED

    def test_cannot_be_replaced_unseen(self, case, monkeypatch):
        mail = OutboxMail.objects.filter(case=case).first()
        monkeypatch.setitem(content.content_functions(), mail.notice, lambda _mail, _case: {"number": 1})
        with pytest.raises(ValueError, match="number"):
            compose.compose(mail)
