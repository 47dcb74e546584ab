"""R17: how many different people and agencies of each region were reached."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from people.regions import REGIONS
from reports.columns import Column, Report, Row
from reports.queries import facts
from reports.queries.facts import FUNNEL, Funnel
from reports.queries.scope import Question
from reports.queries.small_cells import Shape, protected

# Somebody who took part for two regions is in both and once in the total. Small cells are protected as if the total
# were their sum: it is never more than that, so that it tells less than a sum would.
_SHAPE = Shape(
    lists=(("confirmed", "started", "completed"),),
    # That no agency was reached says that nobody took part.
    rates={"agencies_reached": ("started",), "agencies_share": ("started",)},
)


def reach(question: Question) -> Report:
    """Regions with the people who got how far in workshops, and the agencies from which somebody took part."""
    people, in_all, took_part = _people(question)
    reached, agencies = Counter(took_part.values()), _agencies(question, took_part)
    regions = sorted(
        {*people, *agencies} if people else (), key=lambda region: (_ORDER.get(region, len(_ORDER)), region)
    )
    report = Report(
        name="reach",
        title=_("Reach by region"),
        columns=_columns(),
        rows=[
            {"region": each, **_figures(people.get(each, Funnel()), reached[each], agencies[each])} for each in regions
        ],
        totals=_figures(in_all, sum(reached.values()), sum(agencies.values())),
        definitions=_definitions(),
        filters=question.filters,
        period=(question.first_day, question.last_day),
        audience=question.audience,
        codes={"region": {code: str(label) for code, label in REGIONS.items()}},
    )
    return protected(report, _SHAPE, question.audience.smallest)


_TOOK_PART = FUNNEL.index("started")
_ORDER = {region: place for place, region in enumerate(REGIONS)}


def _people(question: Question) -> tuple[Mapping[str, Funnel], Funnel, Mapping[int, str]]:
    """How many different people got how far, by region and in all, and the agencies from which somebody took part with
    their region; one query."""
    by_region: dict[str, dict[int, int]] = defaultdict(dict)
    in_all: dict[int, int] = {}
    took_part: dict[int, str] = {}
    for agency, region, person, place in facts.furthest(question, "agency_id", "agency__region", "person_id"):
        by_region[region][person] = max(place, by_region[region].get(person, 0))
        in_all[person] = max(place, in_all.get(person, 0))
        if place >= _TOOK_PART:
            took_part[agency] = region
    return {region: _funnel(places) for region, places in by_region.items()}, _funnel(in_all), took_part


def _funnel(furthest: Mapping[int, int]) -> Funnel:
    """The funnel of people by the place in it that each of them reached."""
    counts = Counter(furthest.values())
    stages = ("registered", "confirmed", "started", "completed")
    return Funnel(**{stage: sum(counts[place] for place in counts if place >= FUNNEL.index(stage)) for stage in stages})


def _agencies(question: Question, took_part: Mapping[int, str]) -> Counter[str]:
    """Agencies that were open on some day of the period, and those that took part all the same, by region."""
    first_day = question.first_day or timezone.localdate(question.now)
    open_then = Q(closed_on__isnull=True) | Q(closed_on__gte=first_day)
    found = dict(question.scope.agencies.filter(open_then).order_by().values_list("pk", "region"))
    return Counter({**found, **took_part}.values())


def _columns() -> list[Column]:
    return [
        Column("region", _("Region"), "code"),
        Column("confirmed", pgettext("people", "Confirmed"), "integer"),
        Column("started", _("Took part"), "integer"),
        Column("completed", pgettext("people", "Completed"), "integer"),
        Column("agencies_reached", _("Agencies reached"), "integer"),
        Column("agencies", _("Agencies"), "integer"),
        Column("agencies_share", _("Share reached"), "share"),
    ]


def _figures(people: Funnel, reached: int, agencies: int) -> Row:
    return {
        "confirmed": people.confirmed,
        "started": people.started,
        "completed": people.completed,
        "agencies_reached": reached,
        "agencies": agencies,
        "agencies_share": reached / agencies if agencies else None,
    }


def _definitions() -> dict[str, str]:
    return {
        "rows": _(
            "A row per region of the agency for which people took part. People are counted once in each region, and "
            "once in the total, which can therefore be less than the sum."
        ),
        "confirmed": _("Different people whose place in a workshop was confirmed before its end, walk-ins included."),
        "started": _("Of them those who were present, late or left early in at least one session."),
        "completed": _("Of those who took part the ones who met the rule of a workshop."),
        "agencies_reached": _("Agencies from which at least one person took part."),
        "agencies": _(
            "Agencies of the region that were open on a day of the period, or without a period today, and those "
            "reached that have closed since."
        ),
        "agencies_share": _("Agencies reached ÷ agencies."),
        "period": _("Workshops whose first day lies in the period, both ends included."),
    }
