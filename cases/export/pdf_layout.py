"""The sheets of an exported record: A4, one typeface for Latin, Greek and Cyrillic, numbered pages. Knows no cases."""

from datetime import datetime
from time import thread_time

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from cases.export.pdf_text import FACE, FILES, Printed, fitted, printable
from cases.statuses import Refusal

# Stands for the number of pages until it is known; nothing that people write.
PAGES = "{number-of-pages-of-this-record}"

Colour = tuple[int, int, int]
INK: Colour = (27, 36, 44)
QUIET: Colour = (88, 100, 112)
ACCENT: Colour = (15, 98, 96)
LINE: Colour = (214, 220, 226)
TINT: Colour = (252, 246, 226)  # the ground of what only our own people read

MARGIN, TIME_COLUMN, LABEL_COLUMN, NUMBER_COLUMN = 18.0, 17.0, 42.0, 24.0
TEXT, SMALL, HEAD, TITLE = 9.0, 7.5, 11.5, 16.0
LEADING = 0.5  # millimetres of a line for each point of its letters

# A document of this many pages begins no further entry: a third of a minute of processor at the most.
MOST_PAGES = 300
MOST_SECONDS = 60.0  # of processor, for the whole document


class TooLong(Refusal):
    """A document takes more time to lay out than anybody's may."""

    def __init__(self) -> None:
        super().__init__(_("This record is too long for a document. Take it as JSON: that has all of it."))


class Document(FPDF):
    """A document that grows downward. `foot` stands on each page, with its number."""

    def __init__(self, *, title: str, foot: str, page_words: str, language: str, at: datetime) -> None:
        super().__init__(orientation="portrait", unit="mm", format="A4")
        self.until = thread_time() + MOST_SECONDS
        self.foot_words, self.page_words = printable(foot), printable(page_words)
        for style, file in FILES.items():
            self.add_font(FACE, style, file)
        self.alias_nb_pages(PAGES)
        self.set_title(printable(title))
        self.set_lang(language)
        self.set_creator("Customer Care")
        self.set_creation_date(at)
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.c_margin = 0.0
        self.set_auto_page_break(True, margin=MARGIN + 4)
        self.add_page()

    def footer(self) -> None:
        """Write the foot of a page. Called by the library."""
        self.set_y(-MARGIN + 2)
        self._pen(SMALL, QUIET)
        self.cell(self.epw - NUMBER_COLUMN, 4, self.foot_words)
        # From the left: the number of pages, which is not known yet, is measured by the words that stand for it.
        number = self.page_words.replace("{page}", str(self.page_no())).replace("{pages}", PAGES)
        self.cell(NUMBER_COLUMN, 4, number)

    def _pen(self, size: float, colour: Colour = INK, *, bold: bool = False) -> None:
        self.set_font(FACE, "B" if bold else "", size)
        self.set_text_color(*colour)

    def paragraph(
        self,
        text: str,
        *,
        size: float = TEXT,
        colour: Colour = INK,
        bold: bool = False,
        indent: float = 0.0,
        width: float | None = None,
        ground: Colour | None = None,
    ) -> None:
        """Write text in lines as wide as there is room, and go below it; say where signs are left out.

        Raises TooLong where the document has taken its time.
        """
        if thread_time() > self.until:
            raise TooLong
        printed = fitted(text)
        self._pen(size, colour, bold=bold)
        self.set_x(MARGIN + indent)
        if ground:
            self.set_fill_color(*ground)
        self.multi_cell(
            width or self.epw - indent,
            size * LEADING,
            printed.text,
            align="L",
            fill=ground is not None,
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )
        if printed.left_out:
            self.paragraph(_left_out(printed), size=SMALL, colour=QUIET, indent=indent, width=width, ground=ground)

    def is_full(self, spare: int = 0) -> bool:
        """Say whether no further entry begins here; `spare` are pages beyond the most, for what stands at the end."""
        return self.page >= MOST_PAGES + spare

    def gap(self, height: float = 2.0) -> None:
        """Leave room."""
        self.ln(height)

    def keep_together(self, height: float) -> None:
        """Begin a new page where less than `height` is left of this one."""
        if self.will_page_break(height):
            self.add_page()

    def heading(self, text: str) -> None:
        """Write the heading of a part, over a line; it never stands alone at the foot of a page."""
        self.gap(5)
        self.keep_together(22)
        self.start_section(printable(text))
        self.paragraph(text, size=HEAD, colour=ACCENT, bold=True)
        self.set_draw_color(*LINE)
        self.line(MARGIN, self.get_y() + 0.8, MARGIN + self.epw, self.get_y() + 0.8)
        self.gap(2.5)

    def pair(self, label: str, value: str) -> None:
        """Write a fact: what it is at the left, and what it is here beside it."""
        self.keep_together(6)
        top, page = self.get_y(), self.page
        self.paragraph(label, colour=QUIET, width=LABEL_COLUMN - 2)
        below, label_page = self.get_y(), self.page
        if label_page == page:
            self.set_y(top)
        self.paragraph(value or "–", indent=LABEL_COLUMN)
        if self.page == label_page:
            self.set_y(max(below, self.get_y()))

    def beside(self, time: str) -> None:
        """Write a time in the column at the left; what is written next begins on the same line."""
        self.keep_together(8)
        top = self.get_y()
        self.paragraph(time, size=SMALL, colour=QUIET, width=TIME_COLUMN)
        self.set_y(top)


def _left_out(printed: Printed) -> str:
    words = ngettext(
        "[%(count)d sign is left out here; the record as JSON has it.]",
        "[%(count)d signs are left out here; the record as JSON has them.]",
        printed.left_out,
    )
    return words % {"count": printed.left_out}
