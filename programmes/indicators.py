"""What an indicator may measure: the catalogue of formulas, each with its unit. Values in, values out.

`reports` computes them; what is measured outside the Academy is entered by hand, with its evidence.
"""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Unit(TextChoices):
    """How a value of an indicator is read. Shares are kept as fractions: 0.82 is 82 %."""

    PEOPLE = "people", _("people")
    NUMBER = "number", pgettext_lazy("unit", "number")
    SHARE = "share", _("per cent")
    HOURS = "hours", _("academic hours")


class Formula(TextChoices):
    """What is counted over the modules and workshops of the programme, within the period."""

    PEOPLE_CONFIRMED = "people_confirmed", _("People with a confirmed place")
    PEOPLE_STARTED = "people_started", _("People who took part")
    PEOPLE_COMPLETED = "people_completed", _("People who completed a module or a workshop")
    PEOPLE_CERTIFIED = "people_certified", _("People with a certificate")
    PARTICIPATIONS = "participations", _("Participations in workshops")
    AGENCIES_REACHED = "agencies_reached", _("Agencies with somebody who took part")
    WORKSHOPS_HELD = "workshops_held", _("Workshops held")
    TRAINING_HOURS = "training_hours", _("Academic hours credited")
    ATTENDANCE_RATE = "attendance_rate", _("Attendance rate")
    COMPLETION_RATE = "completion_rate", _("Completion of those who took part")
    MASTERY_AFTER = "mastery_after", _("Share reaching the pass mark after")
    LEARNING_GAIN = "learning_gain", _("Normalised gain")
    EVALUATION_TOP = "evaluation_top", _("Share of satisfied answers")
    FOLLOW_UP_APPLIED = "follow_up_applied", _("Share who apply what they learned")


UNITS: Final[dict[str, str]] = {
    Formula.PEOPLE_CONFIRMED: Unit.PEOPLE,
    Formula.PEOPLE_STARTED: Unit.PEOPLE,
    Formula.PEOPLE_COMPLETED: Unit.PEOPLE,
    Formula.PEOPLE_CERTIFIED: Unit.PEOPLE,
    Formula.PARTICIPATIONS: Unit.NUMBER,
    Formula.AGENCIES_REACHED: Unit.NUMBER,
    Formula.WORKSHOPS_HELD: Unit.NUMBER,
    Formula.TRAINING_HOURS: Unit.HOURS,
    Formula.ATTENDANCE_RATE: Unit.SHARE,
    Formula.COMPLETION_RATE: Unit.SHARE,
    Formula.MASTERY_AFTER: Unit.SHARE,
    Formula.LEARNING_GAIN: Unit.NUMBER,
    Formula.EVALUATION_TOP: Unit.SHARE,
    Formula.FOLLOW_UP_APPLIED: Unit.SHARE,
}

# Those that can be told apart by sex: they count people.
BY_SEX: Final = frozenset({
    Formula.PEOPLE_CONFIRMED, Formula.PEOPLE_STARTED, Formula.PEOPLE_COMPLETED, Formula.PEOPLE_CERTIFIED,
})  # fmt: skip


class Direction(TextChoices):
    """Whether more is better."""

    UP = "up", _("more is better")
    DOWN = "down", _("less is better")


def progress(baseline: float | None, target: float, actual: float) -> float | None:
    """Return how much of the way from the baseline to the target is done: 0 none, 1 all; None where there is no way.

    >>> progress(20, 100, 60), progress(None, 50, 60), progress(0.4, 0.1, 0.25), progress(5, 5, 7)
    (0.5, 1.2, 0.5, None)
    """
    start = baseline or 0
    if target == start:
        return None
    return round((actual - start) / (target - start), 12)


def is_reached(direction: str, target: float, actual: float) -> bool:
    """Return whether the actual value is as good as the target.

    >>> is_reached(Direction.UP, 80, 80), is_reached(Direction.DOWN, 80, 81)
    (True, False)
    """
    return actual >= target if direction == Direction.UP else actual <= target
