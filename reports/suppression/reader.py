"""What a reader can work out about a hidden figure, who knows the sums and why figures are hidden.

The reader knows that counts are whole and not negative, every published figure, and that each connected block of hidden
figures holds one from 1 to k − 1, since otherwise nothing of it had to be hidden. Worked example, k = 5:

              A    B   total             A    B   total
    North     3   20    23      North    ·    ·    23
    South    15   30    45      South    ·    ·    45
    total    18   50    68      total   18   50    68

The four hidden cells are one block, since North · A shares a row with North · B, which shares a column with South · B.
By the sums alone North · A may be 0 to 18. If it is 0, the others are 23, 18 and 27: no cell is below 5, so a reader
who knows the rule leaves that out. What remains for it are 1 to 4, four values, and as many for each of the others.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from reports.suppression.network import Groups, Hidden, Joint, Network, blocks, bridges

# So many values have to remain for a hidden figure; two that sum to 2 are not enough either.
ENOUGH, PAIR = 3, 2
# How many figures of a block are tried as the one below k, and how many choices of such figures for other blocks.
TRIED, CHOICES = 40, 3

Ranges = Mapping[int, tuple[int, int]]
NO_END = 1 << 60


@dataclass(frozen=True)
class Gap:
    """What is not protected: a figure that keeps too few values, or lines in which more has to be hidden."""

    edge: int | None = None
    lines: tuple[Joint, ...] = ()


class Reader:
    """Somebody who reads a publication in which some figures of a network are hidden."""

    def __init__(self, network: Network, k: int, hidden: Hidden, needed: Hidden) -> None:
        """`needed` are those of the hidden figures that are hidden for themselves."""
        self.network = network
        self.k = k
        self.hidden = hidden
        self.needed = needed
        self.free = hidden | network.slack
        # How many edges were looked at, for whoever has to stop at some time.
        self.steps = 3 * len(self.free)

    # --- What belongs together -------------------------------------------------------------------------------------
    @cached_property
    def near(self) -> dict[int, list[tuple[int, int, int]]]:
        """Return for each place the free edges at it: (edge, other place, +1 along it or −1 against it)."""
        found: dict[int, list[tuple[int, int, int]]] = {}
        for each in sorted(self.free):
            tail, head = self.network.tails[each], self.network.heads[each]
            found.setdefault(tail, []).append((each, head, 1))
            found.setdefault(head, []).append((each, tail, -1))
        return found

    @cached_property
    def blocks(self) -> list[list[int]]:
        return blocks(self.network, self.hidden)

    @cached_property
    def block_of(self) -> dict[int, int]:
        return {each: number for number, block in enumerate(self.blocks) for each in block}

    @cached_property
    def small(self) -> list[list[int]]:
        """Return for each block its figures from 1 to k − 1; those with most room to both sides first."""
        middle = self.k / 2
        values = self.network.values
        return [
            sorted((each for each in block if 0 < values[each] < self.k), key=lambda each: abs(values[each] - middle))
            for block in self.blocks
        ]

    @cached_property
    def parts(self) -> Groups:
        """Return places that free edges connect: nothing that happens in one part has to do with another."""
        groups = Groups()
        for each in self.free:
            groups.join(self.network.tails[each], self.network.heads[each])
        return groups

    @cached_property
    def blocks_of_part(self) -> dict[object, list[int]]:
        found: dict[object, list[int]] = {}
        for number, block in enumerate(self.blocks):
            for part in {self.parts.of(self.network.tails[each]) for each in block}:
                found.setdefault(part, []).append(number)
        return found

    # --- What is found out -----------------------------------------------------------------------------------------
    def gaps(self) -> Iterator[Gap]:
        """Yield what is not protected."""
        yield from self._pairs()
        yield from self._strays()
        for each in sorted(self.hidden - self.plainly_safe):
            if not any(self._keeps_enough(each, layer) for layer in self.network.layers):
                yield Gap(edge=each)

    def is_safe(self) -> bool:
        """Whether every hidden figure keeps at least three values."""
        return next(self.gaps(), None) is None

    def _pairs(self) -> Iterator[Gap]:
        """Yield lines of which two figures are hidden that sum to 2.

        Zeros may be hidden, so that 0, 1 and 2 remain; but whoever takes zeros for published reads 1 and 1.
        """
        for joint, total in self.network.totals.items():
            of_line = self.network.members.get(joint, frozenset())
            inside = of_line & self.hidden
            if total not in self.hidden and sum(self.network.values[each] for each in inside) == len(inside) == PAIR:
                yield Gap(lines=(joint,))

    def _strays(self) -> Iterator[Gap]:
        """Yield blocks that hold nothing hidden for itself: the reader takes it that there are none."""
        for block in self.blocks:
            if self.needed.isdisjoint(block):
                yield Gap(lines=tuple({joint for each in block for joint in self.network.edges[each].joints}))

    @cached_property
    def plainly_safe(self) -> Hidden:
        """Return hidden figures that keep five values or more even if one small figure of every block were known.

        A figure of 2 or more can move by 2 either way along a cycle of such figures, and 0 and 1 can grow by 2 where
        such figures lead from one end to the other. This takes one walk through the network instead of one per figure.
        """
        safe: set[int] = set()
        for layer in self.network.layers:
            for choice in range(2):
                held = {small[choice % len(small)] for small in self.small if small} | layer
                safe |= self._safe_without(held)
        return frozenset(safe)

    def _safe_without(self, held: set[int]) -> set[int]:
        network = self.network
        thick = [each for each in self.free - held if network.values[each] >= ENOUGH - 1]
        alone = bridges(network, thick)
        groups = Groups()
        for each in thick:
            groups.join(network.tails[each], network.heads[each])
        inside = set(thick)
        return {
            each for each in self.hidden - held if (each not in alone if each in inside else self._joined(groups, each))
        }

    def _joined(self, groups: Groups, edge: int) -> bool:
        return groups.of(self.network.tails[edge]) == groups.of(self.network.heads[edge])

    def _keeps_enough(self, edge: int, layer: Hidden) -> bool:
        known = self._known(layer)
        flow = list(self.network.values)
        up = self._push(edge, 1, flow, known, ENOUGH - 1)
        down = self._push(edge, -1, list(self.network.values), known, ENOUGH - 1 - up)
        return up + down == ENOUGH - 1 and len(self.values(edge, layer)) == ENOUGH

    def remedies(self, gap: Gap) -> frozenset[int]:
        """Return published figures of which at least one has to be hidden before a gap can be closed."""
        published = self.network.choice - self.hidden
        if gap.edge is None:
            return published & frozenset().union(*(self.network.members[joint] for joint in gap.lines))
        return frozenset().union(*(self._narrow(gap.edge, layer, published) for layer in self.network.layers))

    def _narrow(self, edge: int, layer: Hidden, published: frozenset[int]) -> frozenset[int]:
        """Return the published figures that lie across the narrowest places for a figure that the sums give away."""
        across: frozenset[int] = frozenset()
        moved = 0
        for sign in (1, -1):
            flow = list(self.network.values)
            moved += self._push(edge, sign, flow, self._known(layer), ENOUGH - 1 - moved)
            if moved == ENOUGH - 1:
                # The sums leave enough, and only the rule does not: anything may help.
                return published
            if sign > 0 or flow[edge] > 0:
                across |= self._across(edge, sign, flow, layer) & published
        return across

    def values(self, edge: int, layer: Hidden = frozenset()) -> set[int]:
        """Return values that a hidden figure may have, given the sums and the rule: three if there are as many.

        Exact where one block is concerned that has up to `TRIED` figures. Otherwise some values may be missing, so that
        a figure seems less protected than it is, never more.
        """
        found: set[int] = set()
        for ranges in self._assumptions(edge, layer):
            flow = self._world(ranges)
            if flow is None:
                continue
            low, high = ranges.get(edge, (0, NO_END))
            up = self._push(edge, 1, list(flow), ranges, min(ENOUGH - 1, high - flow[edge]))
            down = self._push(edge, -1, list(flow), ranges, min(ENOUGH - 1, flow[edge] - low))
            found |= set(range(flow[edge] - down, flow[edge] + up + 1))
            if len(found) >= ENOUGH:
                break
        return set(sorted(found)[:ENOUGH])

    def _known(self, layer: Hidden) -> Ranges:
        return {each: (self.network.values[each],) * 2 for each in layer}

    def _assumptions(self, edge: int, layer: Hidden) -> Iterator[Ranges]:
        """Yield in which way the rule may be kept: which figure of each block concerned is the one from 1 to k − 1."""
        own = self.block_of.get(edge)
        concerned = self.blocks_of_part.get(self.parts.of(self.network.tails[edge]), [])
        others = [self.small[number] for number in concerned if number != own and self.small[number]]
        of_own = [] if own is None or not self.small[own] else [edge, *self.small[own], *self.blocks[own]]
        known, range_ = self._known(layer), (1, self.k - 1)
        for choice in range(CHOICES if others else 1):
            held = {small[choice % len(small)]: range_ for small in others}
            if not of_own:
                yield {**held, **known}
            for each in islice(dict.fromkeys(of_own), TRIED):
                if each not in layer or 0 < self.network.values[each] < self.k:
                    yield {**held, each: range_, **known}

    # --- How much can be pushed ------------------------------------------------------------------------------------
    def _world(self, ranges: Ranges) -> list[int] | None:
        """Return figures that fit all sums and the ranges, starting from the true ones; None if there are none."""
        flow = list(self.network.values)
        for each, (low, high) in ranges.items():
            lacking, over = low - flow[each], flow[each] - high
            if lacking <= 0 and over <= 0:
                continue
            held = {other: range_ for other, range_ in ranges.items() if other != each}
            if not self._moved(each, max(lacking, over), 1 if lacking > 0 else -1, flow, held):
                return None
        return flow

    def _moved(self, edge: int, by: int, sign: int, flow: list[int], ranges: Ranges) -> bool:
        return self._push(edge, sign, flow, ranges, by) == by

    def _push(self, edge: int, sign: int, flow: list[int], ranges: Ranges, limit: int) -> int:
        """Change `flow` so that a figure grows (+1) or shrinks (−1) by up to `limit`; return by how much it did."""
        tail, head = self.network.tails[edge], self.network.heads[edge]
        start, end = (head, tail) if sign > 0 else (tail, head)
        if edge not in ranges and sign < 0:
            limit = min(limit, flow[edge])
        pushed = 0
        while pushed < limit:
            way = self._way(start, end, edge, flow, ranges)
            if way is None:
                break
            room = min([limit - pushed, *(_room(each, along, flow, ranges) for each, along in way)])
            for each, along in way:
                flow[each] += along * room
            flow[edge] += sign * room
            pushed += room
        return pushed

    def _way(self, start: int, end: int, without: int, flow: list[int], ranges: Ranges) -> list[tuple[int, int]] | None:
        """Return the shortest way along which something can be pushed, as (edge, direction); None if there is none."""
        came = self._reached(start, without, flow, ranges, end)
        if end not in came:
            return None
        way = []
        place = end
        while place != start:
            before, edge, along = came[place]
            way.append((edge, along))
            place = before
        return way

    def _reached(
        self, start: int, without: int, flow: list[int], ranges: Ranges, end: int = -1
    ) -> dict[int, tuple[int, int, int]]:
        """Return the places that something can be pushed to, with how: (place before, edge, direction)."""
        came = {start: (start, -1, 0)}
        waiting = deque([start])
        while waiting and end not in came:
            place = waiting.popleft()
            ways = self.near.get(place, ())
            self.steps += len(ways)
            for edge, other, along in ways:
                if other in came or edge == without:
                    continue
                if (along < 0 or edge in ranges) and _room(edge, along, flow, ranges) <= 0:
                    continue
                came[other] = (place, edge, along)
                waiting.append(other)
        return came

    def _across(self, edge: int, sign: int, flow: list[int], layer: Hidden) -> frozenset[int]:
        """Return figures that would lead out of where everything is pushed to the end already."""
        tail, head = self.network.tails[edge], self.network.heads[edge]
        start, end = (head, tail) if sign > 0 else (tail, head)
        after = set(self._reached(start, edge, flow, self._known(layer)))
        before = self._reaching(end, edge, flow, layer)
        out = frozenset(each for each in self.network.choice if self._leads(each, after, inwards=False))
        into = frozenset(each for each in self.network.choice if self._leads(each, before, inwards=True))
        return min(out - self.hidden, into - self.hidden, key=len)

    def _leads(self, edge: int, places: set[int], *, inwards: bool) -> bool:
        tail, head = self.network.tails[edge] in places, self.network.heads[edge] in places
        along, against = (head, tail) if inwards else (tail, head)
        return (along and not against) or (against and not along and self.network.values[edge] > 0)

    def _reaching(self, end: int, without: int, flow: list[int], layer: Hidden) -> set[int]:
        """Return the places from which something can be pushed to `end`."""
        found = {end}
        waiting = [end]
        while waiting:
            for edge, other, along in self.near.get(waiting.pop(), ()):
                if other in found or edge == without or edge in layer or (along > 0 and flow[edge] <= 0):
                    continue
                found.add(other)
                waiting.append(other)
        return found


def _room(edge: int, along: int, flow: list[int], ranges: Ranges) -> int:
    low, high = ranges.get(edge, (0, NO_END))
    return high - flow[edge] if along > 0 else flow[edge] - low
