"""R8: what people learned in workshops, from the same test before and after."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from reports.columns import Column, LazyRows, Report, Row
from reports.effect import HUNDREDTHS, Effect, Group, effect_of_groups
from reports.effect.wording import REASONS
from reports.queries import pairs
from reports.queries.scope import Question
from reports.queries.small_cells import Shape, Spot, emptied, hidden_spots, keys_by_row
from reports.wording import per_cent
from workshops.models import Workshop

# Of more people together the gain has no interval, which takes a second for each thousand or two.
MOST_DRAWN = 500
# What rests on the pairs, and goes with their number where that is hidden.
_FIGURES = (
    "mean_pre", "mean_post", "change", "change_ci95", "gain", "gain_ci95", "d_av", "mastery_before", "mastery_after",
    "mcnemar_p", "ceiling_share", "refused",
)  # fmt: skip
_SHAPE = Shape(lists=(("started", "n"),), rates={"matched_share": ("started", "n"), **dict.fromkeys(_FIGURES, ("n",))})


def learning_effect(question: Question) -> Report:
    """A row per workshop with results before or after, made when it is asked for; three or four queries in all."""
    workshops = pairs.tested(question)
    found = pairs.pairs(question)
    groups = [Group(found.parts.get(each.pk, []), each.pass_mark) for each in workshops]
    counts: list[Row] = [
        {"started": found.started.get(workshop.pk, 0), "n": _matched(group)}
        for workshop, group in zip(workshops, groups, strict=True)
    ]
    k = question.audience.smallest
    spots = hidden_spots(counts, _SHAPE, k, _of_few(found, k))
    hidden = keys_by_row(spots)

    def row(place: int, most_drawn: int = MOST_DRAWN) -> Row:
        """Whose number of pairs is hidden has no figures: they are not even made."""
        described = _described(workshops[place]) | _counts(counts[place])
        if "n" in hidden[place]:
            return emptied(described | dict.fromkeys(("maximum", "unit", *_FIGURES)), hidden[place])
        return emptied(described | _figures([groups[place]], most_drawn), hidden[place])

    return Report(
        name="learning-effect",
        title=_("Learning effect"),
        columns=_columns(),
        rows=LazyRows(len(workshops), row),
        # Pictures show no interval of the gain, for which nobody need be drawn.
        outline=LazyRows(len(workshops), lambda place: row(place, most_drawn=0)),
        totals={"workshops": len(workshops)} | emptied(_totals(counts, groups, hidden[None]), hidden[None]),
        of_totals=[Column("workshops", _("Workshops"), "integer")],
        definitions=_definitions(),
        filters=question.filters,
        period=(question.first_day, question.last_day),
        audience=question.audience,
        hidden=sorted((place, key) for place, key in spots if place is not None),
        codes={
            "unit": {"marks": _("marks"), "per_cent": _("per cent of the highest mark")},
            "refused": {str(reason): str(sentence) for reason, sentence in REASONS.items()},
        },
    )


def _of_few(found: pairs.Pairs, k: int) -> list[Spot]:
    """Which totals are of fewer than k people, each of whom may have taken part in several workshops."""
    people = {"started": found.people_started, "n": found.people}
    return [(None, key) for key, number in people.items() if number < k]


def _matched(group: Group) -> int:
    """How many of a group could earn something both times."""
    return sum(bool(before[1] and after[1]) for before, after in group.parts)


def _described(workshop: Workshop) -> Row:
    return {"workshop": workshop.code, "title": workshop.title, "starts_on": workshop.starts_on}


def _counts(counts: Row) -> Row:
    share = counts["n"] / counts["started"] if counts["started"] else None
    return counts | {"matched_share": share}


def _totals(counts: list[Row], groups: list[Group], hidden: set[str]) -> Row:
    sums = {key: sum(row[key] for row in counts) for key in ("started", "n")}
    figures = dict.fromkeys(_FIGURES) if "n" in hidden else _figures(groups)
    return _counts(sums) | figures


def _figures(groups: list[Group], most_drawn: int = MOST_DRAWN) -> Row:
    effect, highest = effect_of_groups(groups, most_drawn=most_drawn)
    return _scale(highest) | figures_of(effect)


def _scale(highest: int | None) -> Row:
    """The highest mark, a whole number where it is one; None where there is not one for all."""
    if highest is None:
        return {"maximum": None, "unit": "per_cent"}
    return {"maximum": highest / HUNDREDTHS if highest % HUNDREDTHS else highest // HUNDREDTHS, "unit": "marks"}


def figures_of(effect: Effect) -> dict[str, Any]:
    """Return the figures of an effect without its number of pairs, and why some have no value."""
    values = {name: figure.value for name, figure in effect.figures.items()}
    return values | {"refused": {name: str(reason) for name, reason in effect.refused.items()}}


def _columns() -> list[Column]:
    return [
        Column("workshop", _("Workshop"), "text"),
        Column("title", _("Title"), "text"),
        Column("starts_on", _("First day"), "date"),
        Column("started", _("Took part"), "integer", counts="started"),
        Column("n", _("Both tests"), "integer"),
        Column("matched_share", _("Of those who took part"), "share"),
        Column("maximum", _("Highest mark"), "number", unit="unit", absent=per_cent(1)),
        Column("unit", _("Unit"), "code", shown=False),
        Column("mean_pre", _("Mean before"), "number"),
        Column("mean_post", _("Mean after"), "number"),
        Column("change", _("Change (95 %% interval)") % {}, "number", within="change_ci95"),
        Column("change_ci95", _("Interval of the change"), "interval"),
        Column("gain", _("Gain (95 %% interval)") % {}, "number", within="gain_ci95"),
        Column("gain_ci95", _("Interval of the gain"), "interval"),
        Column("d_av", _("Change in standard deviations"), "number"),
        Column("mastery_before", _("Passed before"), "share"),
        Column("mastery_after", _("Passed after"), "share"),
        Column("mcnemar_p", _("p of the difference"), "probability"),
        Column("ceiling_share", _("Near the top before"), "share"),
        Column("refused", _("Why a figure is missing"), "reasons"),
    ]


def _definitions() -> Mapping[str, str]:
    return {
        "rows": _("A row per workshop with results of a test before or after, by its first day. There is no ranking."),
        "started": _("People who were present, late or left early in at least one session; facilitators are left out."),
        "n": _(
            "Of them those with a result both before and after: matched pairs. Of several results of a test the last "
            "counts. All other figures are about these people."
        ),
        "matched_share": _(
            "Both tests ÷ took part. Where it is low, those who are missing may have learned otherwise."
        ),
        "unit": _(
            "Marks where the highest mark is the same for all these tests, otherwise per cent of the highest mark."
        ),
        "maximum": _("The highest mark that could be reached; empty where it is not the same for all."),
        "mean_pre": _("Mean of the results before."),
        "mean_post": _("Mean of the results after."),
        "change": _("Mean of the differences after − before."),
        "change_ci95": _("Interval of the change with 95 %% confidence, by Student’s t with n − 1 degrees of freedom.")
        % {},
        "gain": _(
            "Normalised gain of the means: (mean after − mean before) ÷ (highest mark − mean before). It is of ten "
            "people or more."
        ),
        "gain_ci95": _(
            "Interval of the gain with 95 %% confidence: percentile bootstrap over people, 10,000 draws with a fixed "
            "seed; for up to %(most)d people."
        )
        % {"most": MOST_DRAWN},
        "d_av": _(
            "Change ÷ mean of both standard deviations (of samples), times 1 − 3 ÷ (4(n − 1) − 1), which corrects what "
            "small groups exaggerate."
        ),
        "mastery_before": _("Share that reached the pass mark of the workshop before."),
        "mastery_after": _("Share that reached the pass mark of the workshop after."),
        "mcnemar_p": _(
            "How probable chance alone makes as large a difference between those who passed only after and those who "
            "passed only before: McNemar’s exact test, two-sided."
        ),
        "ceiling_share": _(
            "Share with at least 90 %% of the highest mark before: the test cannot show what they learned."
        )
        % {},
        "refused": _("Why a figure has no value."),
        "workshops": _("Rows: workshops."),
        "period": _("Workshops whose first day lies in the period, both ends included."),
    }
