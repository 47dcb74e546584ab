"""Learning effect: what people know before and after, of matched pairs only. Values in, values out, standard library.

`learning_effect` does everything for a test, `effect_of_groups` for several, `by_objective` for the parts of one.
Whatever cannot be said is refused with a reason. Only groups have figures here, never a person; figures of groups are
compared with their intervals or not at all.

    figures        a value or an interval, or the reason why there is none
    learning       the figures of a group: means, change, gain, d_av, pass mark, ceiling
    bootstrap      the interval of the gain, by drawing people again
    distributions  quantiles of t from the incomplete beta function, McNemar's exact test
    wording        reasons as sentences
    tables         pairs from a file
"""

from reports.effect.figures import Figure, Interval, Reason
from reports.effect.learning import (
    HUNDREDTHS,
    Effect,
    Group,
    Pair,
    Part,
    by_objective,
    effect_of_groups,
    learning_effect,
)

__all__ = [
    "HUNDREDTHS",
    "Effect",
    "Figure",
    "Group",
    "Interval",
    "Pair",
    "Part",
    "Reason",
    "by_objective",
    "effect_of_groups",
    "learning_effect",
]
