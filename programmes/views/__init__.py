"""Pages of programmes: for everybody, and for those who plan them."""

from programmes.views.indicators import indicator, indicator_correct, indicator_targets
from programmes.views.planning import (
    programme_about,
    programme_new,
    programme_part,
    programme_part_new,
    programme_part_remove,
    programme_plan,
)
from programmes.views.public import programme, programmes

__all__ = [
    "indicator",
    "indicator_correct",
    "indicator_targets",
    "programme",
    "programme_about",
    "programme_new",
    "programme_part",
    "programme_part_new",
    "programme_part_remove",
    "programme_plan",
    "programmes",
]
