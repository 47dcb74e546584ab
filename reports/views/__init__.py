"""Pages of reports: `kinds` for any of them by name, `agencies` for the two with pages of their own, `items` for how
tests measure."""

from reports.views.agencies import agency_report, agency_results
from reports.views.items import item_analyses, item_analysis
from reports.views.kinds import report, reports

__all__ = ["agency_report", "agency_results", "item_analyses", "item_analysis", "report", "reports"]
