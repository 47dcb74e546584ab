"""From an item to a question in Moodle XML, as Moodle 4.5 and later exports it."""

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from html import escape, unescape

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from assessments.formats.category_paths import path_of
from assessments.formats.item import NO_TEXT, Answer, Gap, Item, Text, TextFormat
from assessments.formats.moodle.cloze import absolute_tolerance, without_marks, write_gaps
from assessments.formats.moodle.files import file_elements, with_places
from assessments.formats.question_names import name_from
from assessments.formats.shares import percent_of
from assessments.question_types.gaps import GAP

FORMATS = {
    TextFormat.HTML: "html",
    TextFormat.PLAIN: "plain_text",
    TextFormat.MARKDOWN: "markdown",
    TextFormat.MOODLE: "moodle_auto_format",
}
TYPES = {
    "single_choice": "multichoice",
    "multiple_response": "multichoice",
    "true_false": "truefalse",
    "short_answer": "shortanswer",
    "numerical": "numerical",
    "matching": "matching",
    "essay": "essay",
    "description": "description",
    "gap_fill": "cloze",
    "select_words": "gapselect",
    "ordering": "ordering",
}
GRADINGS = {
    "relative": "RELATIVE_NEXT_EXCLUDE_LAST",
    "all_or_nothing": "ALL_OR_NOTHING",
    "longest_run": "LONGEST_CONTIGUOUS_SUBSET",
    "longest_subset": "LONGEST_ORDERED_SUBSET",
}
# The shares that Moodle's lists offer. It refuses a file with another, or takes the nearest, as whoever imports says.
KNOWN_SHARES = {
    Fraction(0),
    *(Fraction(tenths, 10) for tenths in range(1, 11)),
    *(Fraction(1, parts) for parts in (3, 4, 5, 6, 7, 8, 9, 20)),
    *(Fraction(2, 3), Fraction(3, 4), Fraction(5, 6)),
}
SHARED = {"single_choice", "multiple_response", "short_answer", "numerical"}
# What XML 1.0 cannot hold in any way of writing.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_COMBINED = "".join(
    f'    <{tag} format="html">\n      <text></text>\n    </{tag}>\n'
    for tag in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
)


def written_question(item: Item) -> str:
    """Return the element of a question; Moodle's lists show nothing but its name, so it always gets one."""
    name = item.name or item.identifier or name_from(item.stem or item.text)
    return "".join(
        [
            f'  <question type="{TYPES[item.type]}">\n',
            f"    <name>\n      <text>{guarded(name)}</text>\n    </name>\n",
            _element("questiontext", asked(item), item),
            _element("generalfeedback", item.general_feedback, item),
            "" if item.type == "gap_fill" else f"    <defaultgrade>{int(item.type != 'description')}</defaultgrade>\n",
            "    <penalty>0.3333333</penalty>\n    <hidden>0</hidden>\n",
            f"    <idnumber>{guarded(item.identifier)}</idnumber>\n",
            _PARTS[item.type](item),
            *(_element("hint", each, item) for each in item.hints),
            _tags(item.tags),
            "  </question>\n",
        ]
    )


def written_category(path: Sequence[str]) -> str:
    """Return the element that files the questions after it under a path."""
    return (
        '  <question type="category">\n    <category>\n'
        f"      <text>{guarded(path_of(path))}</text>\n    </category>\n  </question>\n"
    )


def guarded(text: str) -> str:
    """Return a text as XML, in CDATA where it needs it; what XML cannot hold is left out."""
    text = _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if escape(text) == text:
        return text
    # The end of CDATA inside a text is cut in two.
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def lost_in(item: Item) -> list[str]:
    """Return what Moodle XML does not carry of an item, in sentences."""
    found = {
        _("The situation stands before the question, in one text with it."): bool(item.case),
        _("The criteria and the model answer stand in the information for graders."): bool(
            item.criteria or item.model_answer
        ),
        _("An option that stays last is shuffled with the others."): any(each.last for each in item.answers),
        _("Answers to match and words to select have no markup and no pictures."): any(
            each.format != TextFormat.PLAIN for each in [*(pair.answer for pair in item.pairs), *item.words]
        ),
        _("Moodle tells ё from е."): _ignores_yo(item),
        _("Moodle does not know a share of %(shares)s %% and takes the nearest one.")
        % {"shares": ", ".join(_unknown_shares(item))}: bool(_unknown_shares(item)),
    }
    return [sentence for sentence, is_so in found.items() if is_so]


