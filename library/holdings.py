"""What this app holds about people (`people.holdings`)."""

from people.holdings.own import done_by

HOLDINGS = (*done_by("library.ExpertReviewTask", "account"),)
