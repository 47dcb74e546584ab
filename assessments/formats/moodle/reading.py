"""From a question in Moodle XML to an item, as Moodle's own importer understands it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from assessments.formats.decimals import distance_in, number_in, percent_in
from assessments.formats.item import NO_TEXT, Answer, Gap, Item, Pair, Text, TextFormat
from assessments.formats.moodle.cloze import read_gaps, read_html, without_marks
from assessments.formats.moodle.files import Pictures
from assessments.question_types.gaps import GAP, MOST
from core.errors import FormatError
from core.xml import Node, markup

FORMATS = {
    "html": TextFormat.HTML,
    "plain_text": TextFormat.PLAIN,
    "markdown": TextFormat.MARKDOWN,
    "moodle_auto_format": TextFormat.MOODLE,
    "wiki_like": TextFormat.MOODLE,  # Moodle has given it up and shows what is in it
}
# By name, and by the number that it is in Moodle's table.
GRADINGS = {
    **dict.fromkeys(("", "RELATIVE_NEXT_EXCLUDE_LAST", "RELATIVE", "REL", "1"), "relative"),
    **dict.fromkeys(("ALL_OR_NOTHING", "-1"), "all_or_nothing"),
    **dict.fromkeys(("LONGEST_CONTIGUOUS_SUBSET", "6"), "longest_run"),
    **dict.fromkeys(("LONGEST_ORDERED_SUBSET", "5"), "longest_subset"),
}
# What Moodle puts in itself, in the languages that are spoken here.
STOCK = {
    *("your answer is correct", "your answer is partially correct", "your answer is incorrect"),
    *("ваш ответ верный", "ваш ответ частично правильный", "ваш ответ неправильный"),
    *("ваш адказ правільны", "ваш адказ часткова правільны", "ваш адказ няправільны"),
}
COMBINED = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
SPACE = " \t\n\r\0\x0b"  # what Moodle cuts off a text; a no-break space stays
FULL = Fraction(1)
LONGEST_QUOTE = 300


@dataclass
class Source:
    """A question in the file: its texts with their pictures, and what there is to be said about it."""

    node: Node
    format: TextFormat = TextFormat.HTML
    pictures: Pictures = field(default_factory=Pictures)
    warnings: list[str] = field(default_factory=list)

    def text(self, holder: Node | None, default: TextFormat | None = None) -> Text:
        """Return the text of an element that says its format; that of the question's text counts if it does not."""
        if holder is None:
            return NO_TEXT
        words = self.pictures.named_plainly(content_of(holder), holder)
        named = holder.get("format")
        how = FORMATS.get(named.strip(), TextFormat.HTML) if named is not None else default or self.format
        return Text(words, how) if words else NO_TEXT

    def child(self, tag: str) -> Text:
        """Return the text of an element of the question."""
        return self.text(self.node.child(tag))

    def value(self, tag: str, default: str = "") -> str:
        """Return what stands in a simple element of the question; the default when there is no such element."""
        found = self.node.child(tag)
        return default if found is None else "".join(found.itertext()).strip()

    def is_on(self, tag: str, default: str) -> bool:
        """Whether a setting is on, as Moodle reads it."""
        return self.value(tag, default) not in ("false", "0", "")

    def warn(self, sentence: str) -> None:
        self.warnings.append(sentence)

    def all(self, tag: str) -> list[Node]:
        """Every element of that name directly in the question; raises FormatError when there is none."""
        found = self.node.children(tag)
        if not found:
            raise FormatError(_("The question has no answers."), self.node.line)
        return found


def read_question(node: Node, category: tuple[str, ...]) -> Item:
    """Return the item that a question element describes.

    Raises FormatError, with the line of the question or of what is wrong in it, when the academy has no such type of
    question or it could not be marked.
    """
    named = node.get("type", "").strip()
    if named not in _READERS:
        raise FormatError(
            _("Questions of the type “%(type)s” cannot be taken over (“%(name)s”).")
            % {"type": named, "name": _name(node)[:80]},
            node.line,
        )
    source = Source(node)
    source.pictures.named_plainly("", node)  # files beside the texts, as some programs write them
    stem = _stem(source)
    common: dict[str, Any] = {
        "name": _name(node),
        "stem": stem,
        "general_feedback": source.child("generalfeedback"),
        "hints": tuple(filter(None, (_hint(source, each) for each in node.children("hint")))),
        "tags": _tags(node),
        "identifier": source.value("idnumber"),
        "category": category,
    }
    type_of, parts = _READERS[named]
    common |= parts(source, stem)
    common.setdefault("type", type_of)
    _say_what_is_lost(source)
    return Item(
        **common,
        line=node.line,
        warnings=(*source.warnings, *source.pictures.warnings()),
        files=source.pictures.files(),
    )


def content_of(holder: Node) -> str:
    """Return what stands in the text of an element: that of a `text` inside it, else its own, as old files have it."""
    inside = holder.child("text")
    if inside is None:
        return (holder.text or "").strip(SPACE)
    return (markup(inside) if len(inside) else inside.text or "").strip(SPACE)


