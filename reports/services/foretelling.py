"""Which report names which agency before and after agencies change, said before they do."""

from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.models import Agency
from reports.queries import KINDS

_BY_WORKSHOP = gettext_lazy(
    "%(report)s: workshops that begin before %(day)s stay with the agency as it was, later ones count for its "
    "successor."
)
_BY_DAY = gettext_lazy(
    "%(report)s: minutes of sessions before %(day)s stay with the agency as it was, those of later days count for its "
    "successor."
)
_BY_BOTH = gettext_lazy(
    "%(report)s: people count by the first day of the workshop and hours by the day of the session; before %(day)s for "
    "the agency as it was, from then on for its successor."
)
_BY_RECORD = gettext_lazy(
    "%(report)s: what is recorded already stays with the agency as it was; what is recorded from %(day)s on counts for "
    "its successor."
)
_BY_NONE = gettext_lazy("%(report)s: knows no agency, so nothing changes.")
# By what a report says for which agency something counts. What is not named here lists what is there today.
_BASES: dict[str, str | Promise] = {
    "participation": _BY_WORKSHOP,
    "agency-attendance": _BY_DAY,
    "agency-results": _BY_RECORD,
    "agencies": _BY_BOTH,
    "disaggregation": _BY_WORKSHOP,
    "learning-effect": _BY_WORKSHOP,
    "objectives": _BY_WORKSHOP,
    "evaluation": _BY_NONE,
    "follow-up": _BY_NONE,
    "self-paced": _BY_RECORD,
    "certificates": _BY_RECORD,
    "reach": _BY_WORKSHOP,
    "register": _BY_DAY,
}


def foretell_reports(agencies: Sequence[Agency], day: date) -> list[str]:
    """One sentence for each report that agencies can be compared in or asked for. Frozen reports never change."""
    written = date_format(day)
    said = [
        str(_BASES[name]) % {"report": f"{kind.number} {kind.title}", "day": written}
        for name, kind in KINDS.items()
        if name in _BASES
    ]
    return [*said, _("Frozen reports and certificates stay as they were issued.")]
