"""What charts are made of: four kinds of marks at places, the key, the notes and the table of the same figures.

Places across are per cent of the width, places down are pixels of a page: a chart is as wide as there is room, its
words keep their size. `templates/components/chart.html` draws the marks as SVG. A painter on paper draws them as well:
`x · width ÷ 100` across, `(height − y) · ¾` points up, and for each `Look` a colour or, where `PATTERNS` names one, a
pattern.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Look(StrEnum):
    """What a mark means; the style sheet says how that looks by day, by night and on paper."""

    TRACK = "track"
    BAR = "bar"
    PROVISIONAL = "provisional"
    HIDDEN = "hidden"
    LOST = "lost"
    SPAN = "span"
    AREA = "area"
    STRONGLY_AGAINST = "strongly-against"
    AGAINST = "against"
    NEUTRAL = "neutral"
    IN_FAVOUR = "in-favour"
    STRONGLY_IN_FAVOUR = "strongly-in-favour"
    HEAT_1 = "heat-1"
    HEAT_2 = "heat-2"
    HEAT_3 = "heat-3"
    HEAT_4 = "heat-4"
    HEAT_5 = "heat-5"

    GRID = "grid"
    ZERO = "zero"
    GAP = "gap"
    GOAL = "goal"
    TODAY = "today"
    TARGET = "target"
    BASELINE = "baseline"
    GAIN = "gain"
    LOSS = "loss"
    FIRST = "first"
    SECOND = "second"

    LABEL = "label"
    FIGURE = "figure"
    NOTE = "note"
    TICK = "tick"
    INSIDE = "inside"
    ON_PATTERN = "on-pattern"
    ON_DARK = "on-dark"


# What is reached. Typefaces of papers lack it, so a painter on paper draws it.
TICK = "✓"

# Who sees no colours sees these. What has none is told apart by its outline, its place or its words.
PATTERNS = {
    Look.PROVISIONAL: "rising",
    Look.IN_FAVOUR: "rising",
    Look.AGAINST: "falling",
    Look.LOST: "dots",
    Look.NEUTRAL: "dots",
}


@dataclass(frozen=True)
class Box:
    """A rectangle: left and top end, width and height."""

    x: float
    y: float
    width: float
    height: float
    look: Look
    kind: str = "box"

    @property
    def pattern(self) -> str:
        return PATTERNS.get(self.look, "")


@dataclass(frozen=True)
class Line:
    """A straight line from one place to another."""

    x: float
    y: float
    to_x: float
    to_y: float
    look: Look
    kind: str = "line"


@dataclass(frozen=True)
class Dot:
    """A circle around a place, or a diamond."""

    x: float
    y: float
    look: Look
    diamond: bool = False
    hollow: bool = False
    kind: str = "dot"


@dataclass(frozen=True)
class Words:
    """One line of words on the line `y`, which starts, has its middle or ends at `x`, moved by `shift` pixels."""

    x: float
    y: float
    text: str
    look: Look
    anchor: str = "start"
    shift: int = 0
    kind: str = "words"


Mark = Box | Line | Dot | Words


@dataclass(frozen=True)
class Sign:
    """A line of the key: marks, drawn on a strip 16 pixels high, and what they mean."""

    marks: tuple[Mark, ...]
    text: str
    wide: bool = False


@dataclass(frozen=True)
class Head:
    """The heading of a column of the table."""

    text: str
    numeric: bool = True


@dataclass(frozen=True)
class Cell:
    """A figure of the table as people read it. A hidden one says so."""

    text: str
    hidden: bool = False


@dataclass(frozen=True)
class Table:
    """The figures of a chart; the first cell of a row is its name."""

    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def cells(self) -> list[list[tuple[Head, Cell]]]:
        """The rows, each cell with the heading of its column."""
        return [list(zip(self.heads, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Chart:
    """A picture of figures. `name` is its address on the page; `finding` says in sentences what there is to see.

    Without marks there is nothing to draw, and the finding says why.
    """

    name: str
    title: str
    finding: str
    height: int
    marks: tuple[Mark, ...]
    key: tuple[Sign, ...]
    notes: tuple[str, ...]
    table: Table

    @property
    def patterns(self) -> list[str]:
        """The patterns that the marks ask for."""
        return sorted({mark.pattern for mark in self.marks if isinstance(mark, Box)} - {""})


def sentences(*parts: str) -> str:
    """Return whole sentences one after the other; empty ones are left out."""
    return " ".join(part for part in parts if part)


def table(heads: Sequence[Head], rows: Sequence[Sequence[Cell]]) -> Table:
    """Return the table of some headings and rows."""
    return Table(tuple(heads), tuple(tuple(row) for row in rows))
