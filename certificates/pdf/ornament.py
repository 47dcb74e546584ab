"""The four arcs of the emblem and the guilloche that grows from them, as drawing operators.

One quarter is computed and drawn four times, turned by 90° and in the colour of its aspect, so that the whole is a ring
of four arcs around an open centre with a woven halo. Units are points; the centre is the origin.
"""

import colorsys
import math
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache

Point = tuple[float, float]
Colour = tuple[float, float, float]


def colour(code: str) -> Colour:
    """Return red, green, blue as fractions: colour("#14213D")."""
    return tuple(int(code[place : place + 2], 16) / 255 for place in (1, 3, 5))  # type: ignore[return-value]


# The aspects clockwise from the top right, as in the emblem of the site.
ASPECTS = {
    "legal": colour("#37489A"),
    "social": colour("#A8432A"),
    "economic": colour("#7A5200"),
    "cultural": colour("#7B3A74"),
}
HALO = 132.0
RING = 46.0
# Inner radius of the ring as a fraction of the outer one, and half the gap between two arcs in degrees.
_INNER, _HALF_GAP = 0.72, 5.4
_THREADS = 30
_BRAID_WAVE, _BRAID_SWING, _BRAID_STRANDS = 12.0, 3.0, 3


def lighter(tone: Colour) -> Colour:
    """Return a colour for rules and frames beside text in `tone`: the same hue, bright and never glaring."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*tone)
    return colorsys.hls_to_rgb(hue, max(lightness, 0.6), min(saturation * 0.75, 0.4))


@lru_cache
def seal(strength: int = 50) -> bytes:
    """Return the deflated drawing of the seal, centred in a square of 2·HALO points.

    `strength` is how much of the colours of the aspects the threads have, in per cent.
    """
    quarter = "\n".join(_halo())
    arc = _ring_arc(RING)
    parts = [f"1 0 0 1 {HALO:g} {HALO:g} cm 1 J 1 j 0.3 w"]
    for turns, tone in enumerate(ASPECTS.values()):
        cosine, sine = round(math.cos(-turns * math.pi / 2)), round(math.sin(-turns * math.pi / 2))
        parts += [
            f"q {cosine} {sine} {-sine} {cosine} 0 0 cm {_operands(_tint(tone, 1 - strength / 100))} RG",
            quarter,
            f"{_operands(tone)} rg",
            arc,
            "Q",
        ]
    return zlib.compress("\n".join(parts).encode(), 9)


@lru_cache
def frame(width: float, height: float, band: float, tone: Colour) -> bytes:
    """Return the deflated drawing of a frame: two lines with a braid between them, and a small ring in each corner."""
    parts = [f"{_operands(tone)} RG {_operands(tone)} rg 1 J 1 j"]
    parts += [f"0.9 w 0.5 0.5 {width - 1:.2f} {height - 1:.2f} re S"]
    parts += [f"0.4 w {band:.2f} {band:.2f} {width - 2 * band:.2f} {height - 2 * band:.2f} re S"]
    corners = ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height))
    for turns, (x, y) in enumerate(corners):
        cosine, sine = round(math.cos(turns * math.pi / 2)), round(math.sin(turns * math.pi / 2))
        edge = height if turns % 2 else width
        parts += [f"q {cosine} {sine} {-sine} {cosine} {x:.2f} {y:.2f} cm 0.35 w", *_braid(edge, band), "Q"]
    return zlib.compress("\n".join(parts).encode(), 9)


def _braid(edge: float, band: float) -> Iterator[str]:
    """One side of a frame from its left corner to the right one: equal tiles, and the ring of the left corner."""
    middle = band / 2
    yield f"q 1 0 0 1 {middle:.2f} {middle:.2f} cm"
    for turns in range(4):
        cosine, sine = round(math.cos(turns * math.pi / 2)), round(math.sin(turns * math.pi / 2))
        yield f"q {cosine} {sine} {-sine} {cosine} 0 0 cm {_ring_arc(2.7)} Q"
    yield "Q"
    length = edge - 2 * band
    tiles = round(length / _BRAID_WAVE)
    wave = length / tiles
    # Moving the origin from tile to tile keeps their text equal, so that it deflates to almost nothing.
    yield f"1 0 0 1 {band:.2f} {middle:.2f} cm"
    tile = "\n".join(_strand(wave, 2 * math.pi * number / _BRAID_STRANDS) for number in range(_BRAID_STRANDS))
    for _number in range(tiles):
        yield tile
        yield f"1 0 0 1 {wave:.4f} 0 cm"


def _strand(wave: float, shift: float) -> str:
    """One wave of a strand of the braid."""
    speed = 2 * math.pi / wave

    def point(x: float) -> Point:
        return x, _BRAID_SWING * math.sin(speed * x + shift)

    return _through(point, 0, wave, 4)


def _halo() -> Iterator[str]:
    """The threads of one quarter: the same curve, each a little further on than its neighbour.

    A slow wave carries the thread between the ring and the rim; a fast one, the other way, folds it into petals.
    """
    for thread in range(_THREADS):
        shift = 2 * math.pi * thread / _THREADS

        def point(angle: float, shift: float = shift) -> Point:
            slow = (34 + 6 * math.cos(12 * angle)) * 0.55 * math.cos(4 * angle + shift)
            fast = 15 * math.cos(20 * angle - 2 * shift)
            return _polar(91 + slow + fast, angle)

        yield _through(point, 0, math.pi / 2, 24)


def _through(point: Callable[[float], Point], start: float, end: float, pieces: int) -> str:
    """A curve as Bézier pieces through its points, with the slopes of the curve."""
    step = (end - start) / pieces
    places = [start + number * step for number in range(pieces + 1)]
    points = [point(place) for place in places]
    slopes = [_slope(point, place) for place in places]
    path = [f"{_operands(points[0])} m"]
    third = step / 3
    for number in range(pieces):
        (x0, y0), (x1, y1) = points[number], points[number + 1]
        (u0, v0), (u1, v1) = slopes[number], slopes[number + 1]
        path.append(f"{_operands((x0 + u0 * third, y0 + v0 * third, x1 - u1 * third, y1 - v1 * third, x1, y1))} c")
    return " ".join([*path, "S"])


def _ring_arc(radius: float) -> str:
    """One arc of the emblem: a quarter of a ring without half a gap at each end, filled."""
    start, end = math.radians(_HALF_GAP), math.radians(90 - _HALF_GAP)
    handle = 4 / 3 * math.tan((end - start) / 4)
    path: list[str] = []
    for distance, first, last in ((radius, start, end), (radius * _INNER, end, start)):
        turn = handle if last > first else -handle
        (x0, y0), (x1, y1) = _polar(distance, first), _polar(distance, last)
        path.append(f"{_operands((x0, y0))} {'l' if path else 'm'}")
        path.append(f"{_operands((x0 - turn * y0, y0 + turn * x0, x1 + turn * y1, y1 - turn * x1, x1, y1))} c")
    return " ".join([*path, "h f"])


def _polar(distance: float, angle: float) -> Point:
    return distance * math.cos(angle), distance * math.sin(angle)


def _slope(point: Callable[[float], Point], place: float, step: float = 1e-4) -> Point:
    (x0, y0), (x1, y1) = point(place - step), point(place + step)
    return (x1 - x0) / (2 * step), (y1 - y0) / (2 * step)


def _tint(tone: Colour, white: float) -> Colour:
    red, green, blue = (part + (1 - part) * white for part in tone)
    return red, green, blue


def _operands(numbers: tuple[float, ...]) -> str:
    return " ".join(f"{number:.2f}".rstrip("0").rstrip(".") for number in numbers)
