"""The table of statuses as a page of the docs: a diagram, who may make each move, and what each status means.

`manage.py draw_states` writes it to docs/states.md; a test holds that page and table say the same.
"""

from collections.abc import Iterable, Iterator

from django.utils import translation

from cases.permissions import MAY
from cases.statuses import NEW, STATUSES, Awaited, changes
from contacts.roles import Role
from sla.clocks import Category

# Groups of people that are said in one word; the largest first.
GROUPS: tuple[tuple[str, frozenset[str]], ...] = (
    ("specialists", frozenset({Role.PRODUCT_MANAGEMENT, Role.CONSULTING, Role.CLOUD_OPERATIONS})),
    ("consultants", frozenset({Role.CONSULTANT_1, Role.CONSULTANT_2})),
)
CLOCKS = {
    Category.ACTIVE: "run",
    Category.WAITING: "pause where the target says so",
    Category.SOLVED: "stopped",
    Category.ANSWERED: "stopped",
    Category.CLOSED: "ended",
}
TURN = {Awaited.US: "us", Awaited.CUSTOMER: "the customer", Awaited.NOBODY: "nobody"}
HEAD = """\
# The states of a case

Drawn from `cases/statuses.py` and `cases/permissions.py` by `manage.py draw_states`; not edited by hand. The database
refuses every other move ([export.md](export.md#what-the-database-refuses)). What each verb does stands in
[cases.md](cases.md#verbs).
"""


def page() -> str:
    """Return the page as Markdown, in English."""
    with translation.override("en"):
        parts = [HEAD, *_diagram(), "", *_statuses(), "", *_moves(), "", *_staying()]
    return "\n".join(parts) + "\n"


def _diagram() -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    for row in STATUSES.values():
        yield f'    state "{row.label}" as {row.code}'
    yield f"    [*] --> {NEW}: open_case"
    for before in STATUSES:
        for after, verbs in _by_target(before).items():
            yield f"    {before} --> {after}: {', '.join(verbs)}"
    yield "    classDef customer fill:#fdf1d8,stroke:#8a5a00,color:#3d2a00"
    yield f"    class {','.join(row.code for row in STATUSES.values() if row.awaited == Awaited.CUSTOMER)} customer"
    yield "```"
    yield ""
    yield "In the shaded states the customer is awaited."


def _by_target(before: str) -> dict[str, list[str]]:
    """Return the verbs that lead out of a status, by where they lead."""
    found: dict[str, list[str]] = {}
    for verb, to in changes(before):
        found.setdefault(to, []).append(verb)
    return found


def _statuses() -> Iterator[str]:
    yield "## Statuses"
    yield ""
    yield "| code | for us | for the customer | meaning | awaited | clocks |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for row in STATUSES.values():
        cells = (f"`{row.code}`", row.label, row.for_customer, row.meaning, TURN[row.awaited], CLOCKS[row.category])
        yield _line(cells)


def _moves() -> Iterator[str]:
    yield "## Moves"
    yield ""
    yield "| from | verb | to | awaited then | who may |"
    yield "| --- | --- | --- | --- | --- |"
    for before in STATUSES:
        for verb, to in changes(before):
            yield _line((f"`{before}`", f"`{verb}`", f"`{to}`", TURN[STATUSES[to].awaited], who(verb)))


def _staying() -> Iterator[str]:
    yield "## What changes no status"
    yield ""
    yield "| verb | in | who may |"
    yield "| --- | --- | --- |"
    verbs = sorted({verb for row in STATUSES.values() for verb, to in row.moves.items() if not to} - {"unmerge"})
    for verb in verbs:
        where = [row.code for row in STATUSES.values() if row.moves.get(verb) == ""]
        said = "any status" if len(where) == len(STATUSES) else ", ".join(f"`{code}`" for code in where)
        yield _line((f"`{verb}`", said, who(verb)))


def who(verb: str) -> str:
    """Return who may do `verb`, in words."""
    roles = set(MAY[verb])
    if not roles:
        return "the portal itself"
    said = []
    for words, group in GROUPS:
        if group <= roles:
            said.append((min(_place(role) for role in group), words))
            roles -= group
    said += [(_place(role), _plural(Role(role))) for role in roles]
    return ", ".join(words for _place, words in sorted(said))


def _place(role: str) -> int:
    return list(Role).index(Role(role))


def _plural(role: Role) -> str:
    named = {Role.CONSULTANT_1: "consultants of level I", Role.CONSULTANT_2: "consultants of level II"}
    departments = (Role.PRODUCT_MANAGEMENT, Role.CONSULTING, Role.CLOUD_OPERATIONS)
    return named.get(role) or (str(role.label) if role in departments else f"{str(role.label).lower()}s")


def _line(cells: Iterable[object]) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"
