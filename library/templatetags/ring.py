"""The emblem that works: four arcs, one per aspect, each filled as far as something is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template

from library.models import Aspect

register = template.Library()

# The circle counts 400; an arc is a quarter of it less the gap to the next.
CIRCLE, ARC = 400, 88
# Degrees at which an arc begins, clockwise from the right; half a gap after the top for the first.
STARTS = {Aspect.LEGAL: -84.6, Aspect.SOCIAL: 5.4, Aspect.ECONOMIC: 95.4, Aspect.CULTURAL: 185.4}


@dataclass(frozen=True)
class Arc:
    """One arc as SVG wants it: its length and the rest of the circle, and where it begins."""

    aspect: str
    filled: float
    rest: float
    start: float

    @property
    def full(self) -> bool:
        """Whether nothing of the track is left to see."""
        return self.filled >= ARC


def arcs(shares: dict[str, float]) -> list[Arc]:
    """Return the arcs of shares 0…1 by aspect; what is missing is empty, what is more than all is full.

    >>> [arc.filled for arc in arcs({"legal": 0.5, "social": 2})]
    [44.0, 88.0, 0.0, 0.0]
    """
    lengths = {aspect: ARC * min(max(float(shares.get(aspect, 0)), 0.0), 1.0) for aspect in STARTS}
    return [Arc(aspect.value, length, CIRCLE - length, STARTS[aspect]) for aspect, length in lengths.items()]


@register.inclusion_tag("components/ring.html")
def ring(shares: dict[str, float], label: str = "", size: int = 96) -> dict[str, Any]:
    """Draw the ring. `label` says in words what it shows; without one it is decoration beside words that say it."""
    return {"arcs": arcs(shares), "label": label, "size": size}


@register.inclusion_tag("components/touched.html")
def touched(aspects: Iterable[Any]) -> dict[str, Any]:
    """Show which aspects something touches: a small ring beside their words.

    `aspects` are codes, or rows that carry one, as modules and outlines have them.
    """
    codes = {str(getattr(each, "aspect", each)) for each in aspects}
    found = [aspect.value for aspect in Aspect if aspect in codes]
    return {"aspects": found, "all_of_them": len(found) == len(Aspect), "shares": dict.fromkeys(found, 1.0)}
