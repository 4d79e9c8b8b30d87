"""Texts of the interface: collected from the code and the templates, merged, checked, compiled.

`python -m config.dev.translations --update | --check | --compile`. Needs no GNU gettext: Babel reads Python, Django
turns templates into what Babel reads. The source texts are English; each other language of the settings has a
file `config/locale/<language>/LC_MESSAGES/django.po`. Texts of reference data are not here but in the database.
"""

import argparse
import io
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
LOCALES = ROOT / "config" / "locale"
LANGUAGES = ("fr",)
SOURCES = ("config", "products", "sla", "contacts", "cases", "templates")

_SINGULAR_PLURAL = (1, 2)
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": _SINGULAR_PLURAL,
    "ngettext_lazy": _SINGULAR_PLURAL,
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sdif]|\{\w*\}")
_TAG = re.compile(r"</?[a-z]+[^>]*>")


def collect() -> Catalog:
    """Return the catalog of all texts in code and templates, each with the files it stands in."""
    catalog = Catalog(project="Customer Care", charset="utf-8")
    for path in _files():
        where = path.relative_to(ROOT).as_posix()
        for line, text, comments, context in _texts(path):
            catalog.add(text, locations=[(where, line)], auto_comments=comments, context=context)
    return catalog


def _files() -> Iterator[Path]:
    for name in SOURCES:
        for path in sorted((ROOT / name).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                yield path


def _texts(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        source = _as_python(source, path)
    yield from extract("python", io.BytesIO(source.encode()), keywords=_KEYWORDS, comment_tags=("Translators:",))


def _as_python(template: str, path: Path) -> str:
    """Return a template as the calls that it makes, each on the line where it stands."""
    from django.utils.translation.template import templatize

    return "\n".join(line.lstrip() for line in templatize(template, origin=str(path)).split("\n"))


# --- The files -----------------------------------------------------------------------------------------------


def po_path(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """Return the translations of a language, empty when there is no file yet."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language, project="Customer Care", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update() -> None:
    """Bring new texts into each language's file and drop those that are gone; translations are kept."""
    collected = collect()
    for language in LANGUAGES:
        catalog = read(language)
        catalog.update(collected, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        _write(language, catalog)
        open_texts = sum(not _is_translated(message) for message in catalog if message.id)
        sys.stdout.write(f"{language}: {len(catalog)} texts, {open_texts} to translate\n")


def _write(language: str, catalog: Catalog) -> None:
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = io.BytesIO()
    write_po(draft, catalog, width=100, sort_output=True, include_lineno=False, omit_header=True)
    header = [f"# Texts of Customer Care in the language {language!r}.", 'msgid ""', 'msgstr ""']
    fields = [
        f"Language: {language}",
        f"Plural-Forms: {catalog.plural_forms}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    ]
    lines = header + [f'"{field}\\n"' for field in fields]
    path.write_bytes("\n".join(lines).encode() + b"\n\n" + draft.getvalue())


def compile_all() -> None:
    """Write the binary file that Django reads beside each language's file, where there is none or an older one."""
    for language in LANGUAGES:
        source = po_path(language)
        compiled = source.with_suffix(".mo")
        if not source.exists() or (compiled.exists() and compiled.stat().st_mtime > source.stat().st_mtime):
            continue
        draft = compiled.with_suffix(f".{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, read(language))
        draft.replace(compiled)  # in one step: others may be reading it


# --- The check -----------------------------------------------------------------------------------------------


def faults() -> list[str]:
    """Return what is wrong with the translations, a line each; empty when all is well."""
    collected = collect()
    found = []
    for language in LANGUAGES:
        catalog = read(language)
        for wanted in collected:
            if not wanted.id:
                continue
            message = catalog.get(wanted.id, wanted.context)
            where = ", ".join(sorted({file for file, _line in wanted.locations}))
            found += [f"{language}: {what}: {_key(wanted)!r} ({where})" for what in _faults_of(message)]
        for message in catalog:
            if message.id and collected.get(message.id, message.context) is None:
                found.append(f"{language}: no longer in the code: {_key(message)!r}")
        found += [f"{language}: obsolete: {_key(message)!r}" for message in catalog.obsolete.values()]
    return found


def _faults_of(message: Message | None) -> Iterator[str]:
    if message is None:
        yield "not in the file (run make translations)"
        return
    if message.fuzzy:
        yield "fuzzy"
    if not _is_translated(message):
        yield "not translated"
        return
    sources, texts = _forms(message.id), _forms(message.string)
    allowed = [_marks(source, _PLACEHOLDER) for source in sources]
    for text in texts:
        if _marks(text, _PLACEHOLDER) not in allowed:
            yield f"placeholders differ in {text!r}"
        if sorted(_TAG.findall(text)) not in [sorted(_TAG.findall(source)) for source in sources]:
            yield f"tags differ in {text!r}"
        if text.startswith("\n") != sources[0].startswith("\n"):
            yield f"line breaks differ in {text!r}"


def _marks(text: str, pattern: re.Pattern[str]) -> set[str]:
    return set(pattern.findall(text.replace("%%", "")))


def _is_translated(message: Message) -> bool:
    return all(_forms(message.string))


def _key(message: Message) -> str:
    return _forms(message.id)[0]


def _forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the singular and plural forms of a text, one alone where there is no plural."""
    return (text or "",) if isinstance(text, str) or text is None else tuple(text)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m config.dev.translations", description=__doc__)
    parser.add_argument("--update", action="store_true", help="merge the texts of the code into the files")
    parser.add_argument("--compile", action="store_true", help="write the files that Django reads")
    parser.add_argument("--check", action="store_true", help="fail if anything is missing or wrong")
    chosen = parser.parse_args()
    if chosen.update:
        update()
    if chosen.compile:
        compile_all()
    if chosen.check:
        found = faults()
        sys.stdout.write("".join(f"{line}\n" for line in found))
        if found:
            sys.exit(f"{len(found)} faults in the translations.")


if __name__ == "__main__":
    main()
