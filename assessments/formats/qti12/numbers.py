"""Numbers in QTI 1.2: the values a condition accepts, as a middle and how far from it an answer may lie."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.formats.decimals import decimal_in, plain
from core.errors import FormatError

if TYPE_CHECKING:
    from assessments.formats.qti12.scoring import Condition

MOST_RANGES = 200
# Programs add a margin to a number in binary: 3.14 − 0.01 comes out as 3.1300000000000003.
CLEAN = Context(prec=15)
TWO = Decimal(2)


@dataclass(frozen=True)
class Range:
    """The numbers from `low` to `high`; None where there is no end. `is_open` when an end itself does not count."""

    low: Decimal | None
    high: Decimal | None
    is_open: bool = False

    def holds(self, number: Decimal) -> bool:
        """Whether a number lies in it, its ends included."""
        return (self.low is None or self.low <= number) and (self.high is None or number <= self.high)

    def within(self, other: "Range") -> "Range":
        """Return what lies in both."""
        lows = [each for each in (self.low, other.low) if each is not None]
        highs = [each for each in (self.high, other.high) if each is not None]
        return Range(max(lows, default=None), min(highs, default=None), self.is_open or other.is_open)

    def middle_and_tolerance(self) -> tuple[str, str]:
        """Return the middle, and how far from it an answer may lie (empty for not at all).

        Raises FormatError for a range without an end, or with its ends the wrong way round.
        """
        if self.low is None or self.high is None:
            raise FormatError(_("A range of numbers without an end cannot be taken over."))
        low, high = CLEAN.plus(self.low), CLEAN.plus(self.high)
        if low > high:
            raise FormatError(
                _("The range from %(low)s to %(high)s has no numbers.") % {"low": plain(low), "high": plain(high)}
            )
        middle, tolerance = (low + high) / TWO, (high - low) / TWO
        return plain(middle), plain(tolerance) if tolerance else ""


def ranges_in(condition: "Condition") -> list[Range]:
    """Return the numbers for which a condition holds; raises FormatError when they are not simply ranges."""
    if condition.kind == "and":
        found, bounds = [Range(None, None)], [each for each in condition.parts if each.kind != "varequal"]
        # Blackboard names the number beside the bounds around it.
        for each in bounds or condition.parts:
            found = [one.within(other) for one in found for other in _few(ranges_in(each))]
            _few(found)
        return found
    if condition.kind == "or":
        return _merged(each for part in condition.parts for each in ranges_in(part))
    number = decimal_in(condition.value) if condition.kind in _RANGES else None
    if number is None:
        raise FormatError(_("“%(text)s” is not a number.") % {"text": (condition.value or condition.kind)[:40]})
    return [_RANGES[condition.kind](number)]


_RANGES = {
    "varequal": lambda number: Range(number, number),
    "vargte": lambda number: Range(number, None),
    "vargt": lambda number: Range(number, None, is_open=True),
    "varlte": lambda number: Range(None, number),
    "varlt": lambda number: Range(None, number, is_open=True),
}


def _few(ranges: list[Range]) -> list[Range]:
    if len(ranges) > MOST_RANGES:
        raise FormatError(_("A number is accepted in more than %(most)s ranges.") % {"most": MOST_RANGES})
    return ranges


def _merged(ranges: Iterable[Range]) -> list[Range]:
    """The ranges without the single numbers that lie in another of them: Canvas writes a margin beside its number."""
    every = _few(list(ranges))
    wide = [each for each in every if each.low != each.high]
    alone = [each for each in every if each.low is not None and each.low == each.high]
    return wide + [each for each in alone if each.low is not None and not any(one.holds(each.low) for one in wide)]
