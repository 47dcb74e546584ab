"""Which reports there are: number, name, what each answers, who reads it, what may be asked."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.columns import Report
from reports.permissions import Readers
from reports.queries.agencies import agencies_compared
from reports.queries.attendance import agency_attendance
from reports.queries.certificates import certificates
from reports.queries.cohorts import self_paced
from reports.queries.completeness import completeness
from reports.queries.counted import counted
from reports.queries.disaggregation import disaggregation
from reports.queries.evaluations import evaluation, follow_up
from reports.queries.explained import attendance_explained
from reports.queries.indicators import results_matrix
from reports.queries.item_files import item_report
from reports.queries.learning import learning_effect
from reports.queries.microdata import microdata
from reports.queries.objectives import objectives
from reports.queries.participation import participation
from reports.queries.reach import reach
from reports.queries.registers import register, sign_in_sheet
from reports.queries.results import agency_results
from reports.queries.scope import Question


class Topic(StrEnum):
    """What a report is about, which is how the list of reports is ordered."""

    PEOPLE = "people"
    COMPARED = "compared"
    LEARNING = "learning"
    PROGRAMME = "programme"


TOPICS = {
    Topic.PEOPLE: _("Our people"),
    Topic.COMPARED: _("Participation and reach"),
    Topic.LEARNING: _("What was learned"),
    Topic.PROGRAMME: _("Results of the programme"),
}


@dataclass(frozen=True)
class Kind:
    """A named report. number: as in the list of figures that the programme agreed upon ("R4").

    asks: fields of a question that narrow it; needs: those without which it says nothing. named: it names people, so
    that it is for their own agency, and whoever reads it without being their coordinator is noted. single: its rows are
    about single people, though without names, and whoever reads it is noted. rows_on_a_page: a country has hundreds of
    agencies and thousands of workshops; the page shows them in parts, files hold all.
    inside: a working list that is for nobody outside the programme. nothing: what its page says when there are no rows.
    """

    number: str
    name: str
    topic: Topic
    title: str | Promise
    about: str | Promise
    ask: Callable[[Question], Report]
    readers: Readers = Readers.COORDINATORS
    asks: tuple[str, ...] = ("agency", "programme", "first_day", "last_day")
    needs: tuple[str, ...] = ()
    named: bool = False
    single: bool = False
    rows_on_a_page: int = 100
    inside: bool = False
    nothing: tuple[str | Promise, str | Promise] = (
        _("Nothing to count here yet"),
        _("No workshop, module or person fits what you asked for. Choose another period, or take a filter away."),
    )


_WORKSHOPS = ("agency", "programme", "workshop", "aspect", "language", "first_day", "last_day")
# Answers know no agency.
_EVALUATED = ("programme", "workshop", "aspect", "language", "first_day", "last_day")

KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "R1",
            "participation",
            Topic.COMPARED,
            _("Participation by workshop"),
            _("From nomination to certificate: how many people got how far in each workshop."),
            participation,
            asks=_WORKSHOPS,
        ),
        Kind(
            "R2",
            "agency-attendance",
            Topic.PEOPLE,
            _("Attendance of the agency"),
            _(
                "Who took part in which session of a workshop, the share of hours, and who can still reach the "
                "threshold."
            ),
            agency_attendance,
            asks=("agency", "programme", "workshop", "first_day", "last_day"),
            named=True,
        ),
        Kind(
            "R3",
            "agency-results",
            Topic.PEOPLE,
            _("Results of the agency"),
            _("Modules and workshops of each person: what is completed, test results, certificates."),
            agency_results,
            asks=("agency", "programme", "workshop", "first_day", "last_day"),
            named=True,
        ),
        Kind(
            "R4",
            "agencies",
            Topic.COMPARED,
            _("Agencies compared"),
            _("Turn-up, share of hours and completion of agencies side by side."),
            agencies_compared,
            asks=_WORKSHOPS,
        ),
        Kind(
            "R5",
            "disaggregation",
            Topic.COMPARED,
            _("Participants by sex, kind of agency and region"),
            _("Three tables about who took part, with cells of few people left empty."),
            disaggregation,
            asks=_WORKSHOPS,
        ),
        Kind(
            "R8",
            "learning-effect",
            Topic.LEARNING,
            _("Learning effect"),
            _("What people knew before and after each workshop, with intervals; groups, never single people."),
            learning_effect,
            asks=_WORKSHOPS,
            rows_on_a_page=25,
        ),
        Kind(
            "R9",
            "objectives",
            Topic.LEARNING,
            _("Objectives before and after"),
            _("Which objectives people came closer to, from the questions on each."),
            objectives,
            asks=_WORKSHOPS,
        ),
        Kind(
            "R10",
            "item-analysis",
            Topic.LEARNING,
            _("Item analysis"),
            _("How tests and their questions measure: what is too easy, what misleads, what nobody chooses. No names."),
            item_report,
            readers=Readers.EDITORS,
            asks=("test", "form", "attempts", "language", "first_day", "last_day"),
            needs=("test",),
            rows_on_a_page=20,
            # Whoever has the questions with their answers can take the test.
            inside=True,
            nothing=(
                _("No attempt to look at"),
                _(
                    "Nobody handed in this test in the language, form and period that you chose, or its answers wait "
                    "for their marks. Choose otherwise above."
                ),
            ),
        ),
        Kind(
            "R11",
            "evaluation",
            Topic.LEARNING,
            _("Evaluation of workshops"),
            _("What people said of workshops on the last day, question by question, without names."),
            evaluation,
            readers=Readers.MANAGERS,
            asks=_EVALUATED,
        ),
        Kind(
            "R12",
            "follow-up",
            Topic.LEARNING,
            _("Follow-up after 90 and 180 days"),
            _("What has become of it at work, beside what people felt able to do on the last day."),
            follow_up,
            readers=Readers.MANAGERS,
            asks=_EVALUATED,
        ),
        Kind(
            "R13",
            "self-paced",
            Topic.LEARNING,
            _("Self-paced modules by month of start"),
            _("Of those who began a module in the same month: how many completed it, and how soon."),
            self_paced,
            asks=("agency", "programme", "module", "aspect", "language", "first_day", "last_day"),
        ),
        Kind(
            "R14",
            "certificates",
            Topic.COMPARED,
            _("Certificates"),
            _("What agencies’ people earned: issued, valid, expired, revoked, and what is to be renewed soon."),
            certificates,
            asks=("agency", "programme", "module", "workshop", "first_day", "last_day"),
        ),
        Kind(
            "R16",
            "completeness",
            Topic.PEOPLE,
            _("What is missing"),
            _("Gaps in the records, the worst first: what, since when, and who can mend it. Each leads to its page."),
            completeness,
            asks=("agency", "programme", "workshop", "first_day", "last_day"),
            inside=True,
            nothing=(
                _("Everything is in place"),
                _(
                    "Registers are signed, tests and certificates are there, nobody waits. Figures made today are as "
                    "good as they can be."
                ),
            ),
        ),
        Kind(
            "R15",
            "results-matrix",
            Topic.PROGRAMME,
            _("Results matrix"),
            _("What a programme promised to its funder, and how far each indicator has come."),
            results_matrix,
            readers=Readers.MANAGERS,
            asks=("programme", "first_day", "last_day"),
            needs=("programme",),
        ),
        Kind(
            "R17",
            "reach",
            Topic.COMPARED,
            _("Reach by region"),
            _("How many different people and agencies of each region took part."),
            reach,
            asks=_WORKSHOPS,
        ),
        Kind(
            "R18",
            "microdata",
            Topic.PROGRAMME,
            _("Rows for research"),
            _("A row per participation without names, made coarse until nobody stands out, with a code book."),
            microdata,
            readers=Readers.MANAGERS,
            asks=("programme", "workshop", "first_day", "last_day"),
            needs=("programme",),
            single=True,
        ),
        Kind(
            "R6",
            "register",
            Topic.PEOPLE,
            _("Signed register"),
            _("What the registers of a workshop say, session by session, who signed them, and every correction since."),
            register,
            asks=("agency", "workshop", "first_day", "last_day"),
            needs=("workshop",),
            named=True,
        ),
        Kind(
            "R7",
            "sign-in-sheet",
            Topic.PEOPLE,
            _("Blank sign-in sheet"),
            _("A page to sign for each session, with everybody who is expected, and empty lines for others."),
            sign_in_sheet,
            asks=("agency", "workshop", "first_day", "last_day"),
            needs=("workshop",),
            named=True,
        ),
        Kind(
            "",
            "counted",
            Topic.PEOPLE,
            _("Who is counted"),
            _("The people behind a figure of another report."),
            counted,
            asks=(*_WORKSHOPS, "figure"),
            named=True,
        ),
        Kind(
            "",
            "attendance-explained",
            Topic.PEOPLE,
            _("How the share of hours comes about"),
            _("The sessions of one person in one workshop: minutes, and who said so."),
            attendance_explained,
            asks=("workshop", "person"),
            needs=("workshop", "person"),
            named=True,
        ),
    )
}


def number_of(report: Report) -> str:
    """Return the number of a report, as the programme agreed upon them; empty for what is behind a figure."""
    return KINDS[report.name].number
