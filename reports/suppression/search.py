"""Which further figures to hide: as few as it takes.

First a rough answer: for each figure that a reader could find out, the shortest cycle through it (Cox 1995), and then
back out whatever turns out not to be needed. Where the table is small, all smaller answers are gone through after it,
by branching on what could mend a gap: at least one figure across the narrowest place has to be hidden, whatever else
is (the idea of the cuts in M. Fischetti and J. J. Salazar, Models and algorithms for optimizing cell suppression in
tabular data with linear constraints, JASA 95 (2000)). How long that goes on is counted in steps, not in seconds, so
that the same table is hidden in the same way on every machine.
"""

from collections import deque
from collections.abc import Iterable, Iterator

from reports.suppression.network import Hidden, Network
from reports.suppression.reader import ENOUGH, PAIR, Gap, Reader

# Steps are free edges looked at: what taking back, and going through smaller answers, may cost.
STEPS_BACK, STEPS_THROUGH = 200_000, 400_000
# Smaller answers are looked for where up to so many figures may be hidden.
SMALL = 100
# So many of several questions are looked into more closely.
LOOKED_INTO = 3

Near = dict[int, list[tuple[int, int]]]


class _OutOfStepsError(Exception):
    """Going on would take too long."""


def few(network: Network, k: int, needed: Hidden) -> Hidden | None:
    """Return `needed` with what has to be hidden besides; None when hiding all that may be hidden is not enough."""
    rough = _rough(network, k, needed)
    return None if rough is None else _taken_back(network, k, needed, rough)


def fewer(network: Network, k: int, needed: Hidden, found: Hidden) -> Hidden:
    """Return an answer that hides less than the one found, or that one.

    None hides less where the search came to its end, which it does in tables of up to some 36 cells as a rule.
    """
    if len(network.choice) > SMALL:
        return found
    try:
        return _Search(network, k, needed).below(len(found - needed)) or found
    except _OutOfStepsError:
        return found


def fewest(asked: Iterable[tuple[Network, Hidden]], k: int) -> tuple[int, Hidden] | None:
    """Return the number of the question, a network with what is needed in it, whose answer hides least, and the answer.

    Smaller answers are looked for where the first ones hide least. None if there is no answer to any.
    """
    questions = list(asked)
    answers = [(number, few(network, k, needed)) for number, (network, needed) in enumerate(questions)]
    found = sorted((len(answer), number, answer) for number, answer in answers if answer is not None)
    better = [
        (number, fewer(questions[number][0], k, questions[number][1], answer))
        for _size, number, answer in found[:LOOKED_INTO]
    ]
    return min(better, key=lambda each: len(each[1]), default=None)


# --- A rough answer -------------------------------------------------------------------------------------------------
def _rough(network: Network, k: int, needed: Hidden) -> Hidden | None:
    hidden = needed
    near = _thick(network, network.choice | hidden | network.slack)
    while True:
        reader = Reader(network, k, hidden, needed)
        gaps = list(reader.gaps())
        if not gaps:
            return hidden
        added: set[int] = set()
        for gap in gaps:
            added |= _cycle(network, near, reader.free | added, gap.edge) if gap.edge is not None else set()
        added = added or _smallest_remedies(reader, gaps)
        if not added:
            return None
        hidden |= added


def _smallest_remedies(reader: Reader, gaps: Iterable[Gap]) -> set[int]:
    """Return for each gap the smallest figure that could help, one of 2 or more if there is one."""
    values = reader.network.values
    added: set[int] = set()
    for gap in gaps:
        remedies = reader.remedies(gap)
        if remedies and added.isdisjoint(remedies):
            added.add(min(remedies, key=lambda each: (values[each] < ENOUGH - 1, values[each], each)))
    return added


def _thick(network: Network, edges: Iterable[int]) -> Near:
    """Return the figures at each place that can move by 2 either way; small ones first, which hides fewer people."""
    near: Near = {}
    thick = [each for each in edges if network.values[each] >= ENOUGH - 1]
    for each in sorted(thick, key=lambda each: (network.values[each], each)):
        near.setdefault(network.tails[each], []).append((each, network.heads[each]))
        near.setdefault(network.heads[each], []).append((each, network.tails[each]))
    return near


