"""A question as an item of QTI 3.0."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from assessments.formats.item import Answer, Gap, Item, Text
from assessments.formats.qti.markup import as_block, as_choice, as_part, element, in_element
from assessments.formats.qti.vocabulary import CRITERION, GAP, GRADING, HINT, MODEL_ANSWER, PART, POINTS

NAMESPACE = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
SCHEMA = "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0_v1p0.xsd"
TEMPLATES = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
RESPONSE, SCORE, FEEDBACK, GENERAL = "RESPONSE", "SCORE", "FEEDBACK", "GENERAL"
FULL, NOTHING = Fraction(1), Fraction(0)
DECIMALS = 10


@dataclass
class Draft:
    """The parts of an item while it is written, in the order of the standard."""

    responses: list[str] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    template: str = ""
    feedback: list[str] = field(default_factory=list)


def decimal_of(points: Fraction) -> str:
    """Return points with the fewest decimals, ten at most.

    >>> decimal_of(Fraction(1, 3)), decimal_of(Fraction(-1, 2)), decimal_of(Fraction(2))
    ('0.3333333333', '-0.5', '2')
    """
    digits = round(abs(points) * 10**DECIMALS)
    whole, part = divmod(digits, 10**DECIMALS)
    decimals = f"{part:0{DECIMALS}d}".rstrip("0")
    return f"{'-' if points < 0 and digits else ''}{whole}{'.' if decimals else ''}{decimals}"


def item_xml(item: Item, identifier: str, pictures: Mapping[str, str]) -> str:
    """Return the item as XML. `pictures` are the names under which pictures are kept, where those are others."""
    return _Writer(item, pictures).written(identifier)


def wildcard_free(pattern: str) -> str:
    """Return an accepted text as it stands in the file: asterisks that mean themselves without their backslash."""
    return pattern.replace("\\*", "*")


class _Writer:
    def __init__(self, item: Item, pictures: Mapping[str, str]) -> None:
        self._item, self._pictures, self._draft = item, pictures, Draft()

    def written(self, identifier: str) -> str:
        item, draft = self._item, self._draft
        self._rubric(item.case, "candidate", "instructions")
        if item.stem:
            draft.body.append(as_part(item.stem, "stem", self._pictures))
        _WRITERS[item.type](self)
        self._notes()
        self._said_to_everybody()
        if item.type != "description":
            by_hand = {"external_scored": "human"} if item.type == "essay" else {}
            draft.outcomes.insert(0, _outcome(SCORE, "single", "float", "0", **by_hand))
        inside = "\n".join([*draft.responses, *draft.outcomes, _element("item-body", _lines(draft.body)), *self._end()])
        return HEAD + _element(
            "assessment-item",
            f"\n{inside}\n",
            xmlns=NAMESPACE,
            **{"xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance"},
            **{"xsi:schemaLocation": f"{NAMESPACE} {SCHEMA}"},
            identifier=identifier,
            title=item.name,
            adaptive=False,
            time_dependent=False,
            **({"xml:lang": item.language} if item.language else {}),
        )

    def _end(self) -> list[str]:
        """The rules of marking, and the feedback."""
        draft = self._draft
        processing = []
        if draft.template:
            processing = [_element("response-processing", template=f"{TEMPLATES}/{draft.template}")]
        elif draft.rules:
            processing = [_element("response-processing", _lines(draft.rules))]
        return [*processing, *draft.feedback]

    def _rubric(self, text: Text, view: str, use: str, **attributes: str | int) -> None:
        if text:
            inside = _element("content-body", as_block(text, self._pictures))
            self._draft.body.append(_element("rubric-block", inside, view=view, use=use, **attributes))

    def _notes(self) -> None:
        item = self._item
        self._rubric(item.rubric, "scorer", "scoring")
        self._rubric(item.model_answer, "scorer", "scoring", **{PART: MODEL_ANSWER})
        for criterion in item.criteria:
            self._rubric(criterion.text, "scorer", "scoring", **{PART: CRITERION}, **{POINTS: criterion.points})
        for hint in item.hints:
            self._rubric(hint, "tutor", "instructions", **{PART: HINT})

    def _said_to_everybody(self) -> None:
        if self._item.general_feedback:
            self._draft.outcomes.append(_outcome(GENERAL, "single", "identifier", "general"))
            self._say(GENERAL, "general", self._item.general_feedback)

    def _say(self, outcome: str, identifier: str, text: Text) -> None:
        inside = _element("content-body", as_block(text, self._pictures))
        self._draft.feedback.append(
            _element("modal-feedback", inside, outcome_identifier=outcome, identifier=identifier, show_hide="show")
        )

    def _choices(self, tag: str, answers: Mapping[str, Answer], *, in_line: bool = False) -> str:
        return _lines(
            [
                _element(
                    tag,
                    as_choice(each.text, self._pictures, in_line=in_line),
                    identifier=identifier,
                    **({"fixed": True} if each.last else {}),
                )
                for identifier, each in answers.items()
            ]
        )

    def single_choice(self) -> None:
        answers = {_letter(place): each for place, each in enumerate(self._item.answers)}
        self._choose(answers, several=False)

    def multiple_response(self) -> None:
        answers = {_letter(place): each for place, each in enumerate(self._item.answers)}
        self._choose(answers, several=True)

    def true_false(self) -> None:
        with override(self._item.language or get_language()):
            labels = {"true": _("True"), "false": _("False")}
        self._choose(
            {
                each.text.text: Answer(Text(labels[each.text.text]), each.fraction, each.feedback)
                for each in self._item.answers
            },
            several=False,
        )

    def _choose(self, answers: Mapping[str, Answer], *, several: bool) -> None:
        cardinality = "multiple" if several else "single"
        best = max(each.fraction for each in answers.values())
        right = [
            each for each, answer in answers.items() if answer.fraction > 0 and (several or answer.fraction == best)
        ]
        by_points = several or sorted(each.fraction for each in answers.values()) != [NOTHING] * (len(answers) - 1) + [
            FULL
        ]
        points = {each: answer.fraction for each, answer in answers.items()} if by_points else {}
        bounds = {"lower_bound": "0", "upper_bound": "1"} if several else {}
        self._draft.responses.append(
            _response(RESPONSE, cardinality, "identifier", right[: None if several else 1], points, **bounds)
        )
        self._draft.body.append(
            _element(
                "choice-interaction",
                self._choices("simple-choice", answers),
                response_identifier=RESPONSE,
                shuffle=self._item.shuffled,
                max_choices=0 if several else 1,
            )
        )
        said = {each: answer.feedback for each, answer in answers.items() if answer.feedback}
        if said:
            self._draft.outcomes.append(_outcome(FEEDBACK, cardinality, "identifier"))
            self._draft.rules = [
                _by_points(SCORE, RESPONSE) if by_points else _if_right(),
                _set(FEEDBACK, _variable(RESPONSE)),
            ]
            for each, text in said.items():
                self._say(FEEDBACK, each, text)
        else:
            self._draft.template = "map_response" if by_points else "match_correct"

    def typed(self) -> None:
        item = self._item
        gap = Gap("", item.type, item.answers, case_sensitive=item.case_sensitive)
        entry = _element("text-entry-interaction", response_identifier=RESPONSE)
        self._draft.body.append(element("div", entry, **{PART: "answer"}))
        if item.unit:
            self._draft.body.append(element("div", in_element(item.unit), **{PART: "unit"}))
        if _is_mapped(gap):
            self._draft.responses.append(_mapped_texts(gap, RESPONSE))
            self._draft.template = "map_response"
        else:
            self._draft.responses.append(_response(RESPONSE, "single", _base_type(gap), _right(gap)))
            self._on_conditions(gap, RESPONSE, SCORE)

    def _on_conditions(self, gap: Gap, response: str, score: str) -> None:
        """A condition for each answer; of those that hold the one that earns most counts."""
        several = len(gap.answers) > 1
        for place, answer in enumerate(gap.answers, start=1):
            points = _value("float", decimal_of(answer.fraction * gap.weight))
            rules = [_set(score, _element("max", _variable(score) + points) if several else points)]
            if answer.feedback:
                said = f"{response}_{place}"
                rules.append(_set(FEEDBACK, _element("multiple", _variable(FEEDBACK) + _value("identifier", said))))
                self._say(FEEDBACK, said, answer.feedback)
            inside = _test(gap, response, place, answer) + "".join(rules)
            self._draft.rules.append(_element("response-condition", _element("response-if", inside)))
        if any(each.feedback for each in gap.answers) and not any(
            f'"{FEEDBACK}"' in each for each in self._draft.outcomes
        ):
            self._draft.outcomes.append(_outcome(FEEDBACK, "multiple", "identifier"))

    def gap_fill(self) -> None:
        marks, sums = {}, []
        for place, gap in enumerate(self._item.gaps, start=1):
            response = f"{RESPONSE}{place}"
            marks[gap.id] = self._gap(gap, response)
            if _is_mapped(gap):
                self._draft.responses.append(_mapped_texts(gap, response))
                sums.append(_element("map-response", identifier=response))
            else:
                score = f"{SCORE}{place}"
                self._draft.responses.append(_response(response, "single", _base_type(gap), _right(gap)))
                self._draft.outcomes.append(_outcome(score, "single", "float", "0"))
                self._on_conditions(gap, response, score)
                sums.append(_variable(score))
        self._draft.rules.append(_set(SCORE, _element("sum", "".join(sums))))
        self._draft.body.append(as_part(self._item.text, "text", self._pictures, marks))

    def _gap(self, gap: Gap, response: str) -> str:
        named = {GAP: gap.id}
        if gap.type != "single_choice":
            return _element("text-entry-interaction", response_identifier=response, **named)
        choices = self._choices("inline-choice", _lettered(gap), in_line=True)
        return _element(
            "inline-choice-interaction", choices, response_identifier=response, shuffle=self._item.shuffled, **named
        )

    def matching(self) -> None:
        rights = {
            answer: f"R{place}"
            for place, answer in enumerate(dict.fromkeys(each.answer for each in self._item.pairs), 1)
        }
        lefts = [each for each in self._item.pairs if each.stem]
        pairs = [f"L{place} {rights[each.answer]}" for place, each in enumerate(lefts, start=1)]
        self._draft.responses.append(
            _response(RESPONSE, "multiple", "directedPair", pairs, dict.fromkeys(pairs, FULL), lower_bound="0")
        )
        sets = [
            [("L", place, each.stem, 1) for place, each in enumerate(lefts, start=1)],
            [("R", place, answer, 0) for place, answer in enumerate(rights, start=1)],
        ]
        inside = [
            _element(
                "simple-match-set",
                _lines(
                    [
                        _element(
                            "simple-associable-choice",
                            as_choice(text, self._pictures),
                            identifier=f"{side}{place}",
                            match_max=most,
                        )
                        for side, place, text, most in each
                    ]
                ),
            )
            for each in sets
        ]
        self._draft.body.append(
            _element(
                "match-interaction",
                _lines(inside),
                response_identifier=RESPONSE,
                shuffle=True,
                max_associations=len(lefts),
            )
        )
        self._draft.template = "map_response"

    def ordering(self) -> None:
        items = {f"I{place}": Answer(text) for place, text in enumerate(self._item.order, start=1)}
        self._draft.responses.append(_response(RESPONSE, "ordered", "identifier", list(items)))
        self._draft.body.append(
            _element(
                "order-interaction",
                self._choices("simple-choice", items),
                response_identifier=RESPONSE,
                shuffle=True,
                **{GRADING: self._item.grading},
            )
        )
        self._draft.template = "match_correct"

    def essay(self) -> None:
        self._draft.responses.append(_response(RESPONSE, "single", "string", []))
        self._draft.body.append(_element("extended-text-interaction", response_identifier=RESPONSE))

    def description(self) -> None:
        """A text that asks nothing has only its body."""


def _element(name: str, inside: str = "", **attributes: str | int | bool) -> str:
    return element(f"qti-{name}", inside, **attributes)


def _lines(pieces: list[str]) -> str:
    return "\n" + "\n".join(pieces) + "\n"


def _letter(place: int) -> str:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return letters[place] if place < len(letters) else f"A{place + 1}"


def _lettered(gap: Gap) -> dict[str, Answer]:
    return {_letter(place): each for place, each in enumerate(gap.answers)}


def _outcome(identifier: str, cardinality: str, base_type: str, default: str = "", **more: str) -> str:
    inside = _element("default-value", _element("value", default)) if default else ""
    return _element(
        "outcome-declaration", inside, identifier=identifier, cardinality=cardinality, base_type=base_type, **more
    )


def _response(
    identifier: str,
    cardinality: str,
    base_type: str,
    correct: list[str],
    points: Mapping[str, Fraction] | None = None,
    **bounds: str,
) -> str:
    inside = (
        _element("correct-response", "".join(_element("value", in_element(each)) for each in correct))
        if correct
        else ""
    )
    if points:
        entries = "".join(
            _element("map-entry", map_key=each, mapped_value=decimal_of(earned)) for each, earned in points.items()
        )
        inside += _element("mapping", entries, default_value="0", **bounds)
    return _element("response-declaration", inside, identifier=identifier, cardinality=cardinality, base_type=base_type)


def _is_mapped(gap: Gap) -> bool:
    """Whether points by value say all: nothing is said to answers, and none of them is more than a value."""
    return gap.type != "numerical" and not any(each.feedback or each.text.text == "*" for each in gap.answers)


def _mapped_texts(gap: Gap, response: str) -> str:
    """The declaration of a response that earns points by its value."""
    if gap.type == "single_choice":
        points = {each: answer.fraction * gap.weight for each, answer in _lettered(gap).items()}
        return _response(response, "single", "identifier", _right(gap), points)
    entries = "".join(
        _element(
            "map-entry",
            map_key=wildcard_free(each.text.text),
            mapped_value=decimal_of(each.fraction * gap.weight),
            case_sensitive=gap.case_sensitive,
        )
        for each in gap.answers
    )
    correct = "".join(_element("value", in_element(each)) for each in _right(gap))
    inside = _element("correct-response", correct) + _element("mapping", entries, default_value="0")
    return _element("response-declaration", inside, identifier=response, cardinality="single", base_type="string")


def _base_type(gap: Gap) -> str:
    return {"numerical": "float", "single_choice": "identifier"}.get(gap.type, "string")


def _right(gap: Gap) -> list[str]:
    """The answer that earns most, as it is declared right."""
    named = {each: answer for each, answer in _lettered(gap).items() if answer.text.text != "*"}
    best = max(named, key=lambda each: named[each].fraction, default=None)
    if best is None:
        return []
    return [best if gap.type == "single_choice" else wildcard_free(named[best].text.text)]


def _test(gap: Gap, response: str, place: int, answer: Answer) -> str:
    """The condition under which an answer was given."""
    variable, text = _variable(response), answer.text.text
    if gap.type == "single_choice":
        return _element("match", variable + _value("identifier", _letter(place - 1)))
    if text == "*":
        return _element("not", _element("is-null", variable))
    if gap.type == "short_answer":
        compared = variable + _value("string", wildcard_free(text))
        return _element("string-match", compared, case_sensitive=gap.case_sensitive)
    value = _value("float", text)
    if answer.tolerance in ("", "0"):
        return _element("equal", value + variable, tolerance_mode="exact")
    mode = "relative" if answer.relative else "absolute"
    return _element("equal", value + variable, tolerance_mode=mode, tolerance=f"{answer.tolerance} {answer.tolerance}")


def _variable(identifier: str) -> str:
    return _element("variable", identifier=identifier)


def _value(base_type: str, text: str) -> str:
    return _element("base-value", in_element(text), base_type=base_type)


def _set(outcome: str, expression: str) -> str:
    return _element("set-outcome-value", expression, identifier=outcome)


def _by_points(score: str, response: str) -> str:
    return _set(score, _element("map-response", identifier=response))


def _if_right() -> str:
    """What the template match_correct says."""
    test = _element("match", _variable(RESPONSE) + _element("correct", identifier=RESPONSE))
    return _element(
        "response-condition",
        _element("response-if", test + _set(SCORE, _value("float", "1")))
        + _element("response-else", _set(SCORE, _value("float", "0"))),
    )


_WRITERS: Mapping[str, Callable[[_Writer], None]] = {
    "single_choice": _Writer.single_choice,
    "multiple_response": _Writer.multiple_response,
    "true_false": _Writer.true_false,
    "numerical": _Writer.typed,
    "short_answer": _Writer.typed,
    "matching": _Writer.matching,
    "ordering": _Writer.ordering,
    "gap_fill": _Writer.gap_fill,
    "essay": _Writer.essay,
    "description": _Writer.description,
}
CARRIES = frozenset(_WRITERS)
