"""The drawn pages of docs/: the glossary says what code and texts say, and the picture is that of the contracts."""

import re
from collections import Counter
from functools import cache

import pytest

from config.dev import docs
from tests.naming import APPS, ROOT, defined, files, identifiers, prose

TERMS = [term for group in docs.table()["terms"].values() for term in group]
QUESTIONS = docs.table()["questions"]
#: Words of a question that lead nowhere.
SMALL = frozenset(
    re.findall(
        r"\w+", "where which what who how is are the a an of to in at be and does do has it by from up much say as py"
    )
)


class TestPages:
    @pytest.mark.parametrize("page", ["glossary", "architecture"])
    def test_are_as_they_would_be_drawn(self, page: str) -> None:
        """After a change of docs/glossary.toml or of a contract: `python -m config.dev.docs`."""
        path = {"glossary": docs.GLOSSARY, "architecture": docs.ARCHITECTURE}[page]
        assert (
            path.read_text(encoding="utf-8") == {"glossary": docs.glossary, "architecture": docs.architecture}[page]()
        )

    def test_name_every_package_that_has_a_rank(self) -> None:
        units = [unit for rank in docs.ranks("cases") for unit in rank]
        assert [unit for unit in units if f"`{unit}`" not in prose()["docs/architecture.md"]] == []

    @pytest.mark.parametrize("app", ["config", "cases", "contacts", "sla", "products"])
    def test_draw_ranks_of_every_app(self, app: str) -> None:
        assert len(docs.ranks(app)) >= 3


class TestTerms:
    def test_are_written_once(self) -> None:
        ours = [term["ours"] for term in TERMS]
        assert sorted({word for word in ours if ours.count(word) > 1}) == []

    def test_have_names_in_the_code(self) -> None:
        names = [name for term in TERMS for name in term["code"]]
        places = [name for name in names if "/" in name]
        words = [word for name in names if "/" not in name for word in name.split(".")]
        assert [place for place in places if not (ROOT / place).exists()] == []
        assert [word for word in words if word not in identifiers()] == []

    def test_are_said_in_french_as_the_pages_say_them(self) -> None:
        texts = (ROOT / "config" / "locale" / "fr" / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
        french = "".join(re.findall(r'^(?:msgstr.*?)?"(.*)"$', texts, re.MULTILINE)).lower()
        assert [term["french"] for term in TERMS if term["french"].lower() not in french] == []


def stems(text: str) -> set[str]:
    """Return the words of a question or path, without the endings of plurals and verbs."""
    found = (re.sub(r"(?<![us])s$", "", word) for word in re.findall(r"[a-z]+", text.lower()) if word not in SMALL)
    return {re.sub(r"(ing|ed|ie|y|e)$", "", word) for word in found}


@cache
def modules() -> dict[str, tuple[set[str], set[str]]]:
    """Return the words in the path of each module of the five apps, and those in the name of its file."""
    code = (path for path in files() if path.startswith(tuple(f"{app}/" for app in APPS)) and path.endswith(".py"))
    return {path: (stems(path), stems(path.rpartition("/")[2])) for path in code if "migrations" not in path}


def hits(question: str) -> list[str]:
    """Return the modules whose paths have the words of a question, the rare ones first, and the fewest others."""
    asked = stems(question)
    known = Counter(word for path, _file in modules().values() for word in path)
    near = {
        name: (sum(1 / known[word] for words in (path, file) for word in asked & words), -len(path - asked))
        for name, (path, file) in modules().items()
    }
    return [name for name, score in near.items() if score == max(near.values())]


class TestQuestions:
    def test_are_twenty(self) -> None:
        assert len(QUESTIONS) == 20

    @pytest.mark.parametrize("question", QUESTIONS)
    def test_are_answered_where_the_page_says(self, question: str) -> None:
        path, name = QUESTIONS[question]
        assert path in files()
        assert not name or name in defined(ROOT / path)

    @pytest.mark.parametrize("question", QUESTIONS)
    def test_lead_to_the_file_by_its_name(self, question: str) -> None:
        """Who looks for the words of the question in the names of all files comes there first, or second."""
        assert QUESTIONS[question][0] in hits(question)
        assert len(hits(question)) <= 2
