"""What text that people send may hold: one rule for all words, names, tags and file names. Pure: no Django.

`clean_text` is for texts of several lines, `clean_line` for names and whatever else stands on one line. Both give what
they were given where there is nothing to clean, and the same again when they are used twice. What the database refuses
is written from the same tables (`sla/text_guard.py`).
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from sla.combining_signs import without_long_runs

Range = tuple[int, int]

# Parts of a text; one line has spaces in their place.
BREAKS: tuple[Range, ...] = ((0x0B, 0x0D), (0x85, 0x85), (0x2028, 0x2029))
# They part fields of records on tapes.
SEPARATORS: tuple[Range, ...] = ((0x1C, 0x1F),)
# Never kept, in no text: controls; embeddings, overrides and isolates, which show words in another order than they are
# read; deprecated format signs, the byte order mark, marks of annotations, and codes that are no signs at all.
REFUSED: tuple[Range, ...] = (
    (0x00, 0x08),
    (0x0E, 0x1B),
    (0x7F, 0x84),
    (0x86, 0x9F),
    (0x202A, 0x202E),
    (0x2066, 0x206F),
    (0xFDD0, 0xFDEF),
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB),
    *((plane << 16 | 0xFFFE, plane << 16 | 0xFFFF) for plane in range(17)),
)
# Invisible, and of no use in a name; in a text they say where a long word may be parted.
REFUSED_IN_LINES: tuple[Range, ...] = ((0xAD, 0xAD), (0x180E, 0x180E), (0x200B, 0x200B), (0x2060, 0x2064))
SPACES: tuple[Range, ...] = (
    (0x09, 0x0D),
    (0x1C, 0x20),
    (0x85, 0x85),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
)
# Letters by their class, blank by their look: fillers of Hangul, the empty cell of Braille, a note without a head.
FILLERS: tuple[Range, ...] = (
    (0x115F, 0x1160),
    (0x2800, 0x2800),
    (0x3164, 0x3164),
    (0xFFA0, 0xFFA0),
    (0x1D159, 0x1D159),
)
# Whatever shows nothing where it stands alone: the above, joiners, marks of direction, selectors of variants, tags.
UNSEEN: tuple[Range, ...] = (
    *SPACES,
    *FILLERS,
    *REFUSED,
    *REFUSED_IN_LINES,
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200C, 0x200F),
    (0x2065, 0x2065),
    (0xFE00, 0xFE0F),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
# A name is composed where it is no longer than this: longer ones are refused by their fields, unread.
MOST_COMPOSED = 2_000


def sign_class(*tables: Iterable[Range]) -> str:
    """Return what stands between the brackets of a class of signs; Python and PostgreSQL write codes alike."""
    return "".join(
        _code(first) if first == last else f"{_code(first)}-{_code(last)}" for table in tables for first, last in table
    )


def _code(sign: int) -> str:
    return f"\\u{sign:04x}" if sign < 0x10000 else f"\\U{sign:08x}"


_SURROGATE = re.compile("[\ud800-\udfff]")
_UNCLEAN = re.compile(f"[{sign_class(REFUSED, BREAKS, SEPARATORS)}\ud800-\udfff\U000e0000-\U000e007f]")
_CONTROLS = bytes(code for code in range(0x80) if _UNCLEAN.match(chr(code)))
_SEEN = re.compile(f"[^{sign_class(UNSEEN)}]")
# Tags make flags of regions out of a black flag, and hide words everywhere else.
_FLAG_OR_TAG = re.compile("(\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f)|[\U000e0000-\U000e007f]")
_BLANKS = "".join(chr(code) for first, last in (*SPACES, *FILLERS) for code in range(first, last + 1)) + "\u200c\u200d"
_BLANK_LINES = re.compile(r"\A(?:[^\S\n]*\n)+")


def _table(*, each: dict[str, Iterable[Range]]) -> dict[int, str]:
    return {
        code: instead
        for instead, table in each.items()
        for first, last in table
        for code in range(first, last + 1)
    }  # fmt: skip


_INSTEAD = _table(each={"": REFUSED, "\n": BREAKS, " ": SEPARATORS})
_INSTEAD_IN_LINES = _table(each={"": REFUSED_IN_LINES, " ": [(0x09, 0x0A)]})


def storable(text: str) -> str:
    """Return `text` with nothing in it that PostgreSQL cannot store: no NUL, and no half of a pair of surrogates."""
    text = text.replace("\0", "")
    if _SURROGATE.search(text):
        # Two halves that belong together become the sign that they mean.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def is_blank(text: str) -> bool:
    """Say whether a reader sees nothing of `text`: it is empty, or all of it is spaces and invisible signs."""
    return not "!" <= text[:1] <= "~" and _SEEN.search(text) is None


def clean_text(text: str) -> str:
    """Return a text of several lines as it is kept; "" where nothing of it can be seen.

    Lines end in a line feed. Tabs, indentation and spaces stay, as in a log that somebody pasted.
    """
    if not _is_plain(text) and _UNCLEAN.search(text):
        text = storable(text).replace("\r\n", "\n").translate(_INSTEAD)
        text = _FLAG_OR_TAG.sub(lambda found: found[1] or "", text)
    text = without_long_runs(text)
    return "" if is_blank(text) else text


def _is_plain(text: str) -> bool:
    """Say whether `text` is clean at a glance, as most texts are: much faster than to look for each sign."""
    if text.isascii():
        raw = text.encode("ascii")
        return len(raw.translate(None, _CONTROLS)) == len(raw)
    return text.replace("\n", "").replace("\t", "").isprintable()


def clean_line(text: str) -> str:
    """Return a name, or other words on one line, as they are kept: composed, without blanks at the ends."""
    if not text.isprintable():
        text = clean_text(text).translate(_INSTEAD_IN_LINES)
    text = without_long_runs(text)  # before it is composed, which takes time that grows with their square
    if not text.isascii() and len(text) <= MOST_COMPOSED and not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    text = text.strip(_BLANKS)
    return "" if is_blank(text) else text


def trimmed(text: str) -> str:
    """Return a text without empty lines before it and blanks after it; its first line keeps its indentation."""
    return _BLANK_LINES.sub("", text.rstrip())


def clean_values(value: Any) -> Any:
    """Return a value of JSON whose texts are clean, however deep they lie; keys are ours."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list | tuple):
        return [clean_values(one) for one in value]
    if isinstance(value, dict):
        return {key: clean_values(one) for key, one in value.items()}
    return value
