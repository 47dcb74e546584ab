"""From an `item` of QTI 1.2 to a question, by its type: what it says of itself, else what it asks for."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from html import escape
from math import gcd, lcm
from typing import Any

from django.utils.translation import gettext as _

from assessments.formats.item import NO_TEXT, Answer, Gap, Item, Pair, Text, TextFormat
from assessments.formats.qti12.blackboard import in_columns
from assessments.formats.qti12.feedback import Feedback, feedback_in
from assessments.formats.qti12.material import RESPONSES, text_of, together, words_of
from assessments.formats.qti12.numbers import ranges_in
from assessments.formats.qti12.responses import Option, Response, responses_in
from assessments.formats.qti12.scoring import Marking, marking_in, share
from core.errors import FormatError
from core.xml import Node

ALL, NOTHING = Fraction(1), Fraction(0)
# A hundred in three parts of 33.33 is a hundred.
ALMOST = Fraction(99, 100)
ANYTHING = Text("*")
PLACE = re.compile(r"[0-9]{1,6}")
GAP_ID = re.compile(r"[\w.-]{1,40}")
HEAVIEST = 100
TRUE_WORDS = frozenset({"true", "t", "верно", "правда", "истина", "праўда", "правільна"})
FALSE_WORDS = frozenset({"false", "f", "неверно", "ложь", "неправда", "няпраўда", "няправільна"})

CANVAS = {
    "multiple_choice_question": "single_choice",
    "true_false_question": "true_false",
    "multiple_answers_question": "multiple_response",
    "short_answer_question": "short_answer",
    "fill_in_multiple_blanks_question": "blanks",
    "multiple_dropdowns_question": "blanks",
    "matching_question": "matching",
    "numerical_question": "numerical",
    "essay_question": "essay",
    "text_only_question": "description",
}
COMMON_CARTRIDGE = {
    "cc.multiple_choice": "single_choice",
    "cc.true_false": "true_false",
    "cc.multiple_response": "multiple_response",
    "cc.fib": "short_answer",
    "cc.pattern_match": "short_answer",
    "cc.essay": "essay",
}
# How plain QTI 1.2 calls an essay, which else looks like a short answer that nobody can get right.
ESSAYS = frozenset({"essay", "short response"})
BLACKBOARD = ESSAYS | {
    "multiple choice",
    "true/false",
    "multiple answer",
    "fill in the blank",
    "fill in the blank plus",
    "numeric",
    "matching",
    "ordering",
}


@dataclass
class Question:
    """What stands in an `item`, before it is known what type of question it is."""

    node: Node
    name: str
    metadata: Mapping[str, str]
    stem: Text
    responses: tuple[Response, ...]
    marking: Marking
    feedback: Feedback
    warnings: list[str] = field(default_factory=list)

    @property
    def only(self) -> Response:
        """The one place for an answer; raises FormatError when there is none, or more."""
        if len(self.responses) != 1:
            raise FormatError(
                _("The question needs one place for an answer and has %(count)s.") % {"count": len(self.responses)}
            )
        return self.responses[0]

    @property
    def is_alone(self) -> bool:
        """Whether there is one place for an answer only, so that every test is about it."""
        return len(self.responses) == 1

    def highest(self, best: Fraction) -> Fraction:
        """Return the score that counts as all; `best` is the best that an answer can have.

        Raises FormatError when no answer earns anything.
        """
        if best <= 0:
            raise FormatError(_("No answer of the question earns points."))
        if self.is_alone and best < self.marking.declared * ALMOST:
            self.warnings.append(_("No answer earns all points; the best one counts as all right."))
        return best


def metadata_in(node: Node) -> dict[str, str]:
    """Return the fields of `qtimetadata` directly in an element or in its `itemmetadata`, names in small letters."""
    places = [node, *(each for each in node.children() if each.tag == "itemmetadata")]
    parts = [part for place in places for part in place.children()]
    fields = [each for part in parts if part.tag == "qtimetadata" for each in part.within("qtimetadatafield")]
    named = {each.words("fieldlabel").strip().lower(): each.words("fieldentry").strip() for each in fields}
    plain = {each.tag: (each.text or "").strip() for each in parts if each.tag.startswith(("qmd_", "bbmd_"))}
    return {**plain, **named}


def item_of(node: Node, category: tuple[str, ...]) -> Item:
    """Return the question in an `item`; raises FormatError, with its line, when it cannot be taken over."""
    warnings: list[str] = []
    metadata = metadata_in(node)
    _refuse_by_name(node, metadata)
    presentation = node.child("presentation")
    presentation = Node("presentation") if presentation is None else presentation
    stem, responses = _asked(presentation, warnings)
    marking = marking_in(node, {each.ident: each.cardinality for each in responses})
    options = [option.ident for each in responses for option in each.options]
    question = Question(
        node=node,
        name=node.get("title", "").strip(),
        metadata=metadata,
        stem=stem,
        responses=responses,
        marking=marking,
        feedback=feedback_in(node, marking, options, warnings),
        warnings=warnings,
    )
    _note_points_together(question)
    kind = _kind(question)
    _gather_stem(question, kind)
    fields = _KINDS[kind](question)
    _note_unused(question, fields.get("type", kind))
    given = {"type": kind, "stem": question.stem, **_common(question), **fields}
    topic = metadata.get("cc_question_category", "")
    return Item(
        **given,
        name=question.name,
        category=(*category, topic) if topic else category,
        line=node.line,
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _gather_stem(question: Question, kind: str) -> None:
    """Some programs write the question, or a part of it, where its answers are."""
    if kind not in {"matching", "blanks", "gaps"}:
        inside = [text for each in question.responses for text in (each.label, each.inside)]
        question.stem = together([question.stem, *inside])
    elif any(each.inside for each in question.responses):
        question.warnings.append(_("“%(element)s” was left out of a text.") % {"element": "render_fib"})


def _refuse_by_name(node: Node, metadata: Mapping[str, str]) -> None:
    named = metadata.get("question_type") or metadata.get("bbmd_questiontype") or ""
    if named and named not in CANVAS and named.lower() not in BLACKBOARD:
        raise FormatError(_("Questions of the type %(type)s cannot be taken over.") % {"type": named[:60]}, node.line)
    extension = node.child("itemproc_extension")
    if extension is not None:
        raise FormatError(_("“%(element)s” cannot be taken over.") % {"element": extension.tag}, extension.line)


def _common(question: Question) -> dict[str, Any]:
    feedback = question.feedback
    return {
        "general_feedback": together([*feedback.general, *feedback.solutions]),
        "hints": tuple(feedback.hints),
        "shuffled": all(each.shuffled for each in question.responses),
    }


def _asked(presentation: Node, warnings: list[str]) -> tuple[Text, tuple[Response, ...]]:
    """The question, and the places for answers."""
    responses = responses_in(presentation, warnings)
    return in_columns(presentation, responses, warnings) or (
        text_of(presentation, warnings, without=RESPONSES),
        responses,
    )


def _note_points_together(question: Question) -> None:
    """Say it when a file gives all points or none where the academy gives points for parts."""
    of_parts = any(len(each.condition.asked()) > 1 for each in question.marking.earning)
    of_options = any(each.cardinality == "multiple" for each in question.responses) and any(
        not each.condition.is_plain for each in question.marking.earning
    )
    if of_parts or (of_options and "question_type" not in question.metadata):
        question.warnings.append(
            _("The file gives all points or none for this question; here a part of the right answers earns a part.")
        )


def _note_unused(question: Question, kind: str) -> None:
    """Say what is said to right or wrong answers as a whole where the academy has no place for it."""
    has_place = kind in {"single_choice", "true_false", "short_answer", "numerical"}
    if not has_place and (question.feedback.right or question.feedback.wrong):
        question.warnings.append(_("What is said to a right or a wrong answer as a whole was left out."))
    told = {"single_choice", "true_false", "multiple_response", "short_answer", "numerical", "gap_fill"}
    if kind not in told and question.feedback.answers:
        question.warnings.append(_("What is said to single answers was left out."))
    if kind != "essay" and question.node.child("rubric") is not None:
        question.warnings.append(_("“%(element)s” was left out of a text.") % {"element": "rubric"})


def _kind(question: Question) -> str:
    canvas = CANVAS.get(question.metadata.get("question_type", ""))
    profile = question.metadata.get("cc_profile", "").rpartition(".")[0].lower()
    named = canvas or COMMON_CARTRIDGE.get(profile)
    # Programs call matchings and texts with several gaps cc.pattern_match too.
    if named and (canvas or named == "essay" or question.is_alone):
        return named
    if not question.responses:
        return "description"
    return _kind_of_one(question, question.only) if question.is_alone else _kind_of_many(question)


def _kind_of_one(question: Question, response: Response) -> str:
    if response.options:
        by_cardinality = {"multiple": "multiple_response", "ordered": "ordering"}
        return by_cardinality.get(response.cardinality) or ("true_false" if _truths(response) else "single_choice")
    types = {question.metadata.get(each, "").lower() for each in ("qmd_itemtype", "bbmd_questiontype")}
    if types & ESSAYS or not question.marking.earning:
        return "essay"
    is_range = any(
        each.kind.startswith(("vargt", "varlt"))
        for rule in question.marking.earning
        for each in rule.condition.leaves()
    )
    return "numerical" if response.is_number or is_range else "short_answer"


def _kind_of_many(question: Question) -> str:
    offered = {tuple(option.text for option in each.options) for each in question.responses}
    return (
        "matching"
        if len(offered) == 1 and offered != {()} and all(each.label for each in question.responses)
        else "gaps"
    )


def _single(question: Question) -> dict[str, Any]:
    response = question.only
    scores = {each.ident: question.marking.score({each.ident}) for each in _options(response)}
    highest = question.highest(max(scores.values()))
    fractions = {name: share(max(score, -highest), highest) for name, score in scores.items()}
    return {
        "answers": tuple(
            Answer(
                each.text,
                fractions[each.ident],
                question.feedback.about(each.ident, is_right=fractions[each.ident] == ALL),
                last=each in _staying(response),
            )
            for each in response.options
        )
    }


def _truths(response: Response) -> dict[str, str]:
    """`true` and `false` by option; nothing when it is not these two that are offered."""
    words = {each.ident: words_of(each.text).strip(" .!").casefold() for each in response.options}
    found = {
        name: "true" if word in TRUE_WORDS else "false"
        for name, word in words.items()
        if word in TRUE_WORDS | FALSE_WORDS
    }
    return found if len(response.options) == len(found) and set(found.values()) == {"true", "false"} else {}


def _true_false(question: Question) -> dict[str, Any]:
    fields, truths = _single(question), _truths(question.only)
    right = sum(each.fraction > 0 for each in fields["answers"])
    if not truths or right != 1:
        return {"type": "single_choice", **fields}
    named = zip(question.only.options, fields["answers"], strict=True)
    return {
        "answers": tuple(
            Answer(Text(truths[option.ident]), ALL if answer.fraction > 0 else NOTHING, answer.feedback)
            for option, answer in named
        )
    }


def _options(response: Response) -> tuple[Option, ...]:
    if not response.options:
        raise FormatError(_("The question has no answers to choose from."))
    if not all(each.text for each in response.options):
        raise FormatError(_("An answer of the question has no text."))
    if len({each.ident for each in response.options}) < len(response.options):
        raise FormatError(_("Two answers of the question have the same name in the file."))
    return response.options


def _staying(response: Response) -> list[Option]:
    """The options at the end that keep their places while others move."""
    moving = [place for place, each in enumerate(response.options) if not each.stays]
    return list(response.options[moving[-1] + 1 :]) if moving else []


def _multiple(question: Question) -> dict[str, Any]:
    response, earning = question.only, question.marking.earning
    names = [each.ident for each in _options(response)]
    together_only = any(not each.condition.is_plain for each in earning)
    fractions = _shares(question, names) if together_only else _own_scores(question, names)
    return {
        "answers": tuple(
            Answer(
                each.text, fractions[each.ident], question.feedback.about(each.ident), last=each in _staying(response)
            )
            for each in response.options
        )
    }


def _own_scores(question: Question, names: list[str]) -> dict[str, Fraction]:
    """What each option earns when each has a rule of its own."""
    nothing = question.marking.score(frozenset())
    scores = {name: question.marking.score({name}) - nothing for name in names}
    best = question.marking.score({name for name, score in scores.items() if score > 0})
    highest = question.highest(best)
    return {name: share(min(highest, max(score, -highest)), highest) for name, score in scores.items()}


def _shares(question: Question, names: list[str]) -> dict[str, Fraction]:
    """The right options share the points, and a wrong one takes off one such share, as Canvas marks."""
    best = max((each.value for each in question.marking.earning), default=NOTHING)
    question.highest(best)
    leaves = {each.value for rule in question.marking.earning for each in rule.condition.leaves()}
    right = leaves & set(names)
    if not right:
        raise FormatError(_("No answer of the question earns points."))
    part = Fraction(1, len(right))
    return {name: part if name in right else -part for name in names}


def _short(question: Question) -> dict[str, Any]:
    response = question.only
    tests = question.marking.tests(response.ident, alone=True)
    wrong = tuple(filter(None, [together(question.feedback.wrong)]))
    return {
        "answers": _accepted(question, response) + tuple(Answer(ANYTHING, NOTHING, each) for each in wrong),
        "case_sensitive": any(each.exact_case for each in tests),
    }


def _accepted(question: Question, response: Response) -> tuple[Answer, ...]:
    """The texts that earn something, and those to which something is said."""
    tests = question.marking.tests(response.ident, alone=question.is_alone)
    highest = question.highest(max(tests.values(), default=NOTHING))
    scores: dict[str, Fraction] = {}
    for each, score in tests.items():
        text = _pattern(each.kind, each.value)
        scores[text] = max(score, scores.get(text, score))
    feedback = {_pattern("varequal", text): text for text in question.feedback.answers} if question.is_alone else {}
    answers = [
        Answer(
            Text(text),
            share(score, highest),
            question.feedback.about(feedback.get(text, text), is_right=score == highest),
        )
        for text, score in scores.items()
        if text
    ]
    others = [
        Answer(Text(text), NOTHING, question.feedback.about(value))
        for text, value in feedback.items()
        if text not in scores
    ]
    return (*answers, *(each for each in others if each.text and each.feedback))


def _pattern(kind: str, text: str) -> str:
    if kind == "varsubset":
        raise FormatError(_("“%(element)s” cannot be taken over.") % {"element": kind})
    escaped = text.replace("*", "\\*")
    if kind == "varequal" or not text:
        return escaped
    # Some programs write ^ before what has to stand at the beginning.
    return f"{escaped[1:]}*" if escaped.startswith("^") else f"*{escaped}*"


def _number(question: Question) -> dict[str, Any]:
    answers = _numbers(question, question.only)
    wrong = together(question.feedback.wrong)
    return {"answers": answers + ((Answer(ANYTHING, NOTHING, wrong),) if wrong else ())}


def _numbers(question: Question, response: Response) -> tuple[Answer, ...]:
    rules = [
        (rule, rule.condition.concerning(response.ident, alone=question.is_alone)) for rule in question.marking.earning
    ]
    highest = question.highest(max((rule.value for rule, condition in rules if condition is not None), default=NOTHING))
    found: dict[str, Answer] = {}
    for rule, condition in rules:
        for each in ranges_in(condition) if condition is not None else ():
            if each.is_open:
                question.warnings.append(_("An end of a range that does not count itself counts here."))
            middle, tolerance = each.middle_and_tolerance()
            told = question.feedback.shown_by(rule)
            found.setdefault(f"{middle}±{tolerance}", Answer(Text(middle), share(rule.value, highest), told, tolerance))
    return tuple(found.values())


def _essay(question: Question) -> dict[str, Any]:
    feedback = question.feedback
    rubric = [text_of(each, question.warnings) for each in question.node.children() if each.tag == "rubric"]
    return {
        "rubric": together(rubric),
        "model_answer": together(feedback.solutions),
        "general_feedback": together(feedback.general),
    }


def _description(question: Question) -> dict[str, Any]:
    return {"stem": question.stem or Text(question.name)}


def _ordering(question: Question) -> dict[str, Any]:
    response = question.only
    texts = {each.ident: each.text for each in _options(response)}
    leaves = [each for rule in question.marking.earning for each in rule.condition.leaves()]
    if {each.response for each in leaves} <= set(texts):
        # Brightspace tests which place each answer has.
        leaves = [replace(each, place=each.value, value=each.response) for each in leaves]
    if leaves and all(PLACE.fullmatch(each.place.strip()) for each in leaves):
        leaves = sorted(leaves, key=lambda leaf: int(leaf.place))
    order = list(dict.fromkeys(each.value for each in leaves if each.value in texts))
    if len(order) < len(texts):
        raise FormatError(_("The file does not say the right place of every answer."))
    graded = "all_or_nothing" if len(question.marking.earning) == 1 else "relative"
    return {"order": tuple(texts[each] for each in order), "grading": graded}


def _matching(question: Question) -> dict[str, Any]:
    offered: dict[Text, None] = {}
    pairs: list[Pair] = []
    values: set[Fraction] = set()
    for response in question.responses:
        texts = {each.ident: each.text for each in _options(response)}
        offered.update(dict.fromkeys(texts.values()))
        right = {each.value: score for each, score in _tests(question, response).items() if each.value in texts}
        if len(right) != 1:
            raise FormatError(
                _("The file does not say what belongs to “%(text)s”.") % {"text": response.label.text[:80]}
            )
        [(name, score)] = right.items()
        pairs.append(Pair(response.label, texts[name]))
        values.add(score)
    if len(values) > 1:
        question.warnings.append(
            _("The parts of this question earn different points in the file; here each earns the same.")
        )
    used = {each.answer for each in pairs}
    return {"pairs": (*pairs, *(Pair(NO_TEXT, each) for each in offered if each not in used))}


def _tests(question: Question, response: Response) -> dict[Any, Fraction]:
    return dict(question.marking.tests(response.ident, alone=question.is_alone))


def _blanks(question: Question) -> dict[str, Any]:
    """A text of Canvas with `[name]` where a gap is; the label of each response is the name of its gap."""
    names = [each.label.text or each.ident.removeprefix("response_") for each in question.responses]
    if not names or len(set(names)) < len(names):
        raise FormatError(_("The text of the question has no gaps, or two of the same name."))
    text, gaps = question.stem, list[Gap]()
    is_typed = question.metadata.get("question_type") == "fill_in_multiple_blanks_question"
    for number, (name, response) in enumerate(zip(names, question.responses, strict=True), start=1):
        ident = name if GAP_ID.fullmatch(name) else f"gap-{number}"
        text = _with_gap(question, text, name, ident)
        listed = any(each.is_listed for each in response.options)
        gaps.append((_typed_gap if is_typed and not listed else _chosen_gap)(question, response, ident))
    return {"type": "gap_fill", "stem": NO_TEXT, "text": text, "gaps": _weighted(question, gaps)}


def _weighted(question: Question, gaps: list[Gap]) -> tuple[Gap, ...]:
    """The gaps with the weights that their points in the file give them."""
    best = [max(_tests(question, each).values(), default=NOTHING) for each in question.responses]
    if len(set(best)) == 1 or not all(best):
        return tuple(gaps)
    unit = Fraction(gcd(*(each.numerator for each in best)), lcm(*(each.denominator for each in best)))
    weights = [int(each / unit) for each in best]
    if max(weights) > HEAVIEST:
        question.warnings.append(
            _("The parts of this question earn different points in the file; here each earns the same.")
        )
        return tuple(gaps)
    return tuple(replace(gap, weight=weight) for gap, weight in zip(gaps, weights, strict=True))


def _with_gap(question: Question, text: Text, name: str, ident: str) -> Text:
    found = next((each for each in (f"[{name}]", f"[{escape(name)}]") if each in text.text), None)
    if found is None:
        question.warnings.append(
            _("[%(name)s] does not stand in the text; its gap was put at the end.") % {"name": name[:60]}
        )
        return Text(f"{text.text} [[{ident}]]", text.format)
    if text.text.count(found) > 1:
        question.warnings.append(
            _("[%(name)s] stands in the text more than once; the first became the gap.") % {"name": name[:60]}
        )
    return Text(text.text.replace(found, f"[[{ident}]]", 1), text.format)


def _typed_gap(question: Question, response: Response, ident: str) -> Gap:
    """A gap to type in: everything that Canvas lists for it is right."""
    known = {each.ident for each in response.options}
    accepted = {
        _pattern(each.kind, each.value): NO_TEXT
        for each in _tests(question, response)
        if each.value and each.value not in known
    }
    for option in response.options:
        accepted[_pattern(_comparison(option), words_of(option.text))] = question.feedback.about(option.ident)
    accepted.pop("", None)
    if not accepted:
        raise FormatError(_("No answer of the question earns points."))
    answers = tuple(Answer(Text(text), ALL, told) for text, told in accepted.items())
    return Gap(ident, "short_answer", answers)


def _comparison(option: Option) -> str:
    """How New Quizzes compare: containing the text, or something that is not known here."""
    if option.scoring in {"TextRegex", "TextCloseEnough"}:
        raise FormatError(_("“%(element)s” cannot be taken over.") % {"element": option.scoring})
    return "varsubstring" if option.scoring == "TextContainsAnswer" else "varequal"


def _chosen_gap(question: Question, response: Response, ident: str) -> Gap:
    scores = {each.value: score for each, score in _tests(question, response).items()}
    options = _options(response)
    highest = question.highest(max((scores.get(each.ident, NOTHING) for each in options), default=NOTHING))
    answers = tuple(
        Answer(each.text, share(scores.get(each.ident, NOTHING), highest), question.feedback.about(each.ident))
        for each in options
    )
    return Gap(ident, "single_choice", answers)


def _gaps(question: Question) -> dict[str, Any]:
    """Several answers in one question: each becomes a gap where it stands in the text, behind its label."""
    names = {each.ident: f"g{number}" for number, each in enumerate(question.responses, start=1)}
    is_labelled = all(each.label for each in question.responses)
    text = _with_labels(question, names) if is_labelled else _with_places(question, names)
    return {
        "type": "gap_fill",
        "stem": question.stem if is_labelled else NO_TEXT,
        "text": text,
        "gaps": _weighted(question, [_gap(question, each, names[each.ident]) for each in question.responses]),
    }


def _with_places(question: Question, names: Mapping[str, str]) -> Text:
    """The text with its gaps where `[ident]` stands for them, as Blackboard writes, else where the responses stand."""
    text = question.stem
    if not all(f"[{each}]" in text.text for each in names):
        return text_of(question.node.child("presentation"), question.warnings, dict(names))
    for ident, gap in names.items():
        text = _with_gap(question, text, ident, gap)
    return text


def _with_labels(question: Question, names: Mapping[str, str]) -> Text:
    lines = [(each.label, f"[[{names[each.ident]}]]") for each in question.responses]
    if any(label.format == TextFormat.HTML for label, _gap in lines):
        shown = (
            label.text if label.format == TextFormat.HTML else escape(label.text, quote=False) for label, _gap in lines
        )
        return Text(
            "".join(f"<p>{label} {gap}</p>" for label, (_label, gap) in zip(shown, lines, strict=True)), TextFormat.HTML
        )
    return Text("\n".join(f"{label.text} {gap}" for label, gap in lines))


def _gap(question: Question, response: Response, ident: str) -> Gap:
    if response.options:
        return _chosen_gap(question, response, ident)
    if response.is_number:
        return Gap(ident, "numerical", _numbers(question, response))
    exact = any(each.exact_case for each in _tests(question, response))
    return Gap(ident, "short_answer", _accepted(question, response), case_sensitive=exact)


_KINDS: Mapping[str, Callable[[Question], dict[str, Any]]] = {
    "single_choice": _single,
    "true_false": _true_false,
    "multiple_response": _multiple,
    "short_answer": _short,
    "numerical": _number,
    "essay": _essay,
    "description": _description,
    "ordering": _ordering,
    "matching": _matching,
    "blanks": _blanks,
    "gaps": _gaps,
}