def _cycle(network: Network, near: Near, free: frozenset[int], edge: int) -> set[int]:
    """Return the published figures on a way from one end of a figure to the other that has fewest of them."""
    start, end = sorted((network.tails[edge], network.heads[edge]), key=lambda place: len(near.get(place, ())))
    came: dict[int, tuple[int, int]] = {}
    nearer, farther = deque([(start, -1, -1)]), deque[tuple[int, int, int]]()
    while nearer and end not in came:
        place, before, by = nearer.popleft()
        if place not in came:
            came[place] = (before, by)
            for each, other in near.get(place, ()):
                if other not in came and each != edge:
                    (nearer if each in free else farther).append((other, place, each))
        if not nearer:
            nearer, farther = farther, nearer
    if end not in came:
        return set()
    return set(_back(came, end)) - free


def _back(came: dict[int, tuple[int, int]], place: int) -> Iterator[int]:
    while (step := came[place])[1] >= 0:
        place, edge = step
        yield edge


# --- Back again, and through what is smaller ------------------------------------------------------------------------
def _taken_back(network: Network, k: int, needed: Hidden, hidden: Hidden) -> Hidden:
    """Return `hidden` without figures that need not be; those that count most people are published first."""
    steps = STEPS_BACK
    for each in sorted(hidden - needed, key=lambda each: (-network.values[each], each)):
        if _would_be_alone(network, hidden, each):
            continue
        reader = Reader(network, k, hidden - {each}, needed)
        if reader.is_safe():
            hidden -= {each}
        steps -= reader.steps
        if steps < 0:
            break
    return hidden


def _would_be_alone(network: Network, hidden: Hidden, edge: int) -> bool:
    """Whether one hidden figure would remain in a line with a published total if this one was published."""
    lines = (joint for joint in network.edges[edge].joints if network.totals.get(joint, edge) not in hidden | {edge})
    return any(len(network.members[joint] & hidden) == PAIR for joint in lines)


class _Search:
    """Goes through what could be hidden, fewest first."""

    def __init__(self, network: Network, k: int, needed: Hidden) -> None:
        self.network = network
        self.k = k
        self.needed = needed
        self.steps = STEPS_THROUGH

    def below(self, number: int) -> Hidden | None:
        """Return the smallest answer that hides fewer than `number` figures besides; raises when out of steps."""
        for more in range(number):
            found = self._with(self.needed, frozenset(), more)
            if found is not None:
                return found
        return None

    def _with(self, hidden: Hidden, published: Hidden, more: int) -> Hidden | None:
        """Return an answer with at most `more` further figures, none of those that are to stay published."""
        if self._lacking(hidden) > more:
            return None
        if self.steps < 0:
            raise _OutOfStepsError
        reader = Reader(self.network, self.k, hidden, self.needed)
        gaps = list(reader.gaps())
        self.steps -= reader.steps
        if not gaps:
            return hidden
        if more == 0:
            return None
        remedies = min((reader.remedies(gap) - published for gap in gaps), key=len)
        for each in sorted(remedies, key=lambda each: (self.network.values[each], each)):
            found = self._with(hidden | {each}, published, more - 1)
            if found is not None:
                return found
            published |= {each}
        return None

    def _lacking(self, hidden: Hidden) -> int:
        """Return how many figures have to be hidden at least besides: no line with a published total hides just one.

        A figure stands in one line of each direction, so the larger number of the two counts.
        """
        lonely: dict[object, int] = {}
        for joint, total in self.network.totals.items():
            if total not in hidden and len(self.network.members.get(joint, frozenset()) & hidden) == 1:
                direction = joint[0] if isinstance(joint, tuple) else joint
                lonely[direction] = lonely.get(direction, 0) + 1
        return max(lonely.values(), default=0)
