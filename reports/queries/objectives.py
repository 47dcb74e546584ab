"""R9: of which objectives people learned something, from the questions on each in the tests before and after."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Objective
from reports.columns import Column, Report, Row, Table
from reports.effect import Effect, Part, by_objective
from reports.effect.wording import REASONS
from reports.queries import earlier, pairs
from reports.queries.pairs import ObjectivePart
from reports.queries.scope import Question, TooWideError
from reports.queries.small_cells import Shape, emptied, hidden_spots, keys_by_row
from workshops.models import Workshop

# Results before and after that are looked through question by question at once.
MOST_RESULTS = 5_000
# No figure of this report knows a pass mark.
_ANY_PASS_MARK = 100
_FIGURES = ("mean_pre", "mean_post", "change", "change_ci95", "refused")
_SHAPE = Shape(lists=(("n",),), rates=dict.fromkeys(_FIGURES, ("n",)))
# The effect of each objective, by its key.
_Effects = Mapping[int, Effect]


def objectives(question: Question) -> Report:
    """A row per objective of all workshops together, and a table by workshop; six or seven queries.

    Raises TooWideError where a narrower question has to be asked.
    """
    if pairs.results(question) > MOST_RESULTS:
        raise TooWideError(_too_many())
    found = pairs.by_objective(question)
    known = {each.pk: each for each in Objective.objects.filter(pk__in={each.objective for each in found})}
    together = _effects(found)
    keys = sorted(together, key=lambda key: known[key].code)
    workshops = pairs.tested(question)
    k = question.audience.smallest
    rows, hidden = [], []
    for place, key in enumerate(keys):
        gone = {"n", *_FIGURES} if 0 < together[key].n < k else set()
        rows.append(emptied(_described(known[key]) | _figures(together[key]), gone))
        hidden += [(place, name) for name in sorted(gone)]
    return Report(
        name="objectives",
        title=_("Objectives before and after"),
        columns=_columns(),
        rows=rows,
        totals={"objectives": len(keys), "workshops": len(workshops)},
        of_totals=[Column("objectives", _("Objectives"), "integer"), Column("workshops", _("Workshops"), "integer")],
        definitions=_definitions(),
        filters=question.filters,
        period=(question.first_day, question.last_day),
        audience=question.audience,
        hidden=hidden,
        codes={"refused": {str(reason): str(sentence) for reason, sentence in REASONS.items()}},
        tables=[_by_workshop(found, workshops, [known[key] for key in keys], k)] if len(workshops) > 1 else [],
    )


def _effects(found: Iterable[ObjectivePart]) -> _Effects:
    """The effect of each objective, in parts of the highest mark; there is no interval of the gain."""
    parts: dict[int, list[Part]] = defaultdict(list)
    for each in found:
        parts[each.objective].append(each.part)
    keys = {str(key): key for key in parts}
    effects = by_objective(
        {name: parts[key] for name, key in keys.items()}, pass_mark_percent=_ANY_PASS_MARK, most_drawn=0
    )
    return {keys[name]: effect for name, effect in effects.items()}


def _by_workshop(
    found: Sequence[ObjectivePart], workshops: Sequence[Workshop], known: Sequence[Objective], k: int
) -> Table:
    """Objectives of each workshop. A workshop is empty as a whole where one of its objectives has to be hidden."""
    effects = {each.pk: _effects(part for part in found if part.workshop == each.pk) for each in workshops}
    counts = {objective.pk: [_pairs_of(effects[each.pk], objective.pk) for each in workshops] for objective in known}
    gone = _hidden_workshops(counts, k)
    rows = []
    for place, workshop in enumerate(workshops):
        for objective in known:
            effect = effects[workshop.pk].get(objective.pk)
            if effect is not None:
                row = _described(objective) | _figures(effect)
                rows.append({"workshop": workshop.code} | emptied(row, {"n", *_FIGURES} if place in gone else ()))
    return Table("workshops", _("By workshop"), [Column("workshop", _("Workshop"), "text"), *_columns()], rows)


def _pairs_of(effects: _Effects, objective: int) -> int:
    return effects[objective].n if objective in effects else 0


def _hidden_workshops(counts: Mapping[int, Sequence[int]], k: int) -> set[int]:
    """Which workshops (by place) have to be empty in a table whose objectives have published totals.

    Pairs of different objectives are mostly the same people, so what one column hides another would give away.
    """
    gone: set[int] = set()
    while True:
        found = set(gone)
        for column in counts.values():
            rows = [{"n": number} for number in column]
            few = [(place, "n") for place in gone if column[place]]
            found |= {
                place
                for place, keys in keys_by_row(hidden_spots(rows, _SHAPE, k, few)).items()
                if keys and place is not None
            }
        if found == gone:
            return gone
        gone = found


def _described(objective: Objective) -> Row:
    return {"objective": objective.code, "text": objective.text}


def _figures(effect: Effect) -> Row:
    names = [name for name in _FIGURES if name != "refused"]
    reasons = {name: str(reason) for name, reason in effect.refused.items() if name in names}
    return {"n": effect.n} | {name: effect.values[name] for name in names} | {"refused": reasons}


def _columns() -> list[Column]:
    return [
        Column("objective", _("Objective"), "text", shown=False),
        Column("text", _("What people can do"), "text"),
        Column("n", _("Both tests"), "integer"),
        Column("mean_pre", _("Mean before"), "share"),
        Column("mean_post", _("Mean after"), "share"),
        Column("change", _("Change, points (95 %% interval)") % {}, "points", within="change_ci95"),
        Column("change_ci95", _("Interval of the change"), "interval", of="points"),
        Column("refused", _("Why a figure is missing"), "reasons", shown=False),
    ]


def _definitions() -> Mapping[str, str]:
    return {
        "rows": earlier.asked_in(
            _("A row per objective that questions of a test before and after are about. There is no ranking.")
        ),
        "n": _(
            "People who took part and were asked about the objective both before and after. Of several results of a "
            "test the last counts; questions found defective are left out."
        ),
        "mean_pre": _("Mean share of what could be earned by the questions on the objective, before."),
        "mean_post": _("Mean share of what could be earned by the questions on the objective, after."),
        "change": _("Mean of the differences after − before, in points of per cent."),
        "change_ci95": _("Interval of the change with 95 %% confidence, by Student’s t with n − 1 degrees of freedom.")
        % {},
        "refused": _("Why a figure has no value."),
        "objectives": _("Rows: objectives."),
        "workshops": _("Workshops with results of a test before or after."),
        "period": _("Workshops whose first day lies in the period, both ends included."),
    }


def _too_many() -> str:
    words = ngettext(
        "These are more than %(most)d result before and after. Choose a workshop, a programme or a shorter period.",
        "These are more than %(most)d results before and after. Choose a workshop, a programme or a shorter period.",
        MOST_RESULTS,
    )
    return words % {"most": MOST_RESULTS}
