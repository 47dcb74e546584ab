"""Writes GIFT so that Moodle and the academy read it alike: every text with its format, one answer on a line."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, localcontext

from django.utils.translation import gettext as _

from assessments.formats.category_paths import path_of
from assessments.formats.gift.reading import ALL, ANY, ARROW, CATEGORY, GENERAL
from assessments.formats.item import Answer, Item, Pair, Text, TextFormat
from assessments.formats.shares import fraction_in, percent_of
from core.errors import FormatError

ARROW_THAT_MEANS_ITSELF = "→"
_ESCAPES = str.maketrans({**{sign: f"\\{sign}" for sign in "\\~=#{}:"}, "\n": "\\n", "\r": ""})


def write(items: Sequence[Item]) -> bytes:
    """Return the questions in their order, each behind the category it is filed in."""
    blocks: list[str] = []
    category: tuple[str, ...] = ()
    for item in items:
        if item.category != category:
            category = item.category
            blocks.append(f"{CATEGORY} {_one_line(path_of(category))}".replace("\\", "\\\\"))
        blocks.append(_written(item))
    return "".join(f"{block}\n\n" for block in blocks).encode()


def lost(item: Item) -> list[str]:
    """Return a sentence for everything of a question that GIFT cannot say."""
    if item.type not in _WRITERS:
        return [_not_in_gift()]
    return [sentence for is_lost, sentence in _losses(item) if is_lost]


def _not_in_gift() -> str:
    return _("GIFT has no questions of this type.")


def _losses(item: Item) -> Iterator[tuple[bool, str]]:
    """What may be lost, and whether it is."""
    yield bool(item.hints), _("Hints are left out.")
    yield bool(item.case), _("The situation to read first is left out.")
    yield bool(item.unit), _("The unit is left out.")
    yield bool(item.files), _("Pictures are left out.")
    yield item.case_sensitive or item.yo_sensitive, _("That capitals or ё count is left out.")
    yield (
        not item.shuffled or any(each.last for each in item.answers),
        _("That options keep their places is left out."),
    )
    yield bool(item.rubric or item.criteria or item.model_answer), _("What markers look at is left out.")
    yield item.type == "description" and bool(item.general_feedback), _("The feedback is left out.")
    yield (
        item.type == "single_choice" and all(each.fraction != ALL for each in item.answers),
        _("No option earns everything, so several can be chosen."),
    )
    yield (
        any(fraction_in(percent_of(each.fraction), whole=100) != each.fraction for each in item.answers),
        _("What an answer earns is rounded to five decimals of a per cent."),
    )
    yield _has_arrow(item), _("The signs “->” become an arrow.")
    yield (
        any(each.answer.format != TextFormat.PLAIN for each in item.pairs),
        _("The answers of a matching question become plain text."),
    )


def _has_arrow(item: Item) -> bool:
    """Whether “->” stands where it would make the question another one, or would part a line at the wrong place."""
    texts = [each.stem for each in item.pairs]
    if item.type == "short_answer":
        texts += [text for each in item.answers for text in (each.text, each.feedback)]
    return any(ARROW in each.text for each in texts)


def _written(item: Item) -> str:
    if item.type not in _WRITERS:
        raise FormatError(_not_in_gift(), item.line)
    marks = [f"[id:{_bracketed(item.identifier)}]"] if item.identifier else []
    marks += [f"[tag:{_bracketed(each)}]" for each in item.tags]
    comment = f"// {' '.join(marks)}\n" if marks else ""
    name = f"::{_escaped(_one_line(item.name))}::" if item.name else ""
    return f"{comment}{name}{_marked(item.stem)}{_WRITERS[item.type](item)}"


def _bracketed(text: str) -> str:
    """A text that can stand in brackets. A space keeps the last backslash from meaning the bracket behind it."""
    escaped = _one_line(text).replace("]", "\\]")
    return f"{escaped} " if escaped.endswith("\\") else escaped


def _one_line(text: str) -> str:
    return " ".join(line.strip() for line in text.splitlines())


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _marked(text: Text) -> str:
    """A text behind its format; nothing for no text."""
    return f"[{text.format.value}]{_escaped(text.text)}" if text else ""


def _braced(item: Item, lines: Sequence[str], sign: str = "") -> str:
    general = [f"{GENERAL}{_marked(item.general_feedback)}"] if item.general_feedback else []
    inside = "".join(f"\n\t{line}" for line in [*lines, *general])
    return f"{{{sign}{inside}\n}}" if inside else "{}"


def _told(answer: Answer) -> str:
    return f"#{_marked(answer.feedback)}" if answer.feedback else ""


def _single_choice(item: Item) -> str:
    return _braced(
        item,
        [f"{'=' if each.fraction == ALL else _tilde(each)}{_marked(each.text)}{_told(each)}" for each in item.answers],
    )


def _multiple_response(item: Item) -> str:
    return _braced(item, [f"{_tilde(each)}{_marked(each.text)}{_told(each)}" for each in item.answers])


def _tilde(answer: Answer) -> str:
    return f"~%{percent_of(answer.fraction)}%" if answer.fraction else "~"


def _true_false(item: Item) -> str:
    right = next(each for each in item.answers if each.fraction > 0)
    wrong = next(each for each in item.answers if each is not right)
    told = f"#{_marked(wrong.feedback)}#{_marked(right.feedback)}" if right.feedback else _told(wrong)
    return _braced(item, [f"{right.text.text.strip().upper()}{told}"])


def _short_answer(item: Item) -> str:
    return _braced(item, [f"=%{percent_of(each.fraction)}%{_accepted(each)}" for each in item.answers])


def _accepted(answer: Answer) -> str:
    """An accepted text. Moodle takes a format in brackets off it too, so one that begins like that gets one."""
    mark = "[plain]" if answer.text.text.startswith("[") else ""
    return f"{mark}{_escaped(answer.text.text)}{_told(answer)}".replace(ARROW, ARROW_THAT_MEANS_ITSELF)


def _numerical(item: Item) -> str:
    """Numbers, and last what is said to any other: Moodle writes that behind ~ when it earns nothing."""
    others = [each for each in item.answers if each.text.text == ANY]
    numbers = [each for each in item.answers if each.text.text != ANY]
    earning = [f"=%{percent_of(each.fraction)}%{ANY}{_told(each)}" for each in others if each.fraction]
    wrong = [f"~{_told(each)}" for each in others if not each.fraction]
    return _braced(item, [*(_number(each) for each in numbers), *earning, *wrong], "#")


def _number(answer: Answer) -> str:
    return f"=%{percent_of(answer.fraction)}%{answer.text.text}:{_distance(answer)}{_told(answer)}"


def _distance(answer: Answer) -> str:
    """How far from its value an answer may lie, in numbers and never in per cent: 5 per cent of −40 is 2."""
    if not answer.relative:
        return answer.tolerance or "0"
    with localcontext(prec=150):
        distance = abs(Decimal(answer.text.text)) * Decimal(answer.tolerance or "0") / 100
        return f"{distance.normalize():f}"


def _matching(item: Item) -> str:
    return _braced(item, [_line(each) for each in item.pairs])


def _line(pair: Pair) -> str:
    stem = _marked(pair.stem).replace(ARROW, ARROW_THAT_MEANS_ITSELF)
    return f"={stem} {ARROW} {_escaped(pair.answer.text)}"


def _essay(item: Item) -> str:
    return _braced(item, [])


def _description(_item: Item) -> str:
    return ""


_WRITERS: dict[str, Callable[[Item], str]] = {
    "single_choice": _single_choice,
    "multiple_response": _multiple_response,
    "true_false": _true_false,
    "short_answer": _short_answer,
    "numerical": _numerical,
    "matching": _matching,
    "essay": _essay,
    "description": _description,
}
CARRIES = frozenset(_WRITERS)
