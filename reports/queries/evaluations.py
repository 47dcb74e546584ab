"""R11: what people said of workshops on the last day, and R12: what has become of it after 90 and after 180 days."""

from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from reports.columns import Column, Report, Row, Table
from reports.queries.answers import Answered, Evaluations, Kind, Response, evaluations, opened_waves
from reports.queries.scope import Audience, Question
from workshops.models import EvaluationQuestion, Wave
from workshops.models import WaveKind as WaveOf
from workshops.surveys import ENOUGH, INTENDED, Proportion

# What is empty where too few answered a question.
_FIGURES = (
    "workshops_counted", "delivered", "n", "instead", "response_rate", "mean", "top2", "top2_ci95", "answers",
    "applied", "applied_ci95",
)  # fmt: skip
_FOLLOW_UP = (WaveOf.MONTHS_3, WaveOf.MONTHS_6)
_APPLIED = ("applied", "applied_ci95")


def evaluation(question: Question) -> Report:
    """A row per question of the evaluations at the end of workshops; five queries."""
    found = evaluations(opened_waves(question, [WaveOf.END]), question.audience)
    asked = found.questions.get(WaveOf.END, [])
    rows = [_row(each) for each in asked]
    return Report(
        name="evaluation",
        title=_("Evaluation of workshops"),
        columns=_columns(),
        rows=rows,
        totals=_response(found.responses.get(WaveOf.END, Response()), question.audience),
        of_totals=_response_columns(),
        definitions={"rows": _("A row per question that is not answered in own words."), **_definitions(question)},
        filters=question.filters,
        period=(question.first_day, question.last_day),
        audience=question.audience,
        hidden=_hidden(asked, _keys(rows)),
        codes=_codes(asked),
    )


def follow_up(question: Question) -> Report:
    """A row per question of the evaluations after 90 and 180 days, and what the same workshops were meant to bring."""
    later = opened_waves(question, _FOLLOW_UP)
    ends = opened_waves(question, [WaveOf.END]).filter(workshop__in=later.order_by().values("workshop"))
    waves = Wave.objects.filter(pk__in=[*_keys_of(later), *_keys_of(ends)]).order_by("pk")
    found = evaluations(waves, question.audience)
    asked = [(kind, each) for kind in WaveOf.values for each in _followed(found, kind)]
    rows = [{"wave": kind} | _row(each) | _applied(each) for kind, each in asked]
    responses = [(kind, found.responses.get(kind, Response())) for kind in WaveOf.values if kind in found.responses]
    followed = [response for kind, response in responses if kind in _FOLLOW_UP]
    return Report(
        name="follow-up",
        title=_("Follow-up after 90 and 180 days"),
        columns=[
            *_columns(Column("wave", _("Time"), "code")),
            Column("applied", _("Applied (95 %% interval)") % {}, "share", within="applied_ci95"),
            Column("applied_ci95", _("Interval of the share applied"), "interval", of="share"),
        ],
        rows=rows,
        totals=_response(_all(followed), question.audience),
        of_totals=_response_columns(),
        definitions={
            "rows": _(
                "A row per question that is not answered in own words, and of the last day of the same workshops the "
                "one about what people feel able to apply."
            ),
            "wave": _("When people were asked, seen from the last day of the workshop."),
            "applied": _(
                "Share whose answer says that something was used, carried out at least in part, or changed; on the "
                "last day share of the two highest numbers for feeling able to. People are not the same ones at each "
                "time: answers come without names."
            ),
            "applied_ci95": _interval_definition(),
            **_definitions(question),
        },
        filters=question.filters,
        period=(question.first_day, question.last_day),
        audience=question.audience,
        hidden=_hidden([each for _kind, each in asked], _keys(rows)),
        codes={"wave": {code: str(label) for code, label in WaveOf.choices}} | _codes([each for _kind, each in asked]),
        tables=[_waves(responses, question.audience)],
    )


def _keys_of(waves: Iterable[Wave]) -> Iterator[int]:
    return (wave.pk for wave in waves)


def _followed(found: Evaluations, kind: str) -> Iterator[Answered]:
    for each in found.questions.get(kind, []):
        if kind != WaveOf.END or each.question.code == INTENDED:
            yield each


def _all(responses: Iterable[Response]) -> Response:
    found = list(responses)
    return Response(
        workshops=max((each.workshops for each in found), default=0),
        delivered=sum(each.delivered for each in found),
        answered=sum(each.answered for each in found),
    )


# --- Rows -----------------------------------------------------------------------------------------------------------


