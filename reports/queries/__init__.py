"""Questions across apps. Each figure is defined once, here; the definition is printed with it.

Rows are put together in Python from a fixed number of queries, however many people, sessions and workshops there are.
"""

from reports.queries.aspects import aspect_rings
from reports.queries.attendance import agency_attendance
from reports.queries.item_files import counting_labels
from reports.queries.kinds import KINDS, Kind, number_of
from reports.queries.results import agency_results
from reports.queries.scope import (
    EVERY_FORM,
    Audience,
    Counting,
    OutOfScopeError,
    Question,
    Scope,
    TooFewError,
    TooWideError,
    forms_of,
    module_called,
    programme_called,
    scope_of,
    taken_tests,
    test_called,
    workshop_in,
    workshops_in,
)

__all__ = [
    "EVERY_FORM",
    "KINDS",
    "Audience",
    "Counting",
    "Kind",
    "OutOfScopeError",
    "Question",
    "Scope",
    "TooFewError",
    "TooWideError",
    "agency_attendance",
    "agency_results",
    "aspect_rings",
    "counting_labels",
    "forms_of",
    "module_called",
    "number_of",
    "programme_called",
    "scope_of",
    "taken_tests",
    "test_called",
    "workshop_in",
    "workshops_in",
]
