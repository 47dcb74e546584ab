"""R1: the participation funnel of each workshop."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports.columns import Column, Report, Row
from reports.queries import earlier, facts
from reports.queries.facts import FUNNEL, Funnel, Minutes
from reports.queries.scope import Question, workshops_asked
from reports.queries.small_cells import Shape, protected
from workshops.models import Session, Workshop

# A person counts once in a workshop, so that its participations are people.
_SHAPE = Shape(lists=(FUNNEL[1:], FUNNEL[:1]), rates={})


def participation(question: Question) -> Report:
    """Workshops of the period with how many people got how far."""
    funnels = facts.funnels(question, "workshop_id")
    minutes = {workshop: sums for (workshop,), sums in facts.minutes(question, "workshop").items()}
    asked = facts.within_period(workshops_asked(question), question, "starts_on")
    shown = asked.only("code", "title_en", "title_ru", "title_be", "starts_on")
    workshops = list(shown.order_by("starts_on", "code"))
    if question.scope.agency is not None or not question.scope.everywhere:
        workshops = [each for each in workshops if (each.pk,) in funnels]
    total, total_minutes = sum(funnels.values(), Funnel()), sum(minutes.values(), Minutes())
    report = Report(
        name="participation",
        title=_("Participation by workshop"),
        columns=[
            Column("workshop", _("Workshop"), "text"),
            Column("title", _("Title"), "text"),
            Column("starts_on", _("First day"), "date"),
            *funnel_columns(),
            Column("register_completeness", _("Registers complete"), "share"),
            Column("provisional", _("Provisional"), "boolean"),
        ],
        rows=[_row(each, funnels.get((each.pk,), Funnel()), minutes.get(each.pk, Minutes())) for each in workshops],
        totals={"workshops": len(workshops), **vars(total)},
        of_totals=[Column("workshops", _("Workshops"), "integer")],
        definitions={
            "rows": _("A row per workshop that was not cancelled or postponed, by its first day."),
            **funnel_definitions(),
            "register_completeness": completeness_definition(),
            "provisional": provisional_definition(),
            "workshops": _("Rows: workshops."),
            "period": _("Workshops whose first day lies in the period, both ends included."),
        },
        filters=question.filters,
        period=(question.first_day, question.last_day),
        provisional=total_minutes.provisional,
        audience=question.audience,
        unsigned=unsigned(question, total_minutes),
    )
    return protected(report, _SHAPE, question.audience.smallest)


def _row(workshop: Workshop, funnel: Funnel, minutes: Minutes) -> Row:
    return {
        "workshop": workshop.code,
        "title": workshop.title,
        "starts_on": workshop.starts_on,
        **vars(funnel),
        "register_completeness": minutes.completeness,
        "provisional": minutes.provisional,
    }


def funnel_columns() -> list[Column]:
    """The columns of a funnel, each of which can be opened to see whom it counts."""
    labels = {
        "nominated": _("Nominated"),
        "registered": _("Registered"),
        "confirmed": pgettext("people", "Confirmed"),
        "started": _("Took part"),
        "completed": pgettext("people", "Completed"),
        "certified": _("Certified"),
    }
    return [Column(key, label, "integer", counts=key) for key, label in labels.items()]


def funnel_definitions() -> dict[str, str]:
    """What each stage counts."""
    return {
        "nominated": _(
            "Participations whose registration began with a nomination by an agency, whatever became of it."
        ),
        "registered": _(
            "Participations: people with a registration in any state, each once per workshop; facilitators are left "
            "out. Agency is that of the registration."
        ),
        "confirmed": _("Of them those whose place was confirmed at any time before the end, walk-ins included."),
        "started": _("Of the confirmed those present, late or leaving early in at least one session."),
        "completed": earlier.completed_in(_("Of those who took part the ones who met the rule of the workshop.")),
        "certified": earlier.certified_in(_("Of the completed those whose certificate is issued and not revoked.")),
    }


def completeness_definition() -> str:
    return _("Cells of held sessions about which the register says something ÷ cells in which somebody was expected.")


def provisional_definition() -> str:
    return _("Less than 95 % of the cells of held sessions are recorded: figures may still change.")


def unsigned(question: Question, minutes: Minutes) -> list[str]:
    """Return the registers that nobody has signed yet, of workshops asked about, in words.

    None when all are, and where these minutes are complete enough for nobody to ask.
    """
    if not minutes.provisional:
        return []
    asked = facts.within_period(workshops_asked(question), question, "starts_on")
    if not question.scope.everywhere:
        asked = asked.filter(pk__in=facts.participations(question).order_by().values("workshop"))
    return [
        _("%(workshop)s, session %(number)d") % {"workshop": each.workshop.title, "number": each.number}
        for each in _open_registers(asked, question)
    ]


def _open_registers(workshops: QuerySet[Workshop], question: Question) -> QuerySet[Session]:
    late = Session.objects.filter(workshop__in=workshops.values("pk"), ends_at__lte=question.now)
    named = ("number", "workshop__title_en", "workshop__title_ru", "workshop__title_be")
    unsigned = late.filter(sign_off__isnull=True).select_related("workshop").only(*named)
    return unsigned.order_by("workshop__starts_on", "number")
