"""Every write of reports: what is read and noted, and files that are made in the background."""

from reports.services.reading import (
    ITEM_ANALYSIS,
    audience_of,
    item_analysis_report,
    kind_called,
    read_item_analysis,
    read_report,
    refusals_noted,
)

__all__ = [
    "ITEM_ANALYSIS",
    "audience_of",
    "item_analysis_report",
    "kind_called",
    "read_item_analysis",
    "read_report",
    "refusals_noted",
]
