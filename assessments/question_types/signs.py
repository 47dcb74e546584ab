"""Signs that stand for ids on the pages of a test.

Whoever writes a question names its parts in the order in which they belong: the lines of an order "a", "b", "c", the
pairs "a" and "r1", "b" and "r2". A page with these names would tell the answer to anybody who reads its source. So each
is called by its place in the order in which this attempt shows them. What no sign stands for stays as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from assessments.question_types.base import Part, Side


def signs_of(order: Sequence[str]) -> dict[str, str]:
    """Return the sign of each id.

    >>> signs_of(["c", "a"])
    {'c': 's1', 'a': 's2'}
    """
    return {each: f"s{place}" for place, each in enumerate(order, start=1)}


def signed(side: Side | None, order: Sequence[str], posted: Any) -> Any:
    """Return an answer as the fields of a page carry it (a list of "part=value"), with signs for ids.

    >>> signed(Side.PART, ["c", "a"], ["a=1", "c=2"]), signed(None, ["c", "a"], ["a=1"])
    (['s2=1', 's1=2'], ['a=1'])
    """
    return _renamed(side, signs_of(order), posted)


def unsigned(side: Side | None, order: Sequence[str], raw: Any) -> Any:
    """Return an answer that a page sent with ids for signs.

    >>> unsigned(Side.VALUE, ["r2", "r1"], ["a=s2", "b=", ""])
    ['a=r1', 'b=', '']
    """
    return _renamed(side, {sign: each for each, sign in signs_of(order).items()}, raw)


def signed_parts(side: Side | None, order: Sequence[str], parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return the fields of an answer with signs for ids."""
    names = signs_of(order)
    return tuple(
        replace(
            part,
            id=names.get(part.id, part.id) if side == Side.PART else part.id,
            choices=tuple(replace(each, value=_named(side, names, each.value)) for each in part.choices),
        )
        for part in parts
    )


def _renamed(side: Side | None, names: Mapping[str, str], values: Any) -> Any:
    if not isinstance(values, list | tuple):
        return values
    return [_named(side, names, each) if isinstance(each, str) else each for each in values]


def _named(side: Side | None, names: Mapping[str, str], pair: str) -> str:
    part, equals, value = pair.partition("=")
    if side == Side.PART and equals:
        return f"{names.get(part, part)}={value}"
    if side == Side.VALUE and equals:
        return f"{part}={names.get(value, value)}"
    return pair