def _row(found: Answered) -> Row:
    """A question with what was said to it; without figures where too few did."""
    question, said = found.question, found.said
    described = {
        "form": question.form.code,
        "question": question.code,
        "text": question.text,
        "kind": question.kind,
    }
    figures = {
        "workshops_counted": found.workshops,
        "delivered": found.delivered,
        "n": said.people,
        "instead": said.instead if question.kind == Kind.SCALE else None,
        "response_rate": (said.people + said.instead) / found.delivered if found.delivered else None,
        "mean": found.mean,
        **_proportion("top2", found.top),
        "answers": found.answers,
    }
    return described | (dict.fromkeys(figures) if found.is_hidden else figures)


def _applied(found: Answered) -> Row:
    if found.is_hidden:
        return dict.fromkeys(_APPLIED)
    return _proportion("applied", found.top if found.question.code == INTENDED else found.applied)


def _proportion(name: str, found: Proportion | None) -> Row:
    return {name: found.share if found else None, f"{name}_ci95": found.interval if found else None}


def _keys(rows: list[Row]) -> list[str]:
    return [key for key in _FIGURES if rows and key in rows[0]]


def _hidden(asked: Iterable[Answered], keys: list[str]) -> list[tuple[int, str]]:
    return [(place, key) for place, each in enumerate(asked) if each.is_hidden for key in keys]


def _response(found: Response, audience: Audience) -> Row:
    """How many answered; nothing of few, beside those who could have."""
    few = 0 < found.answered < max(ENOUGH, audience.smallest)
    return {
        "workshops": found.workshops,
        "people_reached": found.delivered,
        "people_answered": None if few else found.answered,
        "rate": None if few else found.rate,
    }


def _waves(responses: Iterable[tuple[str, Response]], audience: Audience) -> Table:
    columns = [Column("wave", _("Time"), "code"), *_response_columns()]
    rows = [{"wave": kind} | _response(response, audience) for kind, response in responses]
    return Table("waves", _("Response"), columns, rows)


def _columns(*more: Column) -> list[Column]:
    """The columns of a question; `more` stand beside its words."""
    return [
        Column("form", _("Questionnaire"), "text", shown=False),
        Column("question", _("No."), "text", shown=False),
        Column("text", _("Question"), "text"),
        *more,
        Column("kind", _("Kind"), "code", shown=False),
        Column("workshops_counted", _("Workshops"), "integer"),
        Column("delivered", _("Reached"), "integer"),
        Column("n", pgettext("a question", "Answered"), "integer"),
        Column("instead", _("Not applicable"), "integer"),
        Column("response_rate", _("Response rate"), "share"),
        Column("mean", _("Mean"), "number"),
        Column("top2", _("Two highest (95 %% interval)") % {}, "share", within="top2_ci95"),
        Column("top2_ci95", _("Interval of the two highest"), "interval", of="share"),
        Column("answers", _("Answer"), "answers", shown=False),
    ]


def _response_columns() -> list[Column]:
    return [
        Column("workshops", _("Workshops"), "integer"),
        Column("people_reached", _("Reached"), "integer"),
        Column("people_answered", pgettext("evaluation", "Answered"), "integer"),
        Column("rate", _("Response rate"), "share"),
    ]


def _definitions(question: Question) -> Mapping[str, str]:
    k = max(ENOUGH, question.audience.smallest)
    counts = ngettext(
        "Workshops in which %(k)d person or more answered the question. Others are left out of all figures of the "
        "question: few answers would tell who gave them.",
        "Workshops in which %(k)d people or more answered the question. Others are left out of all figures of the "
        "question: few answers would tell who gave them.",
        k,
    )
    return {
        "workshops_counted": counts % {"k": k},
        "workshops": _("Workshops of the period whose evaluation has begun."),
        "delivered": _("People of the workshops counted who were asked and reached, with an e-mail or an account."),
        "n": _("People who answered the question; who said that it does not apply stands apart."),
        "instead": _("People who said that the question does not apply to them."),
        "response_rate": _("Answered ÷ reached, with those to whom the question does not apply."),
        "mean": _("Mean of a scale."),
        "top2": _("Share of the two highest numbers of a scale."),
        "top2_ci95": _interval_definition(),
        "answers": _(
            "How many chose each answer; of several answers each counts. What people wrote is not in reports."
        ),
        "people_reached": _("People who were asked and reached, with an e-mail or an account, in all these workshops."),
        "people_answered": _("Of them those who answered at least one question."),
        "rate": _("Answered ÷ reached."),
        "period": _("Workshops whose first day lies in the period, both ends included."),
    }


def _interval_definition() -> str:
    return _("Wilson’s interval with 95 %% confidence: where the share would lie among many such people.") % {}


def _codes(asked: Iterable[Answered]) -> dict[str, dict[str, str]]:
    kinds = {code: str(label) for code, label in EvaluationQuestion.Kind.choices}
    labels = {f"{each.question.form.code} {each.question.code}": each.question.labels for each in asked}
    return {"kind": kinds, **labels}
