"""Words in mails: lines, indents and columns stay, whatever the mail program does with white space."""

import pytest

from config.templatetags.look import as_written


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("a\nb", "a<br>\nb"),
        ("  at Main.java", "\u00a0\u00a0at Main.java"),
        ("id   name", "id \u00a0 name"),
        ("\tx", "\u00a0\u00a0 \u00a0x"),
        ("<b> & ", "&lt;b&gt; &amp; "),
    ],
)
def test_lines_and_columns_stay(words, shown):
    assert as_written(words).removesuffix("<br>\n").replace("\u00a0", " ") == shown.replace("\u00a0", " ")
    assert "  " not in as_written(words)
