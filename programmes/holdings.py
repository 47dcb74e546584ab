"""What this app holds about people (`people.holdings`)."""

from django.utils.translation import gettext_lazy as _

from people.holdings import Erasing, Holding, Merging
from people.holdings.own import done_by

HOLDINGS = (
    *done_by("programmes.IndicatorValue", "entered_by"),
    Holding(
        "programmes.ProgrammeCompletion",
        "person",
        Erasing.KEEPS,
        why="who completed a programme is what reports count",
        shown={
            "programme__title": _("Programme"),
            "agency__name": _("Agency"),
            "completed_at": _("Completed"),
        },
        merging=Merging.ONE_ONLY,
    ),
)