def _name(node: Node) -> str:
    name = node.child("name")
    return "" if name is None else " ".join(content_of(name).split())


def _stem(source: Source) -> Text:
    """The text of the question, with the picture that Moodle before 2.0 kept beside it."""
    stem = source.text(source.node.child("questiontext"), TextFormat.HTML)
    source.format = stem.format if stem else TextFormat.HTML
    name, encoded = source.value("image"), source.value("image_base64")
    if name and encoded:
        kept = source.pictures.named(name.replace("/", "_"), encoded)
        if kept:
            stem = Text(f'{stem.text} <img src="{kept}" alt="">'.lstrip(), TextFormat.HTML)
    return stem


def _hint(source: Source, node: Node) -> Text:
    old = node.child("hintcontent")
    return source.text(node if old is None else old)


def _tags(node: Node) -> tuple[str, ...]:
    found = (
        content_of(tag)
        for holder in ("tags", "coursetags")
        for tags in node.children(holder)
        for tag in tags.children("tag")
    )
    return tuple(dict.fromkeys(filter(None, found)))


def _say_what_is_lost(source: Source) -> None:
    grade = source.value("defaultgrade", "1")
    grade = grade.rstrip("0").rstrip(".") if "." in grade else grade
    if grade not in ("0", "1", ""):
        source.warn(
            _("In Moodle the question counts %(grade)s points; here a test says what it counts.")
            % {"grade": grade[:40]}
        )
    told = [_shown(node) for tag in COMBINED for node in source.node.children(tag)]
    own = [each for each in told if each.rstrip(".!").casefold() not in ("", *STOCK)]
    if own:
        source.warn(
            _("The feedback for right, partly right and wrong answers was not taken over: “%(text)s”.")
            % {"text": "” · “".join(own)}
        )


def _shown(node: Node) -> str:
    """The beginning of a text as one reads it."""
    return strip_tags(content_of(node)[:LONGEST_QUOTE]).strip()


def _share(answer: Node) -> Fraction:
    return percent_in(answer.get("fraction", "").strip() or "0", answer.line)


def _choice(source: Source, _stem_: Text) -> dict[str, Any]:
    answers = tuple(
        Answer(source.text(each), _share(each), source.text(each.child("feedback"))) for each in source.all("answer")
    )
    return {
        "type": "single_choice" if source.is_on("single", "true") else "multiple_response",
        "answers": tuple(each for each in answers if each.text),
        "shuffled": source.is_on("shuffleanswers", "false"),
    }


def _true_false(source: Source, _stem_: Text) -> dict[str, Any]:
    """Two answers; in old files they are called as the language of the site does, and the first is "true"."""
    found: dict[str, tuple[bool, Text]] = {}
    for place, each in enumerate(source.all("answer")):
        named = content_of(each).casefold()
        name = named if named in ("true", "false") else ("true", "false")[min(place, 1)]
        found[name] = (_share(each) == FULL, source.text(each.child("feedback")))
    right = [name for name, (earns, _feedback) in found.items() if earns]
    if len(right) != 1 and len(found) > 1:
        raise FormatError(_("The question does not say whether the statement is true or false."), source.node.line)
    is_true = right == ["true"] if "true" in found else right != ["false"]
    return {
        "answers": tuple(
            Answer(Text(name), Fraction(is_true == (name == "true")), found.get(name, (False, NO_TEXT))[1])
            for name in ("true", "false")
        )
    }


def _short_answer(source: Source, _stem_: Text) -> dict[str, Any]:
    answers = (
        Answer(Text(content_of(each)), _share(each), source.text(each.child("feedback")))
        for each in source.all("answer")
    )
    return {
        "answers": tuple(each for each in answers if each.text),
        "case_sensitive": source.is_on("usecase", "0"),
    }


def _numerical(source: Source, _stem_: Text) -> dict[str, Any]:
    answers = tuple(_number(source, each) for each in source.all("answer"))
    if source.value("unitgradingtype", "0") not in ("0", ""):
        source.warn(_("In Moodle a wrong unit takes marks away; here only the number counts."))
    if source.child("instructions"):
        source.warn(_("The instructions about units were not taken over."))
    return {"answers": answers, "unit": _unit(source)}


def _number(source: Source, node: Node) -> Answer:
    written = content_of(node) or "*"
    feedback = source.text(node.child("feedback"))
    if written == "*":
        return Answer(Text("*"), _share(node), feedback)
    tolerance = node.words("tolerance").strip() or "0"
    return Answer(Text(number_in(written, node.line)), _share(node), feedback, distance_in(tolerance, node.line))


def _unit(source: Source) -> str:
    """The unit in which the answers are given. Moodle may know others, which are multiples of it."""
    units = [
        (each.words("unit_name").strip(), each.words("multiplier").strip() or "1")
        for holder in source.node.children("units")
        for each in holder.children("unit")
    ]
    own = next((name for name, times in units if re.fullmatch(r"0*1(?:[.,]0*)?", times)), "")
    others = [name for name, _times in units if name and name != own]
    if others:
        source.warn(_("Other units were not taken over: %(units)s.") % {"units": ", ".join(others)[:200]})
    return own


