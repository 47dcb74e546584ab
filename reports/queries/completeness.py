"""R16: what is missing in the records, where, since when, who can mend it, and on which page."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from people.models import Agency, Role, RoleGrant
from reports.columns import Column, Report, Row, RowsInParts
from reports.queries import earlier
from reports.queries.gaps import WAITING_DAYS, Gap, Kind, gaps
from reports.queries.scope import Audience, Question
from reports.wording import per_cent
from workshops.models import Facilitation, Workshop

# What is mended in a register, and by the facilitators of a workshop at all.
_REGISTERS = frozenset({Kind.NOT_OPENED, Kind.NOT_RECORDED, Kind.NOT_SIGNED})
_OF_FACILITATORS = _REGISTERS | {Kind.NO_PRE, Kind.NO_POST, Kind.NOT_RECONCILED, Kind.NO_TITLE}
# So many rows are written at once: a page shows a few of thousands.
_PART = 250
_OF_COORDINATORS = frozenset({Kind.NO_AGENCY, Kind.NAMESAKES, Kind.NO_SEX, Kind.NO_EMAIL})


def completeness(question: Question) -> Report:
    """Everything that is missing, worst first. A working list of those who can mend it: nothing in it is hidden.

    Coordinators get what concerns their own people, with the pages that are open to them.
    """
    managing = question.audience != Audience.AGENCY
    found = gaps(question, managing=managing)

    def rows_of(places: range) -> list[Row]:
        some = found[places.start : places.stop]
        write = _Rows(some, managing=managing)
        return [write.row(gap) for gap in some]

    return Report(
        name="completeness",
        title=_("What is missing"),
        columns=_columns(),
        rows=RowsInParts(len(found), rows_of, size=_PART),
        totals={"gaps": len(found)},
        of_totals=[Column("gaps", pgettext("completeness", "Gaps"), "integer")],
        definitions=_definitions(),
        filters=question.filters,
        period=(question.first_day, question.last_day),
        audience=question.audience,
        codes={"gap": gap_words()},
    )


class _Rows:
    """Names and addresses of what some gaps are about, each kind of record read once."""

    def __init__(self, found: list[Gap], *, managing: bool) -> None:
        self._managing = managing
        self._workshops = Workshop.objects.in_bulk({gap.workshop for gap in found if gap.workshop})
        self._agencies = Agency.objects.in_bulk({gap.agency for gap in found if gap.agency})
        self._facilitators = _facilitators(self._workshops)
        self._coordinators, self._managers = _people_in_charge()

    def row(self, gap: Gap) -> Row:
        workshop = self._workshops.get(gap.workshop or 0)
        agency = self._agencies.get(gap.agency or 0)
        return {
            "gap": gap.kind.value,
            "workshop": workshop.code if workshop else "",
            "title": workshop.title if workshop else "",
            "agency": agency.code if agency else "",
            "name": agency.name if agency else "",
            "count": gap.count,
            "since": gap.since,
            "who": ", ".join(self._who(gap, agency)),
            "note": gap.note if gap.share is None else _("%(share)s answered") % {"share": per_cent(gap.share)},
            "address": self._address(gap, workshop, agency),
        }

    def _who(self, gap: Gap, agency: Agency | None) -> list[str]:
        asked_of_agency = gap.kind == Kind.WAITING and gap.approval == Workshop.Approval.AGENCY
        if gap.kind in _OF_FACILITATORS and gap.workshop is not None:
            names = self._facilitators.get(gap.workshop, [])
        elif agency is not None and (gap.kind in _OF_COORDINATORS or asked_of_agency):
            names = self._coordinators_of(agency)
        else:
            names = []
        return names or self._managers

    def _coordinators_of(self, agency: Agency) -> list[str]:
        """Those of the agency itself, else those of the nearest one above it."""
        parts = (agency.path or "").strip("/").split("/")
        paths = ("/" + "/".join(parts[:depth]) + "/" for depth in range(len(parts), 0, -1))
        return next((self._coordinators[path] for path in paths if path in self._coordinators), [])

    def _address(self, gap: Gap, workshop: Workshop | None, agency: Agency | None) -> str:
        """The page on which a gap is mended, or asked to be."""
        if gap.kind == Kind.NOT_SEALED and agency is not None:
            return f"{reverse('agency_certificates')}?{urlencode({'agency': agency.code, 'state': 'pending'})}"
        if workshop is not None:
            return self._address_in(gap, workshop)
        asked = {"agency": agency.code} if agency else {}
        return f"{reverse('agency_results')}?{urlencode(asked)}"

    def _address_in(self, gap: Gap, workshop: Workshop) -> str:
        if not self._managing:
            return reverse("nominations" if gap.kind == Kind.WAITING else "our_people", args=[workshop.code])
        if gap.kind in _REGISTERS:
            return reverse("register", args=[workshop.code, gap.session])
        if gap.kind == Kind.UNANSWERED:
            return f"{reverse('evaluation', args=[workshop.code])}?{urlencode({'wave': gap.wave})}"
        pages = {Kind.WAITING: "participants", Kind.NO_TITLE: "workshop_edit"}
        return reverse(pages.get(gap.kind, "workshop_manage"), args=[workshop.code])


def _facilitators(workshops: Mapping[int, Workshop]) -> Mapping[int, list[str]]:
    """Who runs each workshop, those in the lead first."""
    found: dict[int, list[str]] = defaultdict(list)
    standing = Facilitation.objects.standing().filter(workshop__in=workshops).select_related("person")
    for each in standing.order_by("-lead", "person__sort_name", "pk"):
        found[each.workshop_id].append(each.person.full_name)
    return found


def _people_in_charge() -> tuple[Mapping[str, list[str]], list[str]]:
    """Names of the coordinators by the path of their agency, and those of the programme managers."""
    coordinators: dict[str, list[str]] = defaultdict(list)
    managers: list[str] = []
    grants = RoleGrant.objects.active().filter(role__in=[Role.COORDINATOR, Role.MANAGER], account__is_active=True)
    for grant in grants.select_related("account__person", "agency").order_by("account__person__sort_name", "pk"):
        name = grant.account.get_full_name()
        if grant.agency is None:
            managers.append(name)
        else:
            coordinators[grant.agency.path or ""].append(name)
    return dict(coordinators), managers


def gap_words() -> dict[str, str]:
    """Return {kind: what is missing, as people read it}."""
    return {
        Kind.NOT_OPENED.value: _("Register not opened"),
        Kind.NOT_RECORDED.value: _("Attendance not recorded"),
        Kind.NOT_SIGNED.value: _("Register not signed"),
        Kind.NO_PRE.value: _("No result of the test before"),
        Kind.NO_POST.value: _("No result of the test after"),
        Kind.WAITING.value: _("Registration waits"),
        Kind.NOT_SEALED.value: _("Certificate waits"),
        Kind.UNANSWERED.value: _("Evaluation not answered"),
        Kind.NOT_RECONCILED.value: _("Workshop still open"),
        Kind.NO_AGENCY.value: _("Learner without an agency"),
        Kind.NAMESAKES.value: _("People of the same name"),
        Kind.NO_SEX.value: _("Sex undisclosed"),
        Kind.NO_EMAIL.value: _("No e-mail"),
        Kind.NO_TITLE.value: _("Title not translated"),
    }


def _columns() -> list[Column]:
    return [
        Column("gap", _("What is missing"), "code"),
        Column("workshop", _("Workshop"), "text"),
        Column("title", _("Workshop"), "text"),
        Column("agency", _("Agency"), "text"),
        Column("name", _("Agency"), "text"),
        Column("count", _("How many"), "integer"),
        Column("address", _("Where"), "address"),
        Column("since", _("Since"), "date"),
        Column("who", _("Who can mend it"), "text"),
        Column("note", pgettext("completeness", "Note"), "text"),
    ]


def _definitions() -> dict[str, str]:
    meanings: dict[Kind, Any] = {
        Kind.NOT_OPENED: _("Sessions that are over and whose register nobody opened."),
        Kind.NOT_RECORDED: _("People in sessions that are over, about whom an opened register says nothing."),
        Kind.NOT_SIGNED: earlier.signed_in(_("Sessions that are over and whose register is open.")),
        Kind.NO_PRE: _("People who took part without a result of the test before; the workshop has one."),
        Kind.NO_POST: _("People who took part without a result of the test after; the workshop is over."),
        Kind.WAITING: _("Registrations for workshops to come that have waited for more than %(days)d days.")
        % {"days": WAITING_DAYS},
        Kind.NOT_SEALED: _("Certificates earned more than a day ago that could not be prepared yet."),
        Kind.UNANSWERED: _(
            "People whom a wave that is still open has reached and who have not answered; nobody sees who."
        ),
        Kind.NOT_RECONCILED: _("Workshops over for more than %(days)d days, not all of whose registers are signed.")
        % {"days": WAITING_DAYS},
        Kind.NO_AGENCY: _("People who are still learning here and belong to no agency today; by the last one."),
        Kind.NAMESAKES: _("Members of one agency who have the same name: perhaps one person, recorded twice."),
        Kind.NO_SEX: _("Members of the agency whose sex is not known. Telling it is voluntary."),
        Kind.NO_EMAIL: _("Members of the agency without a work e-mail."),
        Kind.NO_TITLE: _("Titles of the workshop and of its sessions that are missing in Russian or Belarusian."),
    }
    return {
        "rows": _("A row per gap and workshop or agency, in the order in which they hurt a report most."),
        **{kind.value: meaning for kind, meaning in meanings.items()},
        "count": _("How many sessions, people, registrations, certificates or titles it is about."),
        "since": _("The earliest of them."),
        "note": _("Why a certificate waits, or the share of those reached who have answered."),
        "gaps": _("Rows: gaps."),
        "period": _("Workshops whose first day lies in the period; people and certificates as they are today."),
    }
