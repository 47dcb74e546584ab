"""Pages of reports: `agencies` for coordinators and managers, `items` for managers and editors."""

from reports.views.agencies import agency_report, agency_results, reports
from reports.views.items import item_analyses, item_analysis

__all__ = ["agency_report", "agency_results", "item_analyses", "item_analysis", "reports"]
