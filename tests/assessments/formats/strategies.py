"""Questions of every type for tests that write a format and read it back.

What comes is what the academy can keep, in the shape in which a good reader would give it: texts are stripped, an
absent text is NO_TEXT, a number without tolerance has the tolerance "0", every question has a name.
"""

from collections.abc import Collection, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from html import escape
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from assessments.formats.item import NO_TEXT, Answer, Criterion, Gap, Item, Pair, Text, TextFormat
from assessments.question_types.ordering import GRADINGS

NASTY = "~=#{}:\\\"'<>&[]%*-/$"
PIECES = (
    "->",
    "//",
    "]]>",
    "\\n",
    "&amp;",
    "-->",
    "...",
    "::",
    "####",
    "{T}",
    "%50%",
    "[html]",
    "$1",
    "1.",
    "A)",
    "№?!",
)
WORDS = (
    "health",
    "migrant",
    "беженец",
    "Ёлка",
    "здароўе",
    "прыезджы",
    "ім’я",
    "«care»",
    "42",
    "é",
    "中",
    "🙂",
    "a",
    "ў",
)
TOKENS = (*WORDS, *PIECES, *NASTY)
PLAIN = st.just(TextFormat.PLAIN)
ANY_FORMAT = st.sampled_from(TextFormat)
ONE = Fraction(1)
PARTS = [Fraction(n, d) for d in range(2, 21) for n in range(1, d)]


def _joined(signs: str, pieces: list[str]) -> str:
    """Pieces with a sign between them, no space before or after a new line."""
    return signs.join(pieces).replace(" \n", "\n").replace("\n ", "\n").strip()


@cache
def lines(*, longest: int = 6) -> SearchStrategy[str]:
    """Words and nasty signs in one line, never empty."""
    pieces = st.lists(st.sampled_from(TOKENS), min_size=1, max_size=longest)
    return st.builds(_joined, st.sampled_from([" ", ""]), pieces)


@cache
def paragraphs() -> SearchStrategy[str]:
    """Words and nasty signs in one line or several, an empty one among them at times."""
    pieces = st.lists(st.sampled_from([*TOKENS, "\n", "\n", "\n\n"]), min_size=1, max_size=8)
    return st.builds(_joined, st.sampled_from([" ", ""]), pieces).filter(bool)


@cache
def texts(*, rich: bool = False) -> SearchStrategy[Text]:
    """A text of several lines; in any format, with a little markup, when `rich`."""

    def text(written: str, how: TextFormat) -> Text:
        return Text(_MARKED_UP[how](written), how)

    return st.builds(text, paragraphs(), ANY_FORMAT if rich else PLAIN)


@cache
def texts_or_none(*, rich: bool = False) -> SearchStrategy[Text]:
    """A text as `texts` has them, or none."""
    return st.just(NO_TEXT) | texts(rich=rich)


@cache
def named_once(count: int, of: SearchStrategy[Any], most: int | None = None) -> SearchStrategy[list[Any]]:
    """At least `count` texts that differ when capitals and space are left aside."""
    return st.lists(of, min_size=count, max_size=most or count, unique_by=_sense)


def _sense(text: Text | str) -> str:
    return "".join((text.text if isinstance(text, Text) else text).casefold().split())


def items(
    types: Collection[str],
    *,
    rich: bool = False,
    categories: bool = True,
    catch_all: bool = False,
    extras: bool = False,
) -> SearchStrategy[Item]:
    """Questions of these types that are complete and can be marked.

    With `catch_all` a typed answer may be followed by `*`, which earns nothing and says why. With `extras` they have
    what few formats carry: cases, units, identifiers, options in a fixed order, tolerances in per cent, capitals that
    count.
    """
    return st.sampled_from(sorted(types)).flatmap(
        lambda name: _items_of(name, rich=rich, categories=categories, catch_all=catch_all, extras=extras)
    )


@st.composite
def _items_of(draw: DrawFn, name: str, *, rich: bool, categories: bool, catch_all: bool, extras: bool) -> Item:
    own = draw(_OWN[name](rich))
    if catch_all and name in ("numerical", "short_answer") and draw(st.booleans()):
        own["answers"] = (*own["answers"], Answer(Text("*"), feedback=draw(texts(rich=rich))))
    if extras:
        own.update(draw(_extras(name, own, rich)))
    shared: dict[str, Any] = {
        "stem": NO_TEXT if own.get("text") else draw(texts(rich=rich)),
        "name": draw(lines()),
        "tags": tuple(draw(named_once(0, lines(longest=2), most=3))),
        "general_feedback": draw(texts_or_none(rich=rich)),
        "hints": tuple(draw(st.lists(texts(rich=rich), max_size=2))),
        "category": tuple(draw(st.lists(_category_names(), max_size=3))) if categories else (),
    }
    return Item(type=name, **(shared | own))


