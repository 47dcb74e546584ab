"""R18: a row per participation without names, for research. Coarse where few people share what is said of them."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from people.models import Agency, Person
from people.regions import REGIONS
from people.services import who_declined
from programmes.models import Programme
from reports.columns import Column, Report, Row, RowsInParts
from reports.queries import earlier, facts
from reports.queries.facts import FUNNEL
from reports.queries.scope import Audience, Question
from reports.suppression import OTHER, coarsened
from workshops.models import EvaluationInvitation, PhaseAttempt, WaveKind

# A share of hours as research gets it: the word, and from which per cent on it holds.
BANDS = (("all", 100), ("80_99", 80), ("50_79", 50), ("1_49", 0))
# Results of tests are told in steps of so many per cent.
STEP = 5
# Characteristics by which somebody may be known, and in which order they are given up: region, then kind of agency.
_KNOWN_BY = ("sex", "agency_kind", "region", "workshop")
_GIVEN_UP = (2, 1)
_MONTHS = {WaveKind.END: 0, WaveKind.MONTHS_3: 3, WaveKind.MONTHS_6: 6}
PSEUDONYM_LENGTH = 12


class _Participation(NamedTuple):
    pk: int
    person: int
    workshop: int
    sex: str
    kind: str
    region: str
    code: str
    first_day: date
    stage: str

    def reached(self, stage: str) -> bool:
        """Whether the participation got as far as a stage of the funnel, of those from `confirmed` on."""
        return FUNNEL.index(self.stage) >= FUNNEL.index(stage)


def microdata(question: Question) -> Report:
    """Confirmed participations of a programme, ordered by pseudonym.

    Whoever shares sex, kind of agency, region and workshop with fewer than k − 1 others loses the region, then the
    kind; rows that still stand out are emptied and only counted.
    """
    everybody = _participations(question)
    k = question.audience.smallest or Audience.PROGRAMME.smallest
    known_by = [(each.sex, each.kind, each.region, each.code) for each in everybody]
    told = coarsened(known_by, [each.person for each in everybody], _GIVEN_UP, k)
    names = pseudonyms(question.programme)
    known = sorted(
        (names(each.person), each.code, place)
        for place, (each, as_told) in enumerate(zip(everybody, told, strict=True))
        if as_told is not None
    )
    keys = [column.key for column in _columns()]

    def rows_of(places: range) -> list[Row]:
        shown = [
            (name, everybody[place], told[place] or ()) for name, _code, place in known[places.start : places.stop]
        ]
        facts_of = _Facts(question, [each for _name, each, _told in shown])
        rows = [
            {"pseudonym": name, **dict(zip(_KNOWN_BY, as_told, strict=True)), **facts_of.row(each)}
            for name, each, as_told in shown
        ]
        emptied = [dict.fromkeys(keys) for _each in range(len(places) - len(shown))]
        return [{key: row[key] for key in keys} for row in rows] + emptied

    return Report(
        name="microdata",
        title=_("Rows for research"),
        columns=_columns(),
        rows=RowsInParts(len(everybody), rows_of),
        totals=_totals(everybody, [each for each in told if each is not None]),
        of_totals=_columns_of_totals(),
        definitions=_definitions(k),
        filters=question.filters,
        period=(question.first_day, question.last_day),
        audience=question.audience,
        hidden=[(place, key) for place in range(len(known), len(everybody)) for key in keys],
        codes=_codes(),
    )


def pseudonyms(programme: Programme | None) -> Callable[[int], str]:
    """Return what names a person (by key) in a programme: always the same, and nobody derives it without our key."""
    code = programme.code if programme else ""
    begun = salted_hmac("reports.microdata", f"{code}\0", algorithm="sha256")

    def pseudonym(person: int) -> str:
        mine = begun.copy()
        mine.update(str(person).encode())
        return str(mine.hexdigest()[:PSEUDONYM_LENGTH])

    return pseudonym


# --- What is said of a participation --------------------------------------------------------------------------------


def _participations(question: Question) -> list[_Participation]:
    asked = facts.participations(question).exclude(person__in=who_declined("research"))
    confirmed = facts.with_stages(asked).order_by("pk")
    fields = (
        *("pk", "person_id", "workshop_id", "person__sex", "agency__kind", "agency__region"),
        *("workshop__code", "workshop__starts_on", "stage"),
    )
    # The same few words and days come a hundred thousand times, and are kept once.
    once: dict[Any, Any] = {}
    return [
        _Participation(*row[:3], *(once.setdefault(value, value) for value in row[3:]))
        for row in confirmed.values_list(*fields).iterator()
    ]


class _Facts:
    """Hours, results and waves of some participations."""

    def __init__(self, question: Question, some: Sequence[_Participation]) -> None:
        people = {each.person for each in some}
        workshops = {each.workshop for each in some}
        self._minutes = facts.minutes(question, "workshop", "person", people=people)
        self._results = _results(workshops, people)
        self._waves = _waves(question, workshops, people)

    def row(self, each: _Participation) -> Row:
        place = each.workshop, each.person
        minutes = self._minutes.get(place)
        return {
            "month": f"{each.first_day:%Y-%m}",
            "took_part": each.reached("started"),
            "hours": band(minutes.credited, minutes.planned) if minutes else "",
            "before": self._results.get((*place, PhaseAttempt.Phase.PRE)),
            "after": self._results.get((*place, PhaseAttempt.Phase.POST)),
            "completed": each.reached("completed"),
            "certificate": each.reached("certified"),
            "follow_up_months": self._waves.get(place),
        }


def band(credited: int, planned: int) -> str:
    """Return the band of a share of hours; empty where nothing was planned.

    >>> [band(minutes, 100) for minutes in (0, 1, 49, 50, 79, 80, 99, 100)]
    ['none', '1_49', '1_49', '50_79', '50_79', '80_99', '80_99', 'all']
    """
    if not planned:
        return ""
    if not credited:
        return "none"
    return next(word for word, per_cent in BANDS if 100 * credited >= per_cent * planned)


def _results(workshops: Collection[int], people: Collection[int]) -> Mapping[tuple[int, int, str], float]:
    """Results by (workshop, person, phase), the last one of each, in steps."""
    results = PhaseAttempt.objects.filter(
        registration__workshop__in=workshops,
        registration__person__in=people,
        attempt__mark__isnull=False,
        attempt__max_mark__gt=0,
    ).order_by("attempt__submitted_at", "pk")
    fields = ("registration__workshop_id", "registration__person_id", "phase", "attempt__mark", "attempt__max_mark")
    return {
        (workshop, person, phase): stepped(mark, highest)
        for workshop, person, phase, mark, highest in results.values_list(*fields)
    }


def stepped(mark: int, highest: int) -> float:
    """Return a share rounded to the nearest step, halves up.

    >>> [stepped(mark, 200) for mark in (0, 4, 5, 154, 155, 200)]
    [0.0, 0.0, 0.05, 0.75, 0.8, 1.0]
    """
    steps = 100 // STEP
    return (2 * mark * steps + highest) // (2 * highest) * STEP / 100


def _waves(question: Question, workshops: Collection[int], people: Collection[int]) -> Mapping[tuple[int, int], int]:
    """Months after the workshop at which somebody was asked last, by (workshop, person)."""
    asked = EvaluationInvitation.objects.filter(
        wave__workshop__in=workshops,
        wave__opens_on__lte=timezone.localdate(question.now),
        registration__person__in=people,
    )
    fields = ("registration__workshop_id", "registration__person_id", "wave__kind")
    found: dict[tuple[int, int], int] = {}
    for workshop, person, kind in asked.values_list(*fields):
        found[workshop, person] = max(found.get((workshop, person), 0), _MONTHS[kind])
    return found


# --- Code book ------------------------------------------------------------------------------------------------------


def _totals(everybody: Sequence[_Participation], told: Sequence[tuple[str, ...]]) -> Row:
    given_up = Counter(
        key for row in told for key, value in zip(_KNOWN_BY, row, strict=True) if value == OTHER and key != "sex"
    )
    return {
        "rows": len(everybody),
        "people": len({each.person for each in everybody}),
        "region_given_up": given_up["region"],
        "kind_given_up": given_up["agency_kind"],
        "emptied": len(everybody) - len(told),
    }


def _columns_of_totals() -> list[Column]:
    return [
        Column("rows", _("Rows"), "integer"),
        Column("people", _("People"), "integer"),
        Column("region_given_up", _("Rows without the region"), "integer"),
        Column("kind_given_up", _("Rows without the kind of agency"), "integer"),
        Column("emptied", _("Rows emptied"), "integer"),
    ]


def _columns() -> list[Column]:
    return [
        Column("pseudonym", _("Pseudonym"), "text"),
        Column("sex", _("Sex"), "code"),
        Column("agency_kind", _("Kind of agency"), "code"),
        Column("region", _("Region"), "code"),
        Column("workshop", _("Workshop"), "text"),
        Column("month", pgettext("chart", "Month"), "month"),
        Column("took_part", _("Took part"), "boolean"),
        Column("hours", _("Share of hours"), "code"),
        Column("before", _("Test before"), "share"),
        Column("after", _("Test after"), "share"),
        Column("completed", pgettext("people", "Completed"), "boolean"),
        Column("certificate", _("Certificate"), "boolean"),
        Column("follow_up_months", _("Months of follow-up"), "integer"),
    ]


def _definitions(k: int) -> dict[str, str]:
    return {
        "rows": _(
            "A row per person and workshop of the programme whose place was confirmed; whoever does not agree to "
            "research is left out. Who shares sex, kind of agency, region and workshop with too few to be one of "
            "%(k)d loses the region, then the kind of agency, in all own rows; rows that still stand out are empty. "
            "Not for publication: workshops alone may tell who somebody is."
        )
        % {"k": k},
        "pseudonym": _(
            "The same for all rows of a person in this programme, another one in any other. Only the key of this site "
            "leads from a person to it, and nothing leads back."
        ),
        "sex": _("As people gave it themselves; it is voluntary, so that many are undisclosed."),
        "agency_kind": _("Of the agency of the registration."),
        "region": _("Of the agency of the registration."),
        "workshop": _("The code of the workshop."),
        "month": _("The month of its first day."),
        "took_part": _("Present, late or left early in at least one session."),
        "hours": _("Minutes credited ÷ minutes planned of required sessions held, as a span."),
        "before": _("The last result of the test before as a share of its highest mark, in steps of 5 %."),
        "after": _("The last result of the test after as a share of its highest mark, in steps of 5 %."),
        "completed": earlier.completed_in(_("The rule of the workshop was met.")),
        "certificate": earlier.certified_in(_("The certificate is issued and not revoked.")),
        "follow_up_months": _("Months after the workshop at which the person was asked last; empty for never."),
        "people": _("People, each counted once, those in empty rows included."),
        "region_given_up": _("Rows that say “other” instead of the region."),
        "kind_given_up": _("Rows that say “other” instead of the kind of agency."),
        "emptied": _("Rows that are empty, because too few people share what would stand there."),
        "period": _("Workshops whose first day lies in the period, both ends included."),
    }


def _codes() -> dict[str, dict[str, str]]:
    other = {OTHER: _("other")}
    return {
        "sex": {code: str(label) for code, label in Person.Sex.choices},
        "agency_kind": {code: str(label) for code, label in Agency.Kind.choices} | other,
        "region": {code: str(label) for code, label in REGIONS.items()} | other,
        "hours": {
            "none": _("none of the hours"),
            "1_49": _("up to 49 %"),
            "50_79": _("50 to 79 %"),
            "80_99": _("80 to 99 %"),
            "all": _("all hours"),
        },
    }
