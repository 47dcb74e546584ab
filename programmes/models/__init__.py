"""Tables of programmes: what is planned with whom, what is promised and measured, who completed it."""

from programmes.models.completions import ProgrammeCompletion
from programmes.models.indicators import Indicator, IndicatorTarget, IndicatorValue, Milestone, ReportingPeriod
from programmes.models.programmes import Component, Programme, ProgrammePartner, TargetAgency

__all__ = [
    "Component",
    "Indicator",
    "IndicatorTarget",
    "IndicatorValue",
    "Milestone",
    "Programme",
    "ProgrammeCompletion",
    "ProgrammePartner",
    "ReportingPeriod",
    "TargetAgency",
]
