"""A text broken into lines that fit a width."""

import re

from core.pdf.typefaces import Typeface


def broken(
    text: str, typeface: Typeface, size: float, width: float, *, tracking: float = 0, split_words: bool = True
) -> list[str]:
    """Break into lines after spaces, each at most `width` points wide at `size` points.

    A word wider than that is broken after its hyphens; one without hyphens letter by letter if `split_words`, else it
    stands out over the width.
    """

    def width_of(line: str) -> float:
        return typeface.width(line.rstrip(), size, tracking)

    lines: list[str] = []
    for word in re.findall(r"[^ ]+ ?", text):
        parts = [word] if width_of(word) <= width else re.findall(r"[^-]+-?|-", word)
        if split_words and len(parts) == 1 and width_of(word) > width:
            # Nothing else is left: letter by letter, rather than over the edge of the page.
            parts = list(word)
        for part in parts:
            if lines and width_of(lines[-1] + part) <= width:
                lines[-1] += part
            else:
                lines.append(part)
    return lines


def known(text: str, typeface: Typeface) -> str:
    """Return a text with "?" for every letter that the face cannot draw: a list is printed all the same."""
    return text.translate({ord(letter): "?" for letter in typeface.missing(text)})


def lines_of(text: str, typeface: Typeface, size: float, width: float) -> list[str]:
    """Return the lines of a text that may hold line breaks and unknown letters."""
    return [line for part in known(text, typeface).split("\n") for line in broken(part, typeface, size, width)]


def spaced(line: str) -> str:
    """Return a line with a space at its end, or two lines would be read as one word."""
    return line if line.endswith("-") else f"{line.rstrip()} "
