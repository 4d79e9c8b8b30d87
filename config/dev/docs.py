"""Pages of docs/ that a command writes: the glossary, and the picture of the ranks on the page of the architecture.

`python -m config.dev.docs` writes them, with `--check` it says which are out of date. They follow docs/glossary.toml
and the import contracts. The states of a case are drawn by `manage.py draw_states`.
"""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
WORDS = ROOT / "docs" / "glossary.toml"
GLOSSARY = ROOT / "docs" / "glossary.md"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- drawn from pyproject.toml -->", "<!-- end of the drawing -->"
HEAD = """\
# Glossary

Written from `docs/glossary.toml` by `python -m config.dev.docs`; not edited by hand. A word of the service is that of
its own description, in French. How the packages lie upon each other stands in [architecture.md](architecture.md).
"""
CAPABILITIES = """\
## Capabilities

One name in every layer: models, events, lifecycle, forms, views, urls, admin, packages and templates.
`git ls-files | grep time_entries` shows all of one. Beside it stand modules of the words in the second column.
"""
QUESTIONS = """\
## Where is it?

Twenty questions, and the file that answers each. The name of the file is enough to find it.
"""


def table() -> dict[str, Any]:
    """Return docs/glossary.toml: terms by group, capabilities, questions."""
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


def glossary() -> str:
    """Return the glossary as Markdown."""
    read = table()
    return "\n".join(
        [HEAD, *_terms(read["terms"]), *_capabilities(read["capabilities"]), *_questions(read["questions"])]
    )


def _terms(groups: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    for group, terms in groups.items():
        yield f"## {group}\n"
        yield _rows("the service", "our word", "in the code", "in French", "meaning")
        for term in terms:
            code = ", ".join(f"`{name}`" for name in term["code"])
            yield _line(term["service"] or "–", f"**{term['ours']}**", code, term["french"] or "–", term["means"])
        yield ""


def _capabilities(capabilities: dict[str, dict[str, Any]]) -> Iterator[str]:
    yield CAPABILITIES
    yield _rows("capability", "beside it", "what it is")
    for name, row in capabilities.items():
        yield _line(f"`{name}`", ", ".join(f"`{word}`" for word in row["with"]) or "–", row["means"])
    yield ""


def _questions(questions: dict[str, list[str]]) -> Iterator[str]:
    yield QUESTIONS
    yield _rows("question", "file")
    for question, (path, name) in questions.items():
        yield _line(f"{question[0].upper()}{question[1:]}?", f"`{path}`" + (f", `{name}`" if name else ""))
    yield ""


def _rows(*heads: str) -> str:
    return f"{_line(*heads)}\n{_line(*['---'] * len(heads))}"


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def ranks(app: str) -> list[list[str]]:
    """Return the units of an app by rank, the highest first, as its import contract has them, without reserved ones."""
    linted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    [layers] = [contract["layers"] for contract in linted["contracts"] if contract.get("containers") == [app]]
    units = ([unit.strip() for unit in layer.replace(":", "|").split("|")] for layer in layers)
    named = ([unit for unit in rank if not unit.startswith("(")] for rank in units)
    return [rank for rank in named if rank]


def picture() -> str:
    """Return the ranks within `cases`, and the four other apps around it, as a Mermaid diagram."""
    drawn = [f'        r{place}["{" · ".join(rank)}"]' for place, rank in enumerate(ranks("cases"))]
    last = len(drawn) - 1
    return "\n".join(
        [
            "```mermaid",
            "flowchart TB",
            "    config --> r0",
            "    subgraph cases",
            *drawn,
            f"        {' --> '.join(f'r{place}' for place in range(last + 1))}",
            "    end",
            f"    r{last} --> contacts --> sla & products",
            "```",
        ]
    )


def architecture() -> str:
    """Return docs/architecture.md with the picture drawn anew between its two marks."""
    text = ARCHITECTURE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n\n{picture()}\n\n{END}{rest.split(END)[1]}"


def main() -> None:
    """Write the pages that are out of date; with `--check` name them instead, and exit 1."""
    drawn = {GLOSSARY: glossary(), ARCHITECTURE: architecture()}
    stale = {
        path: text for path, text in drawn.items() if not path.exists() or path.read_text(encoding="utf-8") != text
    }
    for path, text in stale.items():
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        print(f"docs/{path.name}", "is out of date" if "--check" in sys.argv else "is written")
    sys.exit(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    main()
