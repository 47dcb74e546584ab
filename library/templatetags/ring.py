"""The emblem that works: four arcs, one per aspect, each filled as far as something is done."""

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


def arcs(shares: dict[str, float]) -> list[Arc]:
    """Return the arcs of shares 0…1 by aspect; what is missing is empty, what is more than all is full.

    >>> [arc.filled for arc in arcs({"legal": 0.5, "social": 2})]
    [44.0, 88.0, 0.0, 0.0]
    """
    lengths = {aspect: ARC * min(max(float(shares.get(aspect, 0)), 0.0), 1.0) for aspect in STARTS}
    return [Arc(aspect.value, length, CIRCLE - length, STARTS[aspect]) for aspect, length in lengths.items()]


@register.inclusion_tag("components/ring.html")
def ring(shares: dict[str, float], label: str, size: int = 96) -> dict[str, Any]:
    """Draw the ring. `label` says in words what it shows, for instance "Legal: 2 of 3 modules completed"."""
    return {"arcs": arcs(shares), "label": label, "size": size}