@cache
def _category_names() -> SearchStrategy[str]:
    return lines(longest=3).filter(lambda name: name.lower() != "top" and not name.startswith("$"))


@cache
def _fractions(least: int = 1, most: int = 4) -> SearchStrategy[list[Fraction]]:
    return st.lists(st.sampled_from([Fraction(0), Fraction(0), *PARTS]), min_size=least, max_size=most)


@st.composite
def _answers(draw: DrawFn, fractions: Sequence[Fraction], rich: bool) -> tuple[Answer, ...]:
    """Options that earn these fractions, in any order."""
    options = draw(named_once(len(fractions), texts(rich=rich)))
    earned = draw(st.permutations(fractions))
    return tuple(
        Answer(option, fraction, draw(texts_or_none(rich=rich)))
        for option, fraction in zip(options, earned, strict=True)
    )


@st.composite
def _single_choice(draw: DrawFn, rich: bool) -> dict[str, Any]:
    others = draw(_fractions() | st.integers(1, 4).map(lambda count: [Fraction(0)] * count))
    return {"answers": draw(_answers([ONE, *others], rich))}


@st.composite
def _multiple_response(draw: DrawFn, rich: bool) -> dict[str, Any]:
    weights = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    right = [Fraction(each, sum(weights)) for each in weights]
    wrong = draw(st.lists(st.sampled_from([Fraction(0), -right[0], Fraction(-1)]), min_size=1, max_size=3))
    return {"answers": draw(_answers([*right, *wrong], rich))}


@st.composite
def _true_false(draw: DrawFn, rich: bool) -> dict[str, Any]:
    right = draw(st.booleans())
    feedback = [draw(texts_or_none(rich=rich)) for _ in range(2)]
    return {
        "answers": (
            Answer(Text("true"), Fraction(right), feedback[0]),
            Answer(Text("false"), Fraction(not right), feedback[1]),
        )
    }


def _plain(number: Decimal) -> str:
    written = f"{number:f}"
    return (written.rstrip("0").rstrip(".") if "." in written else written).replace("-0", "0", written == "-0")


@cache
def _numbers(least: int) -> SearchStrategy[str]:
    places = st.integers(0, 4)
    return st.builds(lambda digits, count: _plain(Decimal(digits).scaleb(-count)), st.integers(least, 10**7), places)


@st.composite
def _accepted(draw: DrawFn, values: Sequence[str], tolerances: SearchStrategy[str], rich: bool) -> tuple[Answer, ...]:
    """Typed answers of which the first earns everything."""
    earned = [ONE, *draw(_fractions(least=len(values), most=len(values)))]
    return tuple(
        Answer(Text(value), fraction, draw(texts_or_none(rich=rich)), draw(tolerances))
        for value, fraction in zip(values, earned, strict=False)
    )


@st.composite
def _numerical(draw: DrawFn, rich: bool) -> dict[str, Any]:
    values = draw(st.lists(_numbers(-(10**7)), min_size=1, max_size=3, unique_by=Decimal))
    return {"answers": draw(_accepted(values, st.just("0") | _numbers(1), rich))}


@cache
def _patterns() -> SearchStrategy[str]:
    """Accepted answers in one line; their asterisks are any text or, behind a backslash, asterisks."""
    plain = lines(longest=3).map(lambda text: text.replace("\\", "").replace("*", "x").strip() or "x")
    mark = st.sampled_from(["", "", "*", "\\*"])
    return st.tuples(plain, mark, plain, mark).map("".join)


@st.composite
def _short_answer(draw: DrawFn, rich: bool) -> dict[str, Any]:
    return {"answers": draw(_accepted(draw(named_once(1, _patterns(), most=3)), st.just(""), rich))}


@st.composite
def _matching(draw: DrawFn, rich: bool) -> dict[str, Any]:
    stems = draw(named_once(2, texts(rich=rich), most=4))
    offered = [Text(each) for each in draw(named_once(2, lines(longest=3), most=5))]
    chosen = [draw(st.sampled_from(offered)) for _ in stems]
    pairs = [Pair(stem, answer) for stem, answer in zip(stems, chosen, strict=True)]
    return {"pairs": (*pairs, *(Pair(NO_TEXT, each) for each in offered if each not in chosen))}


@st.composite
def _ordering(draw: DrawFn, rich: bool) -> dict[str, Any]:
    order = draw(named_once(2, texts(rich=rich), most=5))
    return {"order": tuple(order), "grading": draw(st.sampled_from(GRADINGS))}


@st.composite
def _text_with(draw: DrawFn, gaps: Sequence[str], rich: bool) -> Text:
    """A text that has these gaps, [[like]] this."""
    around = lines().filter(lambda text: "[[" not in text and "]]" not in text)
    how = draw(st.sampled_from([TextFormat.HTML, TextFormat.MOODLE, TextFormat.PLAIN]) if rich else PLAIN)
    pieces = [draw(around)]
    for gap in gaps:
        pieces += [f"[[{gap}]]", draw(around)]
    return Text(_MARKED_UP[how](" ".join(pieces)), how)


