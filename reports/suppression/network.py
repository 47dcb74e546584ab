"""Tables with margins as a network: cells are edges, and sums say that nothing gets lost on the way.

A two-way table is a circulation: a row hands its total on to its cells, a column collects them, the grand total leads
back. Whatever else fits the published figures is the true table plus a circulation of differences along hidden edges.
So the values that a hidden cell may have follow from how much can be pushed through it both ways (the residual network
of L. R. Ford and D. R. Fulkerson, Flows in Networks, 1962), and are whole numbers without a gap as long as nothing but
sums is known. L. H. Cox, Network models for complementary cell suppression, JASA 90 (1995), protects tables like this.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

Joint = Hashable
Hidden = frozenset[int]


@dataclass(frozen=True)
class Edge:
    """A figure: leads `value` from one place to another.

    joints: the lines (a row, a column, all totals of rows) in which it stands; hidden figures of one line belong to one
    block. slack: never published and never asked about, such as a difference that no table prints.
    """

    tail: Hashable
    head: Hashable
    value: int
    joints: tuple[Joint, ...] = ()
    slack: bool = False


@dataclass(frozen=True)
class Network:
    """Figures of tables with what ties them together.

    choice: the edges that may be hidden to protect others. totals: the edge that holds the total of a line, None where
    the total is published for certain; a line without an entry has no total. layers: sets of edges; what a reader finds
    is judged with one of them at a time taken for published (see `reports.suppression.tables.protect_linked`).
    """

    edges: tuple[Edge, ...]
    choice: frozenset[int]
    totals: Mapping[Joint, int | None]
    layers: tuple[Hidden, ...] = (frozenset(),)
    members: Mapping[Joint, frozenset[int]] = field(init=False)
    slack: Hidden = field(init=False)
    tails: tuple[int, ...] = field(init=False)
    heads: tuple[int, ...] = field(init=False)
    values: tuple[int, ...] = field(init=False)
    places: int = field(init=False)

    def __post_init__(self) -> None:
        numbers: dict[Hashable, int] = {}
        members: dict[Joint, set[int]] = {}
        for number, edge in enumerate(self.edges):
            for place in (edge.tail, edge.head):
                numbers.setdefault(place, len(numbers))
            for joint in edge.joints:
                members.setdefault(joint, set()).add(number)
        known = {
            "members": {joint: frozenset(of_line) for joint, of_line in members.items()},
            "slack": frozenset(number for number, edge in enumerate(self.edges) if edge.slack),
            "tails": tuple(numbers[edge.tail] for edge in self.edges),
            "heads": tuple(numbers[edge.head] for edge in self.edges),
            "values": tuple(edge.value for edge in self.edges),
            "places": len(numbers),
        }
        for name, value in known.items():
            object.__setattr__(self, name, value)


class Groups:
    """Things that belong together, directly or through others.

    >>> groups = Groups()
    >>> groups.join("a", "b")
    >>> groups.join("c", "b")
    >>> groups.of("a") == groups.of("c"), groups.of("a") == groups.of("d")
    (True, False)
    """

    def __init__(self) -> None:
        self._above: dict[Hashable, Hashable] = {}

    def of(self, thing: Hashable) -> Hashable:
        """Return what stands for the group of a thing."""
        above = self._above
        while (parent := above.get(thing, thing)) != thing:
            above[thing] = above.get(parent, parent)
            thing = parent
        return thing

    def join(self, one: Hashable, other: Hashable) -> None:
        """Make one group of the groups of two things."""
        self._above[self.of(one)] = self.of(other)


def blocks(network: Network, hidden: Iterable[int]) -> list[list[int]]:
    """Return the connected blocks of hidden figures: two belong together when they stand in one row or in one column.

    Figures without a line, such as a grand total, are in no block.
    """
    groups = Groups()
    lined = [each for each in sorted(hidden) if network.edges[each].joints]
    for each in lined:
        first, *others = network.edges[each].joints
        for joint in others:
            groups.join(first, joint)
    found: dict[Hashable, list[int]] = {}
    for each in lined:
        found.setdefault(groups.of(network.edges[each].joints[0]), []).append(each)
    return list(found.values())


def bridges(network: Network, edges: Iterable[int]) -> set[int]:
    """Return the edges without which their ends would not be connected, directions apart (R. E. Tarjan, 1974)."""
    near: dict[int, list[tuple[int, int]]] = {}
    for each in edges:
        near.setdefault(network.tails[each], []).append((each, network.heads[each]))
        near.setdefault(network.heads[each], []).append((each, network.tails[each]))
    found: set[int] = set()
    seen: dict[int, int] = {}
    for root in near:
        if root not in seen:
            _bridges_from(root, near, seen, found)
    return found


def _bridges_from(root: int, near: Mapping[int, list[tuple[int, int]]], seen: dict[int, int], found: set[int]) -> None:
    """Walk through what is connected with `root`; `seen` numbers the places in the order in which they are met."""
    seen[root] = len(seen)
    lowest = {root: seen[root]}
    trail = [(root, -1, iter(near[root]))]
    while trail:
        place, came_by, ways = trail[-1]
        for edge, other in ways:
            if edge == came_by:
                continue
            if other in seen:
                lowest[place] = min(lowest[place], seen[other])
                continue
            seen[other] = lowest[other] = len(seen)
            trail.append((other, edge, iter(near[other])))
            break
        else:
            trail.pop()
            if trail:
                before = trail[-1][0]
                lowest[before] = min(lowest[before], lowest[place])
                if lowest[place] > seen[before]:
                    found.add(came_by)
