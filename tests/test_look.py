"""The look's own promises: contrast in both themes, a current sprite, nothing inline, every part told in the docs."""

import re
from itertools import product
from pathlib import Path

import pytest
from django.utils import translation

from cases.events import KINDS
from cases.statuses import STATUSES
from config.look import icons
from config.look import marks as faces
from config.templatetags import look
from config.web import navigation

ROOT = icons.ROOT
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
STYLES = sorted((ROOT / "static" / "css").rglob("*.css"))
TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", (ROOT / "static/css/tokens.css").read_text()
    )
}

GROUNDS = ["cc-ground", "cc-surface", "cc-raised", "cc-sunken"]
INKS = [
    "cc-ink",
    "cc-ink-2",
    "cc-accent",
    "cc-accent-strong",
    *(f"tblr-{n}" for n in ("danger", "success", "warning", "info")),
]
ON = [
    "accent",
    "accent-tint",
    "critical",
    "major",
    "moderate",
    "minor",
    "running",
    "at-risk",
    "breached",
    "paused",
    "met",
    "note",
]
READ = [
    *product(INKS, GROUNDS),
    *((f"cc-on-{name}", f"cc-{name}") for name in ON),
    *product(["cc-ink", "cc-ink-2"], ["cc-accent-tint", "cc-note"]),
    *((f"tblr-{name}-fg", f"tblr-{name}") for name in ("success", "danger", "warning", "info")),
    *((f"tblr-{name}-fg", f"tblr-{name}-darken") for name in ("success", "danger", "warning", "info")),
    ("cc-on-accent", "cc-accent-strong"),
]
DRAWN = [
    *((f"cc-bar-{name}", "cc-surface") for name in ("running", "at-risk", "breached", "paused", "met")),
    *product(["cc-line-strong", "cc-accent", "cc-critical", "cc-major"], ["cc-ground", "cc-surface"]),
]


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2.2 reckons it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


class TestContrast:
    @pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
    def test_is_enough_for_text(self, theme: int) -> None:
        weak = {(ink, on): contrast(TOKENS[ink][theme], TOKENS[on][theme]) for ink, on in READ}
        assert not {pair: round(value, 2) for pair, value in weak.items() if value < 4.5}

    @pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
    def test_is_enough_for_shapes(self, theme: int) -> None:
        weak = {(shape, on): contrast(TOKENS[shape][theme], TOKENS[on][theme]) for shape, on in DRAWN}
        assert not {pair: round(value, 2) for pair, value in weak.items() if value < 3}


class TestIcons:
    @pytest.mark.skipif(not icons.PACKAGE.exists(), reason="the npm packages are not installed")
    def test_sprite_is_current(self) -> None:
        assert icons.SPRITE.read_text() == icons.sprite()

    def test_used_names_are_in_the_sprite(self) -> None:
        used = {match[1] for path in TEMPLATES for match in re.finditer(r'{% icon "([\w-]+)"', path.read_text())}
        used |= {match[1] for path in TEMPLATES for match in re.finditer(r'\bicon="([\w-]+)"', path.read_text())}
        used |= {
            match[1] for path in SCRIPTS for match in re.finditer(r'"(alert-triangle|photo|file|x)"', path.read_text())
        }
        used |= {place.icon for table in (navigation.PORTAL, navigation.DESK, navigation.SETTINGS) for place in table}
        used |= {kind.icon for kind in KINDS.values()}
        used |= {*faces.STATUS_ICONS.values(), *faces.CLOCK_ICONS.values()}
        assert used <= set(re.findall(r'<symbol id="([\w-]+)"', icons.SPRITE.read_text()))

    def test_every_status_has_a_badge(self) -> None:
        assert {status.badge for status in STATUSES.values()} <= set(faces.STATUS_ICONS)


class TestPolicy:
    def test_nothing_is_inline(self) -> None:
        inline = re.compile(r'\sstyle=|\son\w+="|<style|<script(?![^>]*(src=|type="application/json"))')
        pages = [path for path in TEMPLATES if "mail" not in path.parts]
        assert not [f"{path.relative_to(ROOT)}: {m[0]}" for path in pages if (m := inline.search(path.read_text()))]

    def test_bootstrap_script_is_not_expected(self) -> None:
        assert not [path for path in TEMPLATES if re.search(r"data-bs-(?!theme)", path.read_text())]

    def test_nothing_comes_from_elsewhere(self) -> None:
        foreign = re.compile(r'(?:src|href|url\()\s*=?\s*["\']?https?://')
        sources = [path for path in [*TEMPLATES, *STYLES, *SCRIPTS] if "mail" not in path.parts]
        assert not [path for path in sources if foreign.search(path.read_text())]

    def test_every_style_sheet_is_loaded(self) -> None:
        loaded = (ROOT / "templates/components/styles.html").read_text()
        own = [path for path in STYLES if path.name != "admin.css"]
        assert not [
            path.name for path in own if f"css/{path.relative_to(ROOT / 'static/css').as_posix()}" not in loaded
        ]


class TestDocs:
    DOC = (ROOT / "docs" / "look.md").read_text()

    def test_name_every_part(self) -> None:
        by_tag = {"severity_mark", "status_badge", "countdown", "clock_bar", "person", "phone"}
        frame = {"header", "rail", "user_menu", "language_switch", "theme_switch", "patterns", "styles"}
        parts = {path.stem for path in (ROOT / "templates/components").glob("*.html")}
        missing = {part for part in parts - frame - by_tag if f"`{part}.html`" not in self.DOC}
        assert not missing | {tag for tag in by_tag if f"{{% {tag} " not in self.DOC}

    def test_name_every_script(self) -> None:
        assert not [path.name for path in SCRIPTS if path.stem not in self.DOC]

    def test_every_part_says_what_it_takes(self) -> None:
        parts = [p for p in TEMPLATES if {"components", "layouts"} & set(p.parts)]
        assert not [p.name for p in parts if "{% comment %}" not in p.read_text()[:120]]


class TestWords:
    def test_mail_addresses_break_after_their_sign(self) -> None:
        assert look.mail_link("a&b@example.com") == '<a href="mailto:a&amp;b@example.com">a&amp;b@<wbr>example.com</a>'

    def test_severity_letters_differ_in_both_languages(self) -> None:
        for language in ("en", "fr"):
            with translation.override(language):
                assert len({str(face.letters) for face in faces.SEVERITIES.values()}) == 4


def test_paths_exist() -> None:
    assert TEMPLATES
    assert Path(icons.NAMES).exists()
