"""Reasons why a figure of a learning effect is refused, as sentences in the language that is active."""

from django.utils.translation import gettext_lazy as _

from reports.effect.figures import Reason


def reason_sentence(reason: Reason) -> str:
    """Return why there is no figure.

    >>> reason_sentence(Reason.TOO_FEW_PAIRS)
    'Fewer than ten people have a result both before and after.'
    """
    return str(REASONS[reason])


REASONS = {
    Reason.NO_PAIRS: _("Nobody has a result both before and after."),
    Reason.ONE_PAIR: _("Only one person has a result both before and after."),
    Reason.TOO_FEW_PAIRS: _("Fewer than ten people have a result both before and after."),
    Reason.TOO_MANY_PAIRS: _("There are too many people for this interval, which draws them anew ten thousand times."),
    Reason.NO_MARKS: _("No marks can be earned."),
    Reason.MAXIMUM_REACHED: _("Everybody had the highest mark before, so there was nothing left to gain."),
    Reason.FEW_BELOW_MAXIMUM: _("Fewer than three people were below the highest mark before."),
    Reason.NO_SPREAD: _("Everybody has the same mark before, and everybody has the same mark after."),
}
