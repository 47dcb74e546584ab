"""Pictures of figures: values in, marks and words in the active language out; `{% chart %}` draws them."""

from reports.charts.answers import AnswerRow, diverging
from reports.charts.changes import ChangeRow, dumbbell
from reports.charts.items import ItemPoint, Limits, histogram, scatter
from reports.charts.marks import Chart
from reports.charts.months import Series, step
from reports.charts.nested import FunnelStep, funnel
from reports.charts.shares import BarRow, bars
from reports.charts.strips import StripCell, StripRow, heat_strip
from reports.charts.targets import TargetRow, bullet

__all__ = [
    "AnswerRow",
    "BarRow",
    "ChangeRow",
    "Chart",
    "FunnelStep",
    "ItemPoint",
    "Limits",
    "Series",
    "StripCell",
    "StripRow",
    "TargetRow",
    "bars",
    "bullet",
    "diverging",
    "dumbbell",
    "funnel",
    "heat_strip",
    "histogram",
    "scatter",
    "step",
]  # fmt: skip
