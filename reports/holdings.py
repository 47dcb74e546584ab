"""What this app holds about people (`people.holdings`)."""

from people.holdings.own import done_by

HOLDINGS = (
    # Files that somebody asked for are about others, and are forgotten after some days.
    *done_by("reports.ReportFile", "account"),
    *done_by("reports.Snapshot", "made_by"),
)
