"""Words made fit for paper: what the typeface lacks stands as its code, and what would take pages or minutes is counted
and left out. The cost of a text is bounded here before the library that lays it out sees it.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

from sla.combining_signs import MOST_ON_PAPER, cap_runs
from sla.plain_text import clean_text

FONTS = Path(__file__).parent / "fonts"
FACE = "Inter"
FILES = {"": FONTS / "Inter-Regular.ttf", "B": FONTS / "Inter-SemiBold.ttf"}

# Of one text. The longest that a form takes (50,000 letters) has room; what stands as codes takes eight times as much.
MOST_SIGNS = 60_000
MOST_LINES = 1_500  # begun by the writer; 24 pages


@dataclass(frozen=True, slots=True)
class Printed:
    """A text as it is printed, and how many signs of it are not."""

    text: str
    left_out: int


@cache
def known_signs() -> frozenset[int]:
    """Return the signs that the typeface has."""
    with TTFont(FILES[""]) as font:
        return frozenset(font.getBestCmap())


@cache
def _without_width() -> frozenset[str]:
    """Return the signs that take no room: a line of them never ends, and the library measures it again for each."""
    with TTFont(FILES[""]) as font:
        widths, names = font["hmtx"], font.getBestCmap()
        signs = {chr(code) for code, name in names.items() if not widths[name][0]}
    return frozenset(sign for sign in signs if unicodedata.category(sign) != "Cf")  # those are not printed at all


def printable(text: str) -> str:
    """Return `text` as it can be printed: a sign that the typeface lacks stands as its code, and is not lost."""
    return fitted(text).text


def fitted(text: str, *, most_signs: int = MOST_SIGNS, most_lines: int = MOST_LINES) -> Printed:
    """Return `text` as it can be printed, within `most_signs` and `most_lines`. Linear in its length.

    Runs of combining signs are cut before anything else: to normalise one takes time that grows with its square.
    """
    capped, left_out = cap_runs(text.replace("\r\n", "\n"), MOST_ON_PAPER, also=_without_width())
    composed = unicodedata.normalize("NFC", clean_text(capped).replace("\t", "    "))
    printed: list[str] = []
    room, ended = most_signs, 0
    for place, sign in enumerate(composed):
        shown = _printable(sign)
        room -= len(shown)
        ended += sign == "\n"
        if room < 0 or ended >= most_lines:
            left_out += len(composed) - place
            break
        printed.append(shown)
    return Printed("".join(printed), left_out)


def _printable(sign: str) -> str:
    if sign != "\n" and unicodedata.category(sign) in ("Cc", "Cf", "Cs"):
        return ""
    return sign if sign == "\n" or ord(sign) in known_signs() else f"[U+{ord(sign):04X}]"
