"""What is seen of a page: what axe finds, what runs out of the window, what a French page says in English."""

import re
from functools import cache
from html.parser import HTMLParser

from playwright.sync_api import Page

from config.dev import translations
from config.dev.translations import ROOT

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
_RUN = """async (rules) => {
  for (let frame = 0; frame < 2; frame += 1) {
    await new Promise(requestAnimationFrame);
    document.getAnimations().forEach((one) => one.finish());
  }
  const options = {resultTypes: ["violations"], preload: false};
  if (rules.length) options.runOnly = {type: "rule", values: rules};
  // Of a bar of ninety days the whole is judged, and not each of its marks.
  const found = (await axe.run({exclude: [".cc-days > rect"]}, options)).violations;
  const grave = found.filter((one) => ["serious", "critical"].includes(one.impact));
  return grave.flatMap((one) => one.nodes.slice(0, 3).map((node) => `${one.id}: ${node.html.slice(0, 200)}`));
}"""
_OVER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Words that no French sentence has.
_ENGLISH = re.compile(
    r"(?<![\w-])(the|and|your|you|with|this|that|have|has|from|for|was|not|are|been|will|to|by|yet|no longer)(?![\w-])",
    re.I,
)
# What libraries say of a field that nobody gave a label.
_UNLABELLED = re.compile(r"^\s*(Name|\[invalid name\])\s*$", re.MULTILINE)
_HOLE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|<[^>]+>")
_SPOKEN = {"aria-label", "alt", "placeholder", "title"}
_VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "use", "wbr"}


def axe(page: Page, *rules: str) -> list[str]:
    """Return the serious and critical faults that axe finds, by all its rules or by `rules` alone.

    The page's context was given AXE as a script that every page begins with.
    """
    return list(page.evaluate(_RUN, list(rules)))


def overflow(page: Page) -> list[str]:
    """Tell by how much the page is wider than its window."""
    over = page.evaluate(_OVER)
    return [f"{over} px wider than the window"] if over > 0 else []


def left_in_english(html: str) -> list[str]:
    """Return what a French page says in English: by words that French has not, and by our own texts untranslated."""
    reader = _Reader()
    reader.feed(html)
    found = [] if reader.language == "fr" else [f"<html lang={reader.language!r}>"]
    text = "\n".join(reader.said)
    found += [text[max(0, word.start() - 40) : word.end() + 40] for word in _ENGLISH.finditer(text)]
    found += [label.group().strip() for label in _UNLABELLED.finditer(text)]
    return found + [source for source in untranslated() if source in text]


class _Reader(HTMLParser):
    """Collects what a page says to eye and ear, but for what it marks as said in another language."""

    def __init__(self) -> None:
        super().__init__()
        self.language = ""
        self.said: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "html":
            self.language = given.get("lang", "")
        elif self._silent or tag in ("script", "style", "textarea") or _is_english(given):
            self._silent += tag not in _VOID
            return
        self.said += [value for name, value in given.items() if name in _SPOKEN or name.startswith("data-")]

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.said.append(" ".join(data.split()))


def _is_english(given: dict[str, str]) -> bool:
    """Tell whether an element holds another language: so marked, or the English field of a text in both."""
    return given.get("lang", "fr") != "fr" or bool(re.search(r"\bfield-\w+_en\b", given.get("class", "")))


@cache
def untranslated() -> frozenset[str]:
    """Return the longest literal part of each English text of two words or more that French says differently."""
    catalog = translations.read("fr")
    french = "\n".join(text for message in catalog if message.id for text in _forms(message.string))
    parts = set()
    for message in catalog:
        for source in _forms(message.id) if message.id else ():
            longest = max(_HOLE.split(source), key=len).strip()
            if len(longest.split()) >= 2 and longest not in french:
                parts.add(longest)
    return frozenset(parts)


def _forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)
