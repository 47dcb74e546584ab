"""Input about programmes: rules for editors, plans and values for managers. `save()` calls a service."""

from programmes.forms.indicators import IndicatorForm, TargetsForm, ValueForm
from programmes.forms.parts import (
    AboutForm,
    ComponentForm,
    MilestoneForm,
    PartForm,
    PartnerForm,
    PeriodForm,
    TargetAgencyForm,
)
from programmes.forms.rules import ProgrammeRulesForm

__all__ = [
    "AboutForm",
    "ComponentForm",
    "IndicatorForm",
    "MilestoneForm",
    "PartForm",
    "PartnerForm",
    "PeriodForm",
    "ProgrammeRulesForm",
    "TargetAgencyForm",
    "TargetsForm",
    "ValueForm",
]