@st.composite
def _gap(draw: DrawFn, number: int) -> Gap:
    kind = draw(st.sampled_from(["single_choice", "short_answer", "numerical"]))
    if kind == "single_choice":
        earned = draw(st.permutations([ONE, *draw(_fractions(most=3))]))
        values, tolerances = draw(named_once(len(earned), lines(longest=2))), st.just("")
    elif kind == "short_answer":
        values, tolerances = draw(named_once(1, _patterns(), most=2)), st.just("")
        earned = [ONE, *draw(_fractions(least=2, most=2))]
    else:
        values = draw(st.lists(_numbers(-(10**7)), min_size=1, max_size=2, unique_by=Decimal))
        tolerances, earned = st.just("0") | _numbers(1), [ONE, *draw(_fractions(least=2, most=2))]
    answers = tuple(
        Answer(Text(value), fraction, draw(texts_or_none()), draw(tolerances))
        for value, fraction in zip(values, earned, strict=False)
    )
    return Gap(f"g{number}", kind, answers, weight=draw(st.integers(1, 5)))


@st.composite
def _gap_fill(draw: DrawFn, rich: bool) -> dict[str, Any]:
    gaps = tuple(draw(_gap(number)) for number in range(1, draw(st.integers(1, 3)) + 1))
    return {"gaps": gaps, "text": draw(_text_with([each.id for each in gaps], rich))}


@st.composite
def _select_words(draw: DrawFn, rich: bool) -> dict[str, Any]:
    words = draw(named_once(2, lines(longest=2), most=6))
    places = range(len(words))
    gaps = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        right = draw(st.sampled_from(places))
        others = draw(st.lists(st.sampled_from([each for each in places if each != right]), unique=True))
        offered = tuple(sorted([right, *others])) if others else ()
        gaps.append(Gap(f"g{number}", "select_words", right=right, offered=offered))
    return {
        "words": tuple(Text(each) for each in words),
        "gaps": tuple(gaps),
        "text": draw(_text_with([each.id for each in gaps], rich)),
    }


@st.composite
def _essay(draw: DrawFn, rich: bool) -> dict[str, Any]:
    criteria = st.builds(Criterion, lines().map(Text), st.integers(1, 100))
    return {
        "rubric": draw(texts_or_none(rich=rich)),
        "model_answer": draw(texts_or_none(rich=rich)),
        "criteria": tuple(draw(st.lists(criteria, max_size=3, unique_by=lambda each: each.text.text))),
    }


def _description(_rich: bool) -> SearchStrategy[dict[str, Any]]:
    return st.builds(dict)


@st.composite
def _extras(draw: DrawFn, name: str, own: dict[str, Any], rich: bool) -> dict[str, Any]:
    """What few formats carry."""
    more: dict[str, Any] = {
        "case": draw(texts_or_none(rich=rich)),
        "identifier": draw(st.just("") | st.from_regex(r"[a-z]{1,4}-[0-9]{1,4}", fullmatch=True)),
    }
    if own.get("text"):
        more["stem"] = draw(texts_or_none(rich=rich))
    if name in ("single_choice", "multiple_response"):
        *before, end = own["answers"]
        more["shuffled"] = draw(st.booleans())
        more["answers"] = (*before, Answer(end.text, end.fraction, end.feedback, last=draw(st.booleans())))
    if name == "numerical":
        more["unit"] = draw(st.sampled_from(["", "°C", "mg/l", "%", "лет"]))
        first, *others = own["answers"]
        relative = first.tolerance != "0" and draw(st.booleans())
        more["answers"] = (Answer(first.text, ONE, first.feedback, first.tolerance, relative), *others)
    if name == "short_answer":
        more |= {"case_sensitive": draw(st.booleans()), "yo_sensitive": draw(st.booleans())}
    return more


def _html(text: str) -> str:
    first, *others = escape(text, quote=False).split("\n")
    return f"<p><strong>{first}</strong></p>" + "".join(f"<p>{line}</p>" for line in others if line)


_MARKED_UP = {
    TextFormat.PLAIN: str,
    TextFormat.HTML: _html,
    TextFormat.MARKDOWN: lambda text: f"**word** {text}",
    TextFormat.MOODLE: lambda text: f"<em>word</em> {escape(text, quote=False)}",
}
_OWN = {
    "single_choice": _single_choice,
    "multiple_response": _multiple_response,
    "true_false": _true_false,
    "numerical": _numerical,
    "short_answer": _short_answer,
    "matching": _matching,
    "ordering": _ordering,
    "gap_fill": _gap_fill,
    "select_words": _select_words,
    "essay": _essay,
    "description": _description,
}
