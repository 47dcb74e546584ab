"""QR codes drawn as shapes, so that they are sharp at any size."""

import re

import segno
from reportlab.pdfgen.canvas import Canvas


def draw_qr(canvas: Canvas, text: str, corner: tuple[float, float], side: float) -> None:
    """Draw a code `side` points wide from its bottom left corner, in the fill colour, without a quiet zone."""
    left, bottom = corner
    # A fixed mask: choosing the best one costs more than the rest of a page and reads no better.
    code = segno.make(text, error="m", micro=False, boost_error=False, mask=2)
    rows = [bytes(row) for row in code.matrix]
    module = side / len(rows)
    path = canvas.beginPath()
    for number, row in enumerate(rows):
        y = bottom + side - (number + 1) * module
        for run in re.finditer(rb"\x01+", row):
            path.rect(left + run.start() * module, y, len(run.group()) * module, module)
    canvas.drawPath(path, stroke=0, fill=1)
