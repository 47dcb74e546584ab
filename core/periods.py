"""The days from one date to another, as people write them in the active language."""

from datetime import date

from django.utils.formats import date_format


def period(first: date, last: date) -> str:
    """Return 9 March 2026; 9–10 March 2026; 30 March – 2 April 2026; 30 December 2026 – 2 January 2027."""
    end = date_format(last, "DATE_FORMAT")
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{end}"
    start = date_format(first, "MONTH_DAY_FORMAT" if first.year == last.year else "DATE_FORMAT")
    return f"{start} – {end}"
