"""Questions across apps. Each figure is defined once, here; the definition is printed with it.

Rows are put together in Python from a fixed number of queries, however many people, sessions and workshops there are.
"""

from reports.queries.aspects import aspect_rings
from reports.queries.attendance import agency_attendance
from reports.queries.results import agency_results
from reports.queries.scope import (
    OutOfScopeError,
    Question,
    Scope,
    programme_called,
    scope_of,
    workshop_in,
    workshops_in,
)

__all__ = [
    "OutOfScopeError",
    "Question",
    "Scope",
    "agency_attendance",
    "agency_results",
    "aspect_rings",
    "programme_called",
    "scope_of",
    "workshop_in",
    "workshops_in",
]