def _matching(source: Source, _stem_: Text) -> dict[str, Any]:
    pairs = []
    for each in source.all("subquestion"):
        answer = each.child("answer")
        pair = Pair(source.text(each), Text("" if answer is None else content_of(answer)))
        if pair.stem and not pair.answer:
            raise FormatError(_("A line of the matching question has no answer."), each.line)
        if pair.answer:
            pairs.append(pair)
    return {"pairs": tuple(pairs), "shuffled": source.is_on("shuffleanswers", "1")}


def _essay(source: Source, _stem_: Text) -> dict[str, Any]:
    if source.child("responsetemplate"):
        source.warn(_("The text with which an answer begins was not taken over."))
    if source.value("attachments", "0") not in ("0", "") or source.value("responseformat") == "noinline":
        source.warn(_("In Moodle files can be handed in with the answer; here the answer is a text."))
    return {"rubric": source.child("graderinfo")}


def _description(_source: Source, _stem_: Text) -> dict[str, Any]:
    return {}


def _gap_fill(source: Source, stem: Text) -> dict[str, Any]:
    gapped = read_gaps(stem, _line_of_text(source.node))
    for each in gapped.warnings:
        source.warn(each)
    return {"stem": NO_TEXT, "text": gapped.text, "gaps": gapped.gaps}


def _line_of_text(node: Node) -> int:
    """The line in which the text of a question begins."""
    text = node.child("questiontext", "text")
    if text is None:
        return node.line
    written = text.text or ""
    return text.line + written[: len(written) - len(written.lstrip(SPACE))].count("\n")


def _select_words(source: Source, stem: Text) -> dict[str, Any]:
    """`[[2]]` stands where the second choice is right; one chooses among those of its group."""
    boxes = [each for tag in ("selectoption", "dragbox", "answer") for each in source.node.children(tag)]
    choices = [(_word(each), each.words("group").strip() or "1") for each in boxes]
    places = {word: place for place, word in enumerate(dict.fromkeys(word for word, _group in choices))}
    groups: dict[str, set[int]] = {}
    for word, group in choices:
        groups.setdefault(group, set()).add(places[word])
    gaps: list[Gap] = []

    def marked(found: re.Match[str]) -> str:
        if not re.fullmatch("[0-9]{1,9}", found[1]):
            return without_marks(found[0], stem.format)
        line = _line_of_text(source.node) + stem.text.count("\n", 0, found.start())
        if not 1 <= int(found[1]) <= len(choices):
            raise FormatError(
                _("The text has the gap [[%(number)s]], but there is no such choice.") % {"number": found[1]}, line
            )
        if len(gaps) == MOST:
            raise FormatError(_("A text with gaps needs 1 to 40 gaps."), line)
        word, group = choices[int(found[1]) - 1]
        offered = tuple(sorted(groups[group]))
        gap = Gap(f"g{len(gaps) + 1}", "select_words", right=places[word])
        gaps.append(replace(gap, offered=offered) if len(offered) < len(places) else gap)
        return f"[[{gap.id}]]"

    text = Text(GAP.sub(marked, stem.text), stem.format)
    if not gaps:
        raise FormatError(_("The text has no gap like [[1]]."), source.node.line)
    return {"stem": NO_TEXT, "text": text, "words": tuple(places), "gaps": tuple(gaps)}


def _word(node: Node) -> Text:
    return read_html(content_of(node)) if node.tag == "dragbox" else Text(content_of(node))


def _ordering(source: Source, _stem_: Text) -> dict[str, Any]:
    nodes = source.all("answer")
    named = source.value("gradingtype").upper()
    if named not in GRADINGS:
        source.warn(
            _("Moodle marks this order in a way that is not known here (%(way)s); right neighbours count.")
            % {"way": named[:60]}
        )
    shown = source.value("selectcount", "0")
    if source.value("selecttype").upper() not in ("", "ALL", "EXACT", "0") and _is_fewer(shown, len(nodes)):
        source.warn(_("In Moodle only %(count)s of the items are shown; here all are.") % {"count": shown})
    if any(source.text(each.child("feedback")) for each in nodes):
        source.warn(_("The feedback on single items was not taken over."))
    return {"order": tuple(filter(None, map(source.text, nodes))), "grading": GRADINGS.get(named, "relative")}


def _is_fewer(shown: str, count: int) -> bool:
    return bool(re.fullmatch("[0-9]{1,9}", shown)) and 0 < int(shown) < count


_READERS: dict[str, tuple[str, Callable[[Source, Text], dict[str, Any]]]] = {
    "multichoice": ("", _choice),
    "truefalse": ("true_false", _true_false),
    "shortanswer": ("short_answer", _short_answer),
    "numerical": ("numerical", _numerical),
    "matching": ("matching", _matching),
    "match": ("matching", _matching),
    "essay": ("essay", _essay),
    "description": ("description", _description),
    "cloze": ("gap_fill", _gap_fill),
    "multianswer": ("gap_fill", _gap_fill),
    "gapselect": ("select_words", _select_words),
    "ddwtos": ("select_words", _select_words),
    "ordering": ("ordering", _ordering),
}
