"""The one writer of files for spreadsheets: text that a spreadsheet would run as a formula stays text."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from django.utils import formats

from sla.plain_text import clean_text

TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What spreadsheets drop before they look at the first letter.
BLANK = " \u00a0\u200b\u2060\ufeff\0"


class Figure(str):
    """A number that this house has written, in the language of its reader: a minus is no formula."""

    __slots__ = ()


def safe(value: object) -> str:
    """Return a value as a cell: a number as it is, text so that no spreadsheet takes it for a formula.

    Before such a text goes an apostrophe.
    """
    if isinstance(value, int | Figure):
        return str(value)
    text = clean_text(str(value))
    return f"'{text}" if text.lstrip(BLANK).startswith(TRIGGERS) else text


def write(rows: Iterable[Sequence[object]]) -> bytes:
    """Return rows as CSV: every cell quoted and safe, UTF-8 with its mark, which spreadsheets look for.

    In languages that write "1,5" the cells are parted by semicolons, as their spreadsheets expect.
    """
    parted_by = ";" if formats.get_format("DECIMAL_SEPARATOR") == "," else ","
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=parted_by, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def download(rows: Iterable[Sequence[object]], *, filename: str) -> HttpResponse:
    """Return the answer that makes a browser keep rows as the file `filename`."""
    answer = HttpResponse(write(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{filename}"'
    answer["Cache-Control"] = "no-store"
    return answer
