"""Runs of combining signs: accents and the like stacked on one letter, of which no language has many.

The Unicode standard lets a text stream be cut after 30 of them (UAX #15, Stream-Safe Text Format), and no word that
people write comes near. What comes in longer is made to slow down or to cover the page, and costs time that grows with
its square wherever text is normalised or laid out.
"""

import re
import unicodedata
from collections.abc import Container

# What is kept of a run where words are taken in, and where they are set on paper.
MOST_TAKEN = 30
MOST_ON_PAPER = 8


def without_long_runs(text: str) -> str:
    """Return `text` with no run that is longer than what is taken; the same text, at a glance, where none combines."""
    return cap_runs(text)[0] if not text.isascii() and _MARK.search(text) else text


def cap_runs(text: str, most: int = MOST_TAKEN, *, also: Container[str] = ()) -> tuple[str, int]:
    """Return `text` with at most `most` combining signs in a row, and how many were left out. Linear in its length.

    Signs that only join or format (zero width) neither end a run nor count in it; `also` are signs that count as
    combining beside those that are.
    """
    if text.isascii():
        return text, 0
    kept, run, left_out = [], 0, 0
    for sign in text:
        if sign.isascii():
            run = 0
        elif is_combining(sign) or sign in also:
            run += 1
            if run > most:
                left_out += 1
                continue
        elif unicodedata.category(sign) != "Cf":
            run = 0
        kept.append(sign)
    return ("".join(kept), left_out) if left_out else (text, 0)


def is_combining(sign: str) -> bool:
    """Say whether a sign stands on, under or around the one before it."""
    return unicodedata.category(sign)[0] == "M"


def _ranges() -> str:
    """Return the signs that combine as ranges, for between the brackets of a class; all stand within these bounds."""
    found: list[list[int]] = []
    for code in (*range(0x20000), *range(0xE0000, 0xE0200)):
        if is_combining(chr(code)):
            if found and found[-1][1] == code - 1:
                found[-1][1] = code
            else:
                found.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in found)


_MARK = re.compile(f"[{_ranges()}]")
