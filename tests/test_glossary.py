"""The drawn pages of docs/: the glossary says what the code, the texts and the tree say; the picture is the contract's."""

import re

import pytest

from config.dev import docs
from tests.naming import ROOT, defined, files, prose, words_of_code

TERMS = [term for group in docs.table()["terms"].values() for term in group]
QUESTIONS = docs.table()["questions"]
#: Words of a question that lead nowhere.
SMALL = set("where which what who how is are the a an of to in at be and does do has it by from up much say as".split())


class TestPages:
    @pytest.mark.parametrize("page", ["glossary", "architecture"])
    def test_are_as_they_would_be_drawn(self, page: str) -> None:
        """After a change of docs/glossary.toml or of a contract: `python -m config.dev.docs`."""
        path = {"glossary": docs.GLOSSARY, "architecture": docs.ARCHITECTURE}[page]
        assert path.read_text(encoding="utf-8") == {"glossary": docs.glossary, "architecture": docs.architecture}[page]()

    def test_name_every_package_that_has_a_rank(self) -> None:
        units = [unit for rank in docs.ranks("cases") for unit in rank]
        assert [unit for unit in units if f"`{unit}`" not in prose()["docs/architecture.md"]] == []

    @pytest.mark.parametrize("app", ["config", "cases", "contacts", "sla", "products"])
    def test_draw_ranks_of_every_app(self, app: str) -> None:
        assert len(docs.ranks(app)) > 3


class TestTerms:
    def test_are_written_once(self) -> None:
        ours = [term["ours"] for term in TERMS]
        assert sorted({word for word in ours if ours.count(word) > 1}) == []

    def test_have_names_in_the_code(self) -> None:
        names = [name for term in TERMS for name in term["code"]]
        places = [name for name in names if "/" in name]
        words = [word for name in names if "/" not in name for word in name.split(".")]
        assert [place for place in places if not (ROOT / place).exists()] == []
        assert [word for word in words if word not in words_of_code()] == []

    def test_are_said_in_french_as_the_pages_say_them(self) -> None:
        texts = (ROOT / "config" / "locale" / "fr" / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
        french = "".join(re.findall(r'^(?:msgstr.*?)?"(.*)"$', texts, re.MULTILINE)).lower()
        assert [term["french"] for term in TERMS if term["french"].lower() not in french] == []


def words_of(text: str) -> set[str]:
    """Return the words of a question or path, plurals and endings cut off."""
    found = {word.removesuffix("s") for word in re.findall(r"[a-z]+", text.lower()) if word not in SMALL}
    return {re.sub(r"(ing|ed|ie|y|e|che)$", "", word) for word in found}


def hits(question: str) -> list[str]:
    """Return the modules whose paths share the most words with a question."""
    asked = words_of(question)
    scored = {
        path: len(asked & words_of(path.removesuffix(".py")))
        for path in files()
        if path.endswith(".py") and not path.startswith("tests/") and "migrations" not in path
    }
    return [path for path, score in scored.items() if score == max(scored.values())]


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
        """Who looks for the words of the question in the names of all files has it among the best three."""
        best = hits(question)
        assert QUESTIONS[question][0] in best
        assert len(best) <= 3
