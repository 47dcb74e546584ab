"""Every write about programmes: what they promise, what was measured, who has met the rule of a certificate."""

from programmes.errors import ProgrammeError
from programmes.services.cohorts import COHORTS_OF_WORKSHOPS, cohort_of_workshop
from programmes.services.completions import (
    RuleChange,
    complete_earned,
    complete_person,
    explanation,
    set_rules,
    whom_a_rule_touches,
)
from programmes.services.indicators import (
    add_indicator,
    change_indicator,
    correct_value,
    enter_value,
    remove_indicator,
    set_targets,
)
from programmes.services.parts import (
    add_component,
    add_milestone,
    add_partner,
    add_period,
    add_target_agency,
    change_component,
    change_milestone,
    change_partner,
    change_period,
    change_target_agency,
    remove_part,
)
from programmes.services.planning import change_programme, create_programme
from programmes.services.related import workshops_with_module

__all__ = [
    "COHORTS_OF_WORKSHOPS",
    "ProgrammeError",
    "RuleChange",
    "add_component",
    "add_indicator",
    "add_milestone",
    "add_partner",
    "add_period",
    "add_target_agency",
    "change_component",
    "change_indicator",
    "change_milestone",
    "change_partner",
    "change_period",
    "change_programme",
    "change_target_agency",
    "cohort_of_workshop",
    "complete_earned",
    "complete_person",
    "correct_value",
    "create_programme",
    "enter_value",
    "explanation",
    "remove_indicator",
    "remove_part",
    "set_rules",
    "set_targets",
    "whom_a_rule_touches",
    "workshops_with_module",
]