def asked(item: Item) -> Text:
    """Return what stands in the text of the question: the situation, what is asked, and the text with gaps."""
    head = joined(item.case, item.stem)
    if not item.gaps:
        return joined(head, item.text)
    whole = joined(Text(without_marks(head.text, head.format), head.format), item.text)
    written = write_gaps(whole, item.gaps) if item.type == "gap_fill" else _numbered(whole, item)
    return Text(written, whole.format)


def joined(first: Text, second: Text) -> Text:
    """Return two texts as one with a blank paragraph between them; HTML when their formats differ."""
    if not first or not second:
        return first or second
    if first.format == second.format != TextFormat.HTML:
        return Text(f"{first.text}\n\n{second.text}", first.format)
    return Text(f"{_as_html(first)}\n<p>&nbsp;</p>\n{_as_html(second)}", TextFormat.HTML)


def graders_information(item: Item) -> Text:
    """Return what whoever marks an essay reads: the rubric, the criteria with their points, the model answer."""
    criteria = "\n".join(
        _("%(criterion)s (points: %(points)s)") % {"criterion": _plain(each.text), "points": each.points}
        for each in item.criteria
    )
    return joined(joined(item.rubric, Text(criteria)), item.model_answer)


def _as_html(text: Text) -> str:
    if text.format == TextFormat.HTML:
        return text.text
    lines = text.text if text.format == TextFormat.MOODLE else escape(text.text, quote=False)
    return lines.replace("\n", "<br>\n")


def _plain(text: Text) -> str:
    return text.text if text.format == TextFormat.PLAIN else unescape(strip_tags(text.text)).strip()


def _element(tag: str, text: Text, item: Item, inside: str = "", attributes: str = "") -> str:
    """An element with a text, the pictures in it, and more behind them."""
    words, names = with_places(text.text, item.files)
    how = "html" if text == NO_TEXT else FORMATS[text.format]
    return (
        f'    <{tag}{attributes} format="{how}">\n      <text>{guarded(words)}</text>\n'
        f"{file_elements(names, item.files)}{inside}    </{tag}>\n"
    )


def _answer(answer: Answer, item: Item, inside: str = "") -> str:
    feedback = _element("feedback", answer.feedback, item)
    share = f' fraction="{percent_of(answer.fraction)}"'
    return _element("answer", answer.text, item, feedback + inside, share)


def _tags(tags: Sequence[str]) -> str:
    if not tags:
        return ""
    inside = "".join(f"      <tag><text>{guarded(each)}</text></tag>\n" for each in tags)
    return f"    <tags>\n{inside}    </tags>\n"


def _answers(item: Item) -> str:
    return "".join(_answer(each, item) for each in item.answers)


def _choice(item: Item) -> str:
    return (
        f"    <single>{str(item.type == 'single_choice').lower()}</single>\n"
        f"    <shuffleanswers>{str(item.shuffled).lower()}</shuffleanswers>\n"
        "    <answernumbering>abc</answernumbering>\n    <showstandardinstruction>0</showstandardinstruction>\n"
        f"{_COMBINED}{_answers(item)}"
    )


def _short_answer(item: Item) -> str:
    return f"    <usecase>{int(item.case_sensitive)}</usecase>\n{_answers(item)}"


def _numerical(item: Item) -> str:
    answers = "".join(
        _answer(each, item, f"      <tolerance>{absolute_tolerance(each) or '0'}</tolerance>\n")
        for each in item.answers
    )
    if not item.unit:
        return f"{answers}    <unitgradingtype>0</unitgradingtype>\n    <showunits>3</showunits>\n"
    return (
        f"{answers}    <units>\n      <unit>\n        <multiplier>1</multiplier>\n"
        f"        <unit_name>{guarded(item.unit)}</unit_name>\n      </unit>\n    </units>\n"
        "    <unitgradingtype>0</unitgradingtype>\n    <showunits>0</showunits>\n    <unitsleft>0</unitsleft>\n"
    )


