"""Questions across apps. Each figure is defined once, here; the definition is printed with it.

Rows are put together in Python from a fixed number of queries, however many people, sessions and workshops there are.
"""

from reports.queries.aspects import aspect_rings
from reports.queries.attendance import agency_attendance
from reports.queries.item_files import definitions as item_definitions
from reports.queries.item_files import item_report
from reports.queries.items import (
    EVERY_FORM,
    ItemQuestion,
    TestAnalysis,
    TooFewAttemptsError,
    forms_of,
    item_analysis,
    taken_tests,
    test_called,
)
from reports.queries.kinds import KINDS, Kind, number_of
from reports.queries.results import agency_results
from reports.queries.scope import (
    Audience,
    OutOfScopeError,
    Question,
    Scope,
    TooWideError,
    module_called,
    programme_called,
    scope_of,
    workshop_in,
    workshops_in,
)

__all__ = [
    "EVERY_FORM",
    "KINDS",
    "Audience",
    "ItemQuestion",
    "Kind",
    "OutOfScopeError",
    "Question",
    "Scope",
    "TestAnalysis",
    "TooFewAttemptsError",
    "TooWideError",
    "agency_attendance",
    "agency_results",
    "aspect_rings",
    "forms_of",
    "item_analysis",
    "item_definitions",
    "item_report",
    "module_called",
    "number_of",
    "programme_called",
    "scope_of",
    "taken_tests",
    "test_called",
    "workshop_in",
    "workshops_in",
]
