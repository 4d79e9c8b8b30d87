"""The check of the translations finds what a person would trip over."""

from pathlib import Path

import pytest
from babel.messages.catalog import Message

from config.dev import translations


def faults(source: str | tuple[str, ...], text: str | tuple[str, ...], **fields: object) -> list[str]:
    return list(translations._faults_of(Message(source, text, **fields)))


class TestFaults:
    def test_of_a_good_translation_are_none(self) -> None:
        assert faults("Reply to %(name)s", "Répondre à %(name)s") == []
        assert faults(("one case", "%(n)s cases"), ("un dossier", "%(n)s dossiers")) == []

    @pytest.mark.parametrize(
        ("source", "text", "fault"),
        [
            ("Close", "", "not translated"),
            (("%(n)s case", "%(n)s cases"), ("%(n)s dossier", ""), "not translated"),
            ("Reply to %(name)s", "Répondre à %(nom)s", "placeholders differ"),
            ("Until {time}", "Jusqu’à", "placeholders differ"),
            ("<b>Now</b>", "Maintenant", "tags differ"),
            ("\nNow", "Maintenant", "line breaks differ"),
        ],
    )
    def test_are_named(self, source: str | tuple[str, ...], text: str | tuple[str, ...], fault: str) -> None:
        assert any(found.startswith(fault) for found in faults(source, text))

    def test_include_a_guess_that_nobody_looked_at(self) -> None:
        assert "fuzzy" in faults("Close", "Fermer", flags=["fuzzy"])


class TestCollecting:
    def test_reads_templates_with_plurals_and_contexts(self, tmp_path: Path) -> None:
        template = tmp_path / "page.html"
        template.write_text(
            '{% load i18n %}\n  <p>{% translate "Open it" %}</p>\n'
            "    {% blocktranslate count n=n %}{{ n }} case{% plural %}{{ n }} cases{% endblocktranslate %}\n"
            '{% translate "May" context "month" %}{{ _("Close")|upper }}'
        )
        found = {(text, context) for _line, text, _comments, context in translations._texts(template)}
        assert found >= {
            ("Open it", None),
            (("%(n)s case", "%(n)s cases"), None),
            ("May", "month"),
            ("Close", None),
        }

    def test_finds_the_texts_of_this_project(self) -> None:
        catalog = translations.collect()
        assert catalog.get("Back office") is not None
        assert len(catalog) > 300