def _matching(item: Item) -> str:
    pairs = "".join(
        _element(
            "subquestion",
            each.stem,
            item,
            f"      <answer>\n        <text>{guarded(_plain(each.answer))}</text>\n      </answer>\n",
        )
        for each in item.pairs
    )
    return f"    <shuffleanswers>{str(item.shuffled).lower()}</shuffleanswers>\n{_COMBINED}{pairs}"


def _essay(item: Item) -> str:
    return (
        "    <responseformat>editor</responseformat>\n    <responserequired>1</responserequired>\n"
        "    <responsefieldlines>15</responsefieldlines>\n"
        "    <attachments>0</attachments>\n    <attachmentsrequired>0</attachmentsrequired>\n"
        f"{_element('graderinfo', graders_information(item), item)}{_element('responsetemplate', NO_TEXT, item)}"
    )


def _ordering(item: Item) -> str:
    answers = "".join(
        _element("answer", each, item, attributes=f' fraction="{place}.0000000"')
        for place, each in enumerate(item.order, start=1)
    )
    return (
        "    <layouttype>VERTICAL</layouttype>\n    <selecttype>ALL</selecttype>\n"
        f"    <selectcount>{len(item.order)}</selectcount>\n    <gradingtype>{GRADINGS[item.grading]}</gradingtype>\n"
        f"    <showgrading>SHOW</showgrading>\n    <numberingstyle>none</numberingstyle>\n{_COMBINED}{answers}"
    )


def _select_words(item: Item) -> str:
    options = "".join(
        f"    <selectoption>\n      <text>{guarded(_plain(item.words[place]))}</text>\n"
        f"      <group>{group}</group>\n    </selectoption>\n"
        for place, group in _boxes(item)
    )
    return f"    <shuffleanswers>1</shuffleanswers>\n{_COMBINED}{options}"


def _groups(item: Item) -> dict[tuple[int, ...], int]:
    """The numbers of the groups from which gaps offer, by the places of what is offered."""
    offered = dict.fromkeys(_offered(gap, item) for gap in item.gaps)
    return {places: number for number, places in enumerate(offered, start=1)}


def _offered(gap: Gap, item: Item) -> tuple[int, ...]:
    return tuple(sorted(gap.offered)) or tuple(range(len(item.words)))


def _boxes(item: Item) -> list[tuple[int, int]]:
    """Place and group of each choice: a word stands once in each of its groups, or in one that no gap offers."""
    groups = _groups(item)
    return [
        (place, group)
        for place in range(len(item.words))
        for group in [number for places, number in groups.items() if place in places] or [len(groups) + 1]
    ]


def _numbered(text: Text, item: Item) -> str:
    """A text with the number of the right choice in each gap."""
    groups = _groups(item)
    numbers = {box: number for number, box in enumerate(_boxes(item), start=1)}
    marks = {gap.id: f"[[{numbers[gap.right, groups[_offered(gap, item)]]}]]" for gap in item.gaps}
    return GAP.sub(lambda found: marks.get(found[1], found[0]), text.text)


def _ignores_yo(item: Item) -> bool:
    typed = [*item.answers] if item.type == "short_answer" else []
    typed += [each for gap in item.gaps if gap.type == "short_answer" for each in gap.answers]
    return not item.yo_sensitive and any("ё" in each.text.text.casefold() for each in typed)


def _unknown_shares(item: Item) -> list[str]:
    answers = item.answers if item.type in SHARED else ()
    return list(dict.fromkeys(percent_of(each.fraction) for each in answers if abs(each.fraction) not in KNOWN_SHARES))


def _nothing(_item: Item) -> str:
    return ""


_PARTS: dict[str, Callable[[Item], str]] = {
    "single_choice": _choice,
    "multiple_response": _choice,
    "true_false": _answers,
    "short_answer": _short_answer,
    "numerical": _numerical,
    "matching": _matching,
    "essay": _essay,
    "description": _nothing,
    "gap_fill": _nothing,
    "select_words": _select_words,
    "ordering": _ordering,
}
