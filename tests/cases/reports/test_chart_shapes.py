"""Charts as shapes: within their frame, in proportion, and with words for those who do not see them."""

from hypothesis import given
from hypothesis import strategies as st

from cases.reports.chart_shapes import LEAST, Bar, Column, Part, bars, columns

SHARES = st.lists(st.none() | st.floats(0, 1), max_size=60)
COUNTS = st.lists(st.lists(st.integers(0, 10**7), min_size=1, max_size=4), max_size=20)


def per_cent(text: str) -> float:
    assert text.endswith("%")
    return float(text[:-1])


class TestColumns:
    @given(SHARES)
    def test_stand_in_the_frame_beside_each_other(self, shares):
        chart = columns("Kept", [Column(str(n), share, "", f"{n}: {share}") for n, share in enumerate(shares)])
        edge = 0.0
        for column in chart.columns:
            assert edge <= per_cent(column.x) <= per_cent(column.x) + per_cent(column.width) <= 100.01
            edge = per_cent(column.x) + per_cent(column.width) - 0.01
            assert 0 <= column.y <= column.y + column.height <= chart.foot
        assert chart.summary.count("; ") == max(len(shares) - 1, 0)

    def test_are_as_high_as_their_share(self):
        chart = columns("Kept", [Column("a", share, "", "") for share in (None, 0, 0.5, 1)])
        none, nothing, half, whole = (column.height for column in chart.columns)
        assert none == nothing == 0
        assert 2 * half == whole

    def test_name_fewer_months_where_there_is_no_room(self):
        chart = columns("Kept", [Column(str(n), 1, "100", "") for n in range(36)])
        named = [column.label for column in chart.columns if column.label]
        assert named[-1] == "35"
        assert len(named) <= 13
        assert not any(column.figure for column in chart.columns)


class TestBars:
    @given(COUNTS)
    def test_stay_in_the_frame(self, counts):
        rows = [Bar("x", "1", [[Part("met", value, str(value)) for value in track]]) for track in counts]
        chart = bars("Became", [], rows)
        for row in chart.rows:
            for piece in row.pieces:
                assert per_cent(piece.width) > 0
                assert per_cent(piece.x) + per_cent(piece.width) <= 100.02
                assert row.y < piece.y + piece.height <= chart.height + 2

    def test_share_one_scale(self):
        chart = bars("Became", [], [Bar("a", "", [[Part("met", 10, "")]]), Bar("b", "", [[Part("met", 5, "")]])])
        widths = [per_cent(row.pieces[0].width) for row in chart.rows]
        assert widths == [100, 50]

    def test_show_the_least_there_is_and_nothing_of_nothing(self):
        [row] = bars(
            "Became", [], [Bar("a", "", [[Part("met", 10**6, ""), Part("missed", 1, ""), Part("void", 0, "")]])]
        ).rows
        assert [piece.kind for piece in row.pieces] == ["met", "missed"]
        assert per_cent(row.pieces[1].width) <= LEAST

    def test_tell_all_in_words(self):
        chart = bars("Became", [], [Bar("Daptiv", "90%", [[Part("met", 9, "9 met"), Part("missed", 1, "1 missed")]])])
        assert chart.summary == "Daptiv: 9 met, 1 missed"
