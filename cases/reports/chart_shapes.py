"""Charts as shapes: where each column or bar stands. Pure; the parts in `templates/components/` draw them as SVG.

Across, everything is per cent of the width, so that a chart fits any page and its letters keep their size; up and down
it is pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

TOP, PLOT, FOOT = 18, 132, 22
LEFT = 7.0  # per cent, for the figures of the scale
MOST_FIGURES = 13  # more columns than this have no figure over each
LINE, TRACK, GAP = 18, 12, 14
THICK = 14
LEAST = 0.5  # per cent: what is there at all can be seen


@dataclass(frozen=True, slots=True)
class Column:
    """A share of one over a label; `figure` stands over it, `words` say it all. No `share`: nothing to show."""

    label: str
    share: float | None
    figure: str
    words: str


@dataclass(frozen=True, slots=True)
class DrawnColumn:
    """A column in its place; `label` and `figure` are empty where there is no room."""

    x: str
    width: str
    middle: str
    y: int
    height: int
    figure_y: int
    label: str
    figure: str
    words: str


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """Columns from 0 to 100 per cent; `lines` are the heights of the scale with their figures."""

    title: str
    summary: str
    height: int
    foot: int
    lines: tuple[tuple[int, str], ...]
    columns: list[DrawnColumn]
    left: str = f"{LEFT - 1:.2f}%"


def columns(title: str, values: Sequence[Column]) -> ColumnChart:
    """Return a chart of shares, one column a value."""
    step = (100 - LEFT) / max(len(values), 1)
    every = -(-len(values) // MOST_FIGURES)
    drawn = []
    for place, value in enumerate(values):
        height = round((value.share or 0) * PLOT)
        left = LEFT + place * step
        last = len(values) - 1
        drawn.append(
            DrawnColumn(
                x=f"{left + step * 0.15:.2f}%",
                width=f"{step * 0.7:.2f}%",
                middle=f"{left + step / 2:.2f}%",
                y=TOP + PLOT - height,
                height=height,
                figure_y=TOP + PLOT - height - 5,
                label=value.label if (last - place) % every == 0 else "",
                figure=value.figure if every == 1 else "",
                words=value.words,
            )
        )
    lines = tuple((TOP + round(PLOT * (1 - share / 100)), str(share)) for share in (100, 50, 0))
    summary = "; ".join(value.words for value in values)
    return ColumnChart(title, summary, TOP + PLOT + FOOT, TOP + PLOT + FOOT - 6, lines, drawn)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar: its `kind` decides how it looks."""

    kind: str
    value: float
    words: str


@dataclass(frozen=True, slots=True)
class Bar:
    """What one row of bars shows: `tracks` under each other, each of parts end to end; `figure` at the right."""

    label: str
    figure: str
    tracks: Sequence[Sequence[Part]]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part in its place."""

    kind: str
    x: str
    width: str
    y: int
    height: int
    words: str


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """A row in its place: `y` is the foot of its letters."""

    label: str
    figure: str
    y: int
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class BarChart:
    """Rows of bars that share one scale; `kinds` are those that the legend explains, with their words."""

    title: str
    summary: str
    height: int
    kinds: Sequence[tuple[str, str]]
    rows: list[DrawnBar]


def bars(
    title: str, kinds: Sequence[tuple[str, str]], values: Sequence[Bar], *, whole: float = 0, depth: int = TRACK
) -> BarChart:
    """Return a chart of bars; `whole` is what the full width stands for, by default the longest track.

    `depth` is the room that a track takes, so that charts with one track and with two can stand level.
    """
    longest = max((sum(part.value for part in track) for bar in values for track in bar.tracks), default=0)
    scale = 100 / (whole or longest or 1)
    rows, top = [], 0
    for bar in values:
        pieces = [
            piece
            for number, track in enumerate(bar.tracks)
            for piece in _laid(track, scale, top + LINE + number * depth, min(depth - 4, THICK))
        ]
        rows.append(DrawnBar(bar.label, bar.figure, top + LINE - 6, pieces))
        top += LINE + len(bar.tracks) * depth + GAP
    told = (
        f"{bar.label}: {', '.join(part.words for track in bar.tracks for part in track) or bar.figure}"
        for bar in values
    )
    return BarChart(title, "; ".join(told), max(top - GAP, 1), kinds, rows)


def _laid(track: Sequence[Part], scale: float, y: int, thick: int) -> list[Piece]:
    """Lay the parts of a track end to end. What was missed stands out by its height too, not by colour alone."""
    pieces, x = [], 0.0
    for part in track:
        if part.value <= 0:
            continue
        width = min(max(part.value * scale, LEAST), 100 - x)
        grown = 2 if part.kind == "missed" else 0
        pieces.append(Piece(part.kind, f"{x:.2f}%", f"{width:.2f}%", y - grown, thick + 2 * grown, part.words))
        x = min(x + width, 100 - LEAST)
    return pieces
