"""The tests before and after a workshop: when each is open, and who takes which form first. Values in, values out.

The two forms of a test are never quite of the same difficulty. If everybody took A before and B after, what people
seem to learn would hold that difference; so half of them takes B before and A after (a counterbalanced design), and in
the mean over all it cancels out.
"""

from collections.abc import Hashable, Iterable
from datetime import datetime
from enum import StrEnum

PRE, POST = "pre", "post"


class Order(StrEnum):
    """Which form comes before, and which after."""

    AB = "AB"
    BA = "BA"

    def form(self, phase: str) -> str:
        """The form of a phase ("pre" or "post")."""
        return self.value[phase == POST]


def is_open(*, opened_at: datetime | None, closed_at: datetime | None, by_itself: bool) -> bool:
    """Whether a test can be begun: as the last button that was pressed says, before that as it opens by itself."""
    if closed_at is not None and (opened_at is None or closed_at >= opened_at):
        return False
    return opened_at is not None or by_itself


def order_with(phase: str, form: str) -> Order:
    """The order of somebody who took a form in a phase.

    >>> order_with("post", "A")
    <Order.BA: 'BA'>
    """
    return next(order for order in Order if order.form(phase) == form)


def next_order(taken: Iterable[tuple[Hashable, Order]], group: Hashable) -> Order:
    """Return the order of whoever begins next, a member of `group` (an agency); `taken` says group and order of those
    who began before.

    Of all people together the two orders never differ by more than one. While they are even, the group decides: it gets
    the order that fewer of its own people have.

    >>> next_order([("clinic", Order.AB)], "ministry"), next_order([("clinic", Order.AB), ("x", Order.BA)], "clinic")
    (<Order.BA: 'BA'>, <Order.BA: 'BA'>)
    """
    begun = list(taken)
    more_ab = _more_ab(order for _group, order in begun) or _more_ab(order for each, order in begun if each == group)
    return Order.BA if more_ab > 0 else Order.AB


def _more_ab(orders: Iterable[Order]) -> int:
    return sum(1 if order == Order.AB else -1 for order in orders)
