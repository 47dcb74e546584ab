"""The small multiple of the agencies: who completed modules of which aspect."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from courses.models import ModuleAspect
from library.models import Aspect
from reports.columns import Row

# More rings than these are no comparison any more; what stands for all of them is shown alone.
MOST_AGENCIES = 24


@dataclass(frozen=True)
class AspectRing:
    """People of one agency, or of all together (no name), and by aspect how many completed a module of it."""

    name: str
    people: int
    completed: Mapping[str, int]

    @property
    def shares(self) -> dict[str, float]:
        """How far each arc is filled: people who completed a module of the aspect ÷ all people."""
        return {aspect: count / self.people for aspect, count in self.completed.items()} if self.people else {}


def aspect_rings(rows: Iterable[Row], names: Mapping[str, str]) -> list[AspectRing]:
    """Return a ring for all people in the rows of R3, then one for each agency in the order of `names` (by code).

    One query. A person counts once, however many modules of an aspect are completed; whoever has a row counts among
    all. Without agencies to compare, or with too many, the ring of all stands alone.
    """
    aspects = defaultdict(set)
    for code, aspect in ModuleAspect.objects.values_list("module__code", "aspect"):
        aspects[code].add(aspect)
    everybody: dict[str, set[str]] = defaultdict(set)
    completed: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        for agency in ("", row["agency"]):
            everybody[agency].add(row["person"])
            if row["kind"] == "module" and row["completed_on"] is not None:
                for aspect in aspects[row["code"]]:
                    completed[agency, aspect].add(row["person"])
    found = [code for code in names if code in everybody]
    shown = found if 1 < len(found) <= MOST_AGENCIES else []
    return [
        AspectRing(names.get(agency, ""), len(everybody[agency]), _by_aspect(agency, completed))
        for agency in ("", *shown)
    ]


def _by_aspect(agency: str, completed: Mapping[tuple[str, str], set[str]]) -> dict[str, int]:
    return {str(aspect): len(completed.get((agency, aspect), ())) for aspect in Aspect}
