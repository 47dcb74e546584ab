"""Charts on paper: the marks of `reports.charts` painted as its `marks` say, in the colours of the style sheet.

What is washed out on a screen is a plain light colour here, so that nothing shines through.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from core.pdf.document import Document, figure
from core.pdf.lines import known, lines_of
from core.pdf.sheets import SMALL, TEXT, Colour, Sheets, Style, hatch, set_lines
from core.pdf.tables import HAIRLINE, INK, MARGIN, MUTED
from core.pdf.typefaces import face
from reports.charts import Chart
from reports.charts.marks import TICK, Box, Dot, Line, Look, Mark, Sign, Words

# How many points a pixel of a page is here: smaller if that keeps a picture on the page, but still to be read.
UNIT, _SMALLEST = 0.68, 0.55
# How wide a picture is at most.
_WIDEST = 515.0
_KEY = Style("text", 8.5, MUTED)
_SWATCH, _WIDE_SWATCH, _SWATCH_HEIGHT = 22, 70, 16
_KEY_LINE, _KEY_GAP = 13.0, 16.0
# How wide a tick is, in sizes of the letters beside it.
_TICK_WIDTH = 0.72
# What the heading of a picture takes.
_HEADING = 44.0

_WHITE = (1.0, 1.0, 1.0)
_ACTION, _WASH = (0.043, 0.373, 0.400), (0.902, 0.941, 0.937)
_SOCIAL, _CULTURAL, _SHADE = (0.659, 0.263, 0.165), (0.482, 0.227, 0.455), (0.93, 0.92, 0.89)
_LINE = (0.541, 0.561, 0.604)

_FILLS: dict[Look, Colour] = {
    Look.TRACK: _SHADE,
    Look.BAR: _ACTION,
    Look.SPAN: _WASH,
    Look.AREA: _WASH,
    Look.STRONGLY_AGAINST: _SOCIAL,
    Look.STRONGLY_IN_FAVOUR: _ACTION,
    Look.HEAT_1: (0.95, 0.97, 0.97),
    Look.HEAT_2: (0.86, 0.91, 0.91),
    Look.HEAT_3: (0.73, 0.82, 0.83),
    Look.HEAT_4: (0.58, 0.72, 0.74),
    Look.HEAT_5: _ACTION,
}
_OUTLINES: dict[Look, Colour] = {
    Look.SPAN: _ACTION,
    Look.PROVISIONAL: _ACTION,
    Look.IN_FAVOUR: _ACTION,
    Look.AGAINST: _SOCIAL,
    Look.LOST: _LINE,
    Look.NEUTRAL: _LINE,
    Look.HIDDEN: _LINE,
}


@dataclass(frozen=True)
class _Pen:
    """How a line is drawn: its colour, its width in points, and its dashes."""

    colour: Colour
    width: float = 1.0
    dashes: tuple[float, ...] = ()


_PENS: dict[Look, _Pen] = {
    Look.GRID: _Pen(HAIRLINE, 0.5),
    Look.ZERO: _Pen(_LINE),
    Look.GAP: _Pen(_WHITE, 4),
    Look.GOAL: _Pen(_SOCIAL, 1.4, (4, 2)),
    Look.TODAY: _Pen(_SOCIAL, 1.4, (4, 2)),
    Look.TARGET: _Pen(INK, 2),
    Look.BASELINE: _Pen(_LINE, 1.4, (1.5, 1.5)),
    Look.GAIN: _Pen(_ACTION, 2),
    Look.LOSS: _Pen(_SOCIAL, 2, (3, 2)),
    Look.FIRST: _Pen(_ACTION, 2),
    Look.SECOND: _Pen(_CULTURAL, 1.4, (4.5, 3)),
}

_BOLD = {Look.FIGURE, Look.INSIDE, Look.ON_PATTERN, Look.ON_DARK}
_SMALLER = {Look.NOTE, Look.TICK, Look.INSIDE, Look.ON_PATTERN, Look.ON_DARK}
_MUTED = {Look.NOTE, Look.TICK}


@dataclass(frozen=True)
class _Canvas:
    """Where a picture lies: its left end, its top, how wide it is, and how many points a pixel is."""

    document: Document
    left: float
    top: float
    width: float
    unit: float = UNIT

    def x(self, value: float) -> float:
        """Return the place of a value across, which is per cent of the width."""
        return self.left + value * self.width / 100

    def y(self, value: float) -> float:
        """Return the place of a value down, which is pixels from the top."""
        return self.top - value * self.unit


def draw_chart(sheets: Sheets, chart: Chart) -> None:
    """Draw a chart with its finding, its key and its notes; one higher than a sheet is made smaller."""
    width = min(sheets.inner, _WIDEST)
    key = _key_rows(chart.key, width)
    notes = [lines_of(note, face(SMALL.face), SMALL.size, sheets.inner) for note in chart.notes]
    finding = lines_of(chart.finding, face(TEXT.face), TEXT.size, sheets.inner)
    around = len(finding) * TEXT.line + len(key) * _KEY_LINE + sum(map(len, notes)) * SMALL.line + 24
    unit = _unit(chart.height, sheets.room - around - _HEADING, sheets.most - around - _HEADING)
    height = chart.height * unit
    sheets.heading(chart.title, follows=height + around)
    if not chart.marks:
        sheets.paragraph("P", chart.finding, TEXT, below=4)
        return
    sheets.paragraph("P", chart.finding, TEXT, below=6)
    sheets.add(partial(_picture, chart=chart, at=(MARGIN, sheets.y), width=width, unit=unit))
    sheets.down(height + 8)
    for signs in key:
        sheets.add(partial(_draw_key, signs=signs, top=sheets.y))
        sheets.down(_KEY_LINE)
    sheets.down(2)
    for note in chart.notes:
        sheets.paragraph("P", note, SMALL, below=1)
    sheets.down(4)


def _unit(height: int, room: float, most: float) -> float:
    """Return how many points a pixel is, so that a picture fits into what is left of the page, or on one of its own."""
    if not height:
        return UNIT
    return min(UNIT, room / height) if room / height >= _SMALLEST else min(UNIT, most / height)


def _picture(document: Document, *, chart: Chart, at: tuple[float, float], width: float, unit: float) -> None:
    box = (at[0], at[1] - chart.height * unit, at[0] + width, at[1])
    with document.tagged("Figure", **figure(f"{chart.title}. {chart.finding}", box)):
        _paint(chart.marks, _Canvas(document, at[0], at[1], width, unit))


def _key_rows(key: Sequence[Sign], width: float) -> list[list[tuple[Sign, float]]]:
    """The lines of a key: signs with where they begin, counted from the left."""
    rows: list[list[tuple[Sign, float]]] = []
    taken = 0.0
    for sign in key:
        needs = _swatch(sign) + 4 + _KEY.width(sign.text) + _KEY_GAP
        if not rows or taken + needs - _KEY_GAP > width:
            rows.append([])
            taken = 0.0
        rows[-1].append((sign, taken))
        taken += needs
    return rows


def _swatch(sign: Sign) -> float:
    if not sign.marks:
        return -4.0
    return (_WIDE_SWATCH if sign.wide else _SWATCH) * UNIT


def _draw_key(document: Document, *, signs: Sequence[tuple[Sign, float]], top: float) -> None:
    for sign, start in signs:
        left = MARGIN + start
        with document.decoration():
            _paint(sign.marks, _Canvas(document, left, top, _swatch(sign)))
        with document.tagged("P"):
            lines = lines_of(sign.text, face(_KEY.face), _KEY.size, 10_000)
            set_lines(document, lines, _KEY, (left + _swatch(sign) + 4, top - (_SWATCH_HEIGHT * UNIT - _KEY.size) / 2))


def _paint(marks: Sequence[Mark], canvas: _Canvas) -> None:
    for mark in marks:
        if isinstance(mark, Box):
            _paint_box(mark, canvas)
        elif isinstance(mark, Line):
            _paint_line(mark, canvas)
        elif isinstance(mark, Dot):
            _paint_dot(mark, canvas)
        else:
            _paint_words(mark, canvas)


def _paint_box(box: Box, canvas: _Canvas) -> None:
    drawn = canvas.document.canvas
    place = (canvas.x(box.x), canvas.y(box.y + box.height), box.width * canvas.width / 100, box.height * canvas.unit)
    if box.look in _FILLS:
        drawn.setFillColorRGB(*_FILLS[box.look])
        drawn.rect(*place, stroke=0, fill=1)
    elif box.pattern == "dots":
        _dots(canvas, place)
    elif box.pattern:
        hatch(canvas.document, place, _OUTLINES[box.look], falling=box.pattern == "falling")
    if box.look in _OUTLINES:
        _take(canvas, _Pen(_OUTLINES[box.look], 0.7, (3, 2) if box.look == Look.HIDDEN else ()))
        drawn.rect(*place, stroke=1, fill=0)


def _dots(canvas: _Canvas, place: tuple[float, float, float, float]) -> None:
    left, bottom, width, height = place
    drawn = canvas.document.canvas
    drawn.setFillColorRGB(*_LINE)
    for row in range(int(height / 3.5)):
        for column in range(int(width / 3.5)):
            drawn.circle(left + 1.75 + column * 3.5, bottom + 1.75 + row * 3.5, 0.6, stroke=0, fill=1)


def _paint_line(line: Line, canvas: _Canvas) -> None:
    _take(canvas, _PENS[line.look])
    canvas.document.canvas.line(canvas.x(line.x), canvas.y(line.y), canvas.x(line.to_x), canvas.y(line.to_y))
    canvas.document.canvas.setDash()


def _paint_dot(dot: Dot, canvas: _Canvas) -> None:
    drawn, pen = canvas.document.canvas, _PENS.get(dot.look, _PENS[Look.FIRST])
    x, y, radius = canvas.x(dot.x), canvas.y(dot.y), 3.4
    _take(canvas, _Pen(pen.colour, 1.4))
    drawn.setFillColorRGB(*(_WHITE if dot.hollow else pen.colour))
    if not dot.diamond:
        drawn.circle(x, y, radius, stroke=1, fill=1)
        return
    path = drawn.beginPath()
    path.moveTo(x, y + radius * 1.3)
    for across, up in ((1.3, 0), (0, -1.3), (-1.3, 0)):
        path.lineTo(x + across * radius, y + up * radius)
    path.close()
    drawn.drawPath(path, stroke=1, fill=1)


def _paint_words(words: Words, canvas: _Canvas) -> None:
    bold = words.look in _BOLD
    colour = _WHITE if words.look == Look.ON_DARK else MUTED if words.look in _MUTED else INK
    size = (13 if words.look in _SMALLER else 14) * canvas.unit
    style = Style("bold" if bold else "text", size, colour)
    text = known(words.text, face(style.face))
    width = _TICK_WIDTH * size if words.text == TICK else style.width(text)
    left = (
        canvas.x(words.x) + words.shift * canvas.unit - {"start": 0.0, "middle": width / 2, "end": width}[words.anchor]
    )
    if words.text == TICK:
        _tick(canvas, left, canvas.y(words.y), size)
        return
    if words.look == Look.ON_PATTERN:
        canvas.document.canvas.setFillColorRGB(*_WHITE)
        canvas.document.canvas.rect(left - 2, canvas.y(words.y) - 2, width + 4, size + 2, stroke=0, fill=1)
    canvas.document.canvas.setFillColorRGB(*colour)
    canvas.document.text((left, canvas.y(words.y)), text, face(style.face), size)


def _tick(canvas: _Canvas, left: float, line: float, size: float) -> None:
    """Draw a tick as wide as `_TICK_WIDTH` letters: the faces have none, and the words beside it say the same."""
    drawn = canvas.document.canvas
    _take(canvas, _Pen(INK, 0.13 * size))
    path = drawn.beginPath()
    path.moveTo(left, line + 0.32 * size)
    path.lineTo(left + 0.26 * size, line + 0.04 * size)
    path.lineTo(left + _TICK_WIDTH * size, line + 0.68 * size)
    drawn.drawPath(path, stroke=1, fill=0)


def _take(canvas: _Canvas, pen: _Pen) -> None:
    drawn = canvas.document.canvas
    drawn.setStrokeColorRGB(*pen.colour)
    drawn.setLineWidth(pen.width)
    drawn.setDash(list(pen.dashes)) if pen.dashes else drawn.setDash()
