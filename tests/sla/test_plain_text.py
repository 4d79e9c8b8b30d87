"""What text may hold: every code of Unicode, alone and among letters, in Python and in the database alike."""

import unicodedata

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from sla.plain_text import MOST_COMPOSED, clean_line, clean_text, clean_values, is_blank, storable, trimmed

ALL_CODES = [*range(0xD800), *range(0xE000, 0x20000), *range(0xE0000, 0xE1002), 0xFFFFE, 0x10FFFF]
OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
texts = st.text(st.characters() | st.sampled_from("\0\v\f\r\n\t\x85\u2028\u200b\u202e\u2066\ud83d\ude00\ufeff\u3164 "))


class TestCleanText:
    def test_leaves_no_control_and_no_override_of_all_codes(self):
        kept = [code for code in range(0x110000) if chr(code) in clean_text(f"a{chr(code)}b")]
        bad = [
            hex(code)
            for code in kept
            if (unicodedata.category(chr(code)) in ("Cc", "Cs", "Zl", "Zp") and chr(code) not in "\t\n")
            or chr(code) in OVERRIDES
        ]
        assert bad == []
        assert len(kept) > 0x10F000 - 0x800, "and keeps what is text"

    @pytest.mark.parametrize(
        ("sent", "kept"),
        [
            ("  at step 1\n\tat step 2\n", "  at step 1\n\tat step 2\n"),
            ("a\r\nb\rc\x0bd\x0ce\x85f\u2028g", "a\nb\nc\nd\ne\nf\ng"),
            ("\x1b[31mred\x07", "[31mred"),
            ("\u202egnp.exe\u202c", "gnp.exe"),
            ("\ud83d\ude00 \ud83d", "😀 \ufffd"),
            ("\u2067שלום\u2069", "שלום"),
            ("שלום\u200f!", "שלום\u200f!"),
            ("می‌خواهم 👨‍👩‍👧 ❤️", "می‌خواهم 👨‍👩‍👧 ❤️"),
            ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", None),
            ("hi\U000e0068\U000e0069", "hi"),
            ("zero\u200bwidth", "zero\u200bwidth"),
            ("\u200b \u3164\u2800", ""),
        ],
    )
    def test_keeps_what_people_write(self, sent, kept):
        assert clean_text(sent) == (sent if kept is None else kept)

    @given(texts)
    def test_can_be_used_twice(self, text):
        assert clean_text(clean_text(text)) == clean_text(text)
        assert clean_line(clean_line(text)) == clean_line(text)


class TestCleanLine:
    @pytest.mark.parametrize(
        ("sent", "kept"),
        [
            ("Time sheets", "Time sheets"),
            (" a\tb\r\nc ", "a b c"),
            ("a\u200bb\u00adc\u2060d", "abcd"),
            ("e\u0301", "é"),
            ("\u00a0a\u3164", "a"),
            ("\u200d\u2800", ""),
            ("❤️", "❤️"),
        ],
    )
    def test_is_one_line_with_something_to_see(self, sent, kept):
        assert clean_line(sent) == kept

    @given(texts)
    def test_has_no_line_break_and_no_blank_at_its_ends(self, text):
        line = clean_line(text)
        assert "\n" not in line
        assert line == line.strip()
        assert not line or not is_blank(line)

    def test_does_not_compose_what_its_field_refuses_for_its_length(self):
        long = "e\u0301" * MOST_COMPOSED
        assert clean_line(long) == long


def test_a_text_is_trimmed_of_empty_lines_alone():
    assert trimmed(" \n\n    at step 1\n  at step 2 \n\n ") == "    at step 1\n  at step 2"


def test_values_are_cleaned_however_deep_they_lie():
    assert clean_values({"a": ["b\x0b", {"c": ("\u202ed", 1, None)}]}) == {"a": ["b\n", {"c": ["d", 1, None]}]}


@given(texts)
def test_what_is_storable_has_no_nul_and_is_utf_8(text):
    assert "\0" not in storable(text)
    storable(text).encode()


@pytest.mark.django_db
class TestTheDatabase:
    """Its functions, written from the same tables, agree with Python on every code."""

    def agree(self, function, holds):
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT code FROM unnest(%s::int[]) AS code WHERE {function}('a' || chr(code) || 'b')",
                [ALL_CODES[1:]],
            )
            theirs = {code for (code,) in cursor.fetchall()}
        tags = set(range(0xE0000, 0xE0080))  # in flags alone: more than a class of signs can say
        assert {code for code in ALL_CODES[1:] if holds(f"a{chr(code)}b")} ^ theirs <= tags

    def test_knows_a_clean_text(self):
        self.agree("sla_is_clean_text", lambda text: clean_text(text) == text)

    def test_knows_a_clean_line(self):
        composed = unicodedata.normalize
        self.agree("sla_is_clean_line", lambda text: clean_line(text) == composed("NFC", text))

    def test_knows_what_is_seen(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT code FROM unnest(%s::int[]) AS code WHERE sla_is_seen(chr(code))", [ALL_CODES[1:]])
            theirs = {code for (code,) in cursor.fetchall()}
        assert {code for code in ALL_CODES[1:] if not is_blank(chr(code))} == theirs
