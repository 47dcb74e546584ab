"""What the charts have in common: lines of words, rows with a name above them, columns of figures at the right.

The places are made for the narrowest page, a phone's; a wider one gives the marks more room.
"""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from reports.charts.marks import Box, Cell, Line, Look, Mark, Sign, Words
from reports.wording import rounded_per_cent

# The narrowest picture in pixels, and how much of it the field takes where figures stand at the right.
NARROW, FIELD = 300, 64
# Where the two columns of figures end.
FIRST_COLUMN, SECOND_COLUMN = 83, 100
LINE, BAR, GAP, HEAD = 18, 16, 14, 24
LINES_OF_A_NAME = 3
# How many rows are drawn, so that a picture stays on one sheet of paper; all of them are in the table.
MOST = 15
STAR = "*"
# The sign for how many, the same in every language.
N = "n"
# The sizes of words in pixels, as the style sheet has them.
LABEL_SIZE, NOTE_SIZE = 14, 13

# Widths of letters in pixels at 14 pixels, of the widest of the common typefaces (DejaVu Sans).
_WIDTHS = {
    letter: width
    for width, letters in {
        4.5: "ijlI .,:;’'!|іІї",
        6: "ftr()-/",
        8: "szckvxyFLPгзкстухчьэяў?“”",
        12: "wmMDGHOQмыфюДЛНОПЦФМ+−",
        13.5: "жшщWЖШЩЮ%№—…",
    }.items()
    for letter in letters
}
_CAPITAL, _OTHER = 10.0, 8.9


@dataclass
class Sheet:
    """A picture while it is drawn, from the top down: `y` is where the next row begins."""

    y: float = 0
    marks: list[Mark] = field(default_factory=list)

    def add(self, *marks: Mark) -> None:
        """Put marks on the picture; words without a letter are none."""
        self.marks += [mark for mark in marks if not (isinstance(mark, Words) and not mark.text)]

    def name(self, text: str, width: float = NARROW) -> None:
        """Write the name of a row in as many lines as it needs, and go below it."""
        for line in wrapped(text, width):
            self.y += LINE
            self.add(Words(0, self.y - 5, line, Look.LABEL))

    def note(self, text: str, width: float = NARROW) -> None:
        """Write what belongs to the bar above, smaller than its name, and go below it."""
        for line in wrapped(text, width * LABEL_SIZE / NOTE_SIZE):
            self.y += LINE
            self.add(Words(0, self.y - 3, line, Look.NOTE))

    def end(self) -> tuple[Mark, ...]:
        return tuple(self.marks)


def width_of(text: str) -> float:
    """Return about how many pixels a text takes at 14 pixels; rather too many than too few."""
    return sum(_WIDTHS.get(letter, _CAPITAL if letter.isupper() else _OTHER) for letter in text)


def wrapped(text: str, width: float = NARROW, lines: int = LINES_OF_A_NAME) -> list[str]:
    """Return a text in at most some lines that fit; what does not fit is cut off with an ellipsis.

    >>> wrapped("Ministry of Health, Department of Public Health", 200)
    ['Ministry of Health,', 'Department of Public', 'Health']
    >>> wrapped("Ministry of Health, Department of Public Health", 200, lines=2)
    ['Ministry of Health,', 'Department of Public…']
    """
    found: list[str] = []
    line = ""
    # What a no-break space holds together stays so.
    for word in text.split(" "):
        longer = f"{line} {word}".strip()
        if line and width_of(longer) > width:
            found.append(line)
            longer = word
        line = longer
    found.append(line)
    if len(found) > lines:
        found = [*found[: lines - 1], f"{found[lines - 1]}…"]
    return [_fitted(each, width) for each in found]


def _fitted(line: str, width: float) -> str:
    """Cut off what is too long even for a line of its own."""
    if width_of(line) <= width:
        return line
    while width_of(f"{line}…") > width:
        line = line[:-1]
    return f"{line}…"


def shares_axis(sheet: Sheet, first: str = "") -> None:
    """Write the head of rows with an axis from 0 to 100 %: its values, the head of the first column, and n."""
    sheet.add(
        Words(0, 13, "0", Look.TICK),
        Words(FIELD / 2, 13, "50", Look.TICK, "middle"),
        Words(FIELD, 13, hundred(), Look.TICK, "end"),
        Words(FIRST_COLUMN, 13, first, Look.TICK, "end"),
        Words(SECOND_COLUMN, 13, N, Look.TICK, "end"),
    )
    sheet.y = HEAD


def figures(sheet: Sheet, first: str, second: str) -> None:
    """Write the figures of both columns beside the bar that begins at `sheet.y`."""
    line = sheet.y + BAR - 3
    sheet.add(
        Words(FIRST_COLUMN, line, first, Look.FIGURE, "end"), Words(SECOND_COLUMN, line, second, Look.NOTE, "end")
    )


def crossing(x: float, top: float, bottom: float, look: Look) -> tuple[Line, Line]:
    """Return an upright line that is seen across a bar as well: on a gap of its own."""
    return Line(x, top, x, bottom, Look.GAP), Line(x, top, x, bottom, look)


def hidden_box(sheet: Sheet, width: float, x: float = 0) -> None:
    """Draw the open box of a figure that is not shown, and say so in it."""
    sheet.add(Box(x, sheet.y, width, BAR, Look.HIDDEN), Words(x, sheet.y + BAR - 4, not_shown(), Look.NOTE, "start", 6))


def hundred() -> str:
    return rounded_per_cent(100)


def interval_heading() -> str:
    return tied(_("95 %% interval") % {})


def named(label: str) -> str:
    """Return the name of a row as it stands within a sentence: without a full stop of its own.

    >>> named("Describe the referral path."), named("And so on..."), named("Why?")
    ('Describe the referral path', 'And so on...', 'Why?')
    """
    return label if label.endswith("..") else label.removesuffix(".")


def tied(text: str) -> str:
    """Keep a number and its per cent sign on one line."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def not_shown() -> str:
    return pgettext("a figure", "not shown")


def hidden_cell() -> Cell:
    return Cell(not_shown(), hidden=True)


def hidden_sign() -> Sign:
    return Sign((Box(0, 2, 100, 12, Look.HIDDEN),), f"{not_shown()} {STAR}")


def hidden_note() -> str:
    """Say why figures are hidden, below the chart."""
    return _("* Not shown, so that nobody in a small group can be recognised.")


def hidden_finding(count: int, total: int) -> str:
    """Say how many of the rows are hidden; nothing when none is."""
    if not count:
        return ""
    if count == total:
        return _("No figure can be shown: all the groups are too small.")
    words = ngettext("%(count)d group is not shown.", "%(count)d groups are not shown.", count)
    return words % {"count": count}


def more_note(count: int) -> str:
    """Say that the table has more rows than the picture."""
    words = ngettext("%(count)d more row is in the table.", "%(count)d more rows are in the table.", count)
    return words % {"count": count}


def notes(hidden: int, left_out: int = 0) -> tuple[str, ...]:
    """Return what stands below a chart."""
    return (*([hidden_note()] if hidden else []), *([more_note(left_out)] if left_out else []))


def nothing() -> str:
    return _("There are no figures yet.")


def step_of(most: float) -> int:
    """Return how far apart the values of an axis from 0 to `most` stand: at most five of them, at round numbers.

    >>> [step_of(most) for most in (0, 5, 7, 214, 1000)]
    [1, 1, 2, 50, 200]
    """
    step = 1
    while step * 5 < most:
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    return step
