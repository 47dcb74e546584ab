"""Texts that are more than plain: what is cleaned away, and how they are shown, read and kept."""

import pytest
from django.urls import reverse
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from assessments.question_types import TYPES, show
from assessments.question_types.texts import (
    PICTURES,
    clean_words,
    cleaned_html,
    has_blocks,
    kept_formats,
    lost_markup,
    plain_stem,
    plain_text,
    plain_words,
    shown_words,
)
from tests.factories.assessments import EVERY, words_of

RICH = "<p>Look at <b>this</b>:</p><ul><li>one</li><li>two</li></ul>"


def html(text: str, path: str = "stem", written: str = "html") -> SafeString:
    """A stem, or another text, as a page shows it."""
    name, _dot, inner = path.partition(".")
    words = {name: {inner: text} if inner else text, "formats": {path: written}}
    shown = shown_words(words)[name]
    return shown[inner] if inner else shown


# --- Cleaning -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("<script>alert(1)</script>x", "x"),
        ("<img src=x onerror=alert(1)>", ""),
        ('<img src="image:1" onerror="alert(1)">', '<img src="image:1">'),
        ('<img src="image:1/../2">', ""),
        ('<img src="data:image/svg+xml,x">', ""),
        ('<img src="http://example.org/a.png">', ""),
        ('<a href="javascript:alert(1)">x</a>', "<a>x</a>"),
        ('<a href=" jAva\tscript:alert(1)">x</a>', "<a>x</a>"),
        ('<a href="data:text/html,x">x</a>', "<a>x</a>"),
        ('<a href="//example.org">x</a>', "<a>x</a>"),
        ('<a href="https://example.org" target="_blank">x</a>', '<a href="https://example.org">x</a>'),
        ("<svg onload=alert(1)><circle/></svg>a", "a"),
        ('<iframe src="https://example.org"></iframe>a', "a"),
        ("<math><mtext><mglyph><style><img src=x onerror=alert(1)></style></math>", ""),
        ('<p style="position:fixed" class="a" id="b" onclick="c()">d</p>', "<p>d</p>"),
        ('<form action="https://example.org"><input name="q"><button>b</button></form>', "b"),
        ('<noscript><p title="</noscript><img src=x onerror=alert(1)>">', '"&gt;'),
        ("<base href='//example.org'><link rel=stylesheet href=x><meta http-equiv=refresh>a", "a"),
        ("<!-- a --><?php b ?>c", "c"),
        ("<p>a<div>b</div>", "<p>a</p><p>b</p>"),
        ("<h1>a</h1>", "<h3>a</h3>"),
        ("a < b & c", "a &lt; b &amp; c"),
        ('<td colspan="2" rowspan="x">a', "a"),
        (
            '<table><tr><td colspan="2" width="9">a</table>',
            '<table><tbody><tr><td colspan="2">a</td></tr></tbody></table>',
        ),
    ],
)
def test_nothing_stays_but_what_a_question_may_show(dirty: str, clean: str) -> None:
    assert cleaned_html(dirty) == clean


@given(st.text(alphabet="<>/&;\"'= abipgm[]\n"))
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    once = cleaned_html(text)

    assert cleaned_html(once) == once


def test_a_sign_of_a_gap_inside_a_tag_is_no_sign() -> None:
    torn = '<img src="image:1" alt="[[g1]] onerror=alert(1) x="> [[g1]]'

    assert cleaned_html(torn) == '<img src="image:1" alt="[ [g1] ] onerror=alert(1) x="> [[g1]]'


def test_plain_words_are_neither_looked_at_nor_changed() -> None:
    words = {"stem": "<b>a</b>", "options": {"A": "1 < 2"}}

    assert clean_words(words) == words
    assert shown_words(words) is words
    assert plain_words(words) is words


def test_formats_of_no_text_and_of_no_name_are_left_out() -> None:
    formats = {
        "stem": "html",
        "case": "html",
        "unit": "html",
        "feedback": "rtf",
        "accept.0.text": "html",
        "hints.1": "x",
    }
    words = {"stem": "a", "unit": "km", "feedback": "b", "accept": [{"text": "c"}], "hints": ["d"], "formats": formats}

    assert clean_words(words) == {**words, "formats": {"stem": "html"}}
    assert clean_words({"stem": "a", "formats": ["stem"]}) == {"stem": "a"}


def test_markdown_is_kept_as_it_was_written() -> None:
    words = {"stem": "1 < 2 <script>", "formats": {"stem": "markdown"}}

    assert clean_words(words) == words


def test_whoever_imports_hears_which_texts_lost_what_they_do_and_not_how_they_look() -> None:
    words = {
        "stem": "<script>a</script>b",
        "feedback": "<div class='c'><font color='red'>d</font></div>",
        "options": {"A": "<b onclick='e()'>f</b>", "B": "<img src='image:1'>", "C": "<img src='file.png'>"},
        "formats": {
            "stem": "html",
            "feedback": "html",
            "options.A": "moodle",
            "options.B": "html",
            "options.C": "html",
        },
    }

    assert lost_markup(words, clean_words(words)) == ["stem", "options.A", "options.C"]


def test_a_text_keeps_its_format_where_its_place_becomes_another() -> None:
    before = {
        "stem": "a",
        "hints": ["b", "<i>c</i>", "d"],
        "accept": [{"text": "e"}, {"text": "f", "feedback": "<b>g</b>"}],
        "formats": {"stem": "html", "hints.1": "html", "hints.2": "markdown", "accept.1.feedback": "moodle"},
    }
    after = {"stem": "changed", "hints": ["d", "<i>c</i>"], "accept": [{"text": "f", "feedback": "<b>g</b>"}]}

    assert kept_formats(before, after) == {
        "stem": "html",
        "hints.0": "markdown",
        "hints.1": "html",
        "accept.0.feedback": "moodle",
    }


# --- Showing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "path", "shown"),
    [
        ("<p>What?</p>", "stem", "What?"),
        ("<p>a</p><p>b</p>", "stem", "<p>a</p><p>b</p>"),
        ("<p>a</p>b<p>c</p>", "stem", "<p>a</p>b<p>c</p>"),
        (RICH, "options.A", "Look at <b>this</b>:<br>one<br>two"),
        ("<h4>a</h4><br><br>b<hr>", "items.a", "a<br>b"),
        ("<table><tr><td>1<td>2<tr><td>3</table>", "lefts.a", "1  2<br>3"),
        ("<pre>a\nb</pre>", "feedback", "<pre>a\nb</pre>"),
        ('<img src="image:12" width="3">', "options.A", '<img alt="" src="/questions/pictures/12/" width="3">'),
        (
            '<a href="https://example.org">a</a>',
            "stem",
            '<a href="https://example.org" rel="noopener noreferrer">a</a>',
        ),
        ("<script>a</script>b", "stem", "b"),
    ],
)
def test_html_is_shown_in_blocks_or_in_a_line(text: str, path: str, shown: str) -> None:
    found = html(text, path)

    assert (found, type(found)) == (shown, SafeString)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", "a<br>b"),
        ("a\r\nb <b>c</b>", "a<br>b <b>c</b>"),
        ("<ul>\n<li>a</li>\n\n<li>b</li>\n</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<i>a</i> <b>b</b>", "<i>a</i> <b>b</b>"),
        ("1 < 2", "1 &lt; 2"),
    ],
)
def test_a_new_line_of_moodle_is_a_break(text: str, shown: str) -> None:
    assert html(text, written="moodle") == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*a* **b** `c`", "<em>a</em> <strong>b</strong> <code>c</code>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("<script>a</script> <b>b</b>", "&lt;script&gt;a&lt;/script&gt; &lt;b&gt;b&lt;/b&gt;"),
        ("[a](javascript:b)", "[a](javascript:b)"),
        ("![a](image:4)", '<img alt="a" src="/questions/pictures/4/">'),
    ],
)
def test_markdown_is_shown_without_html_of_its_own(text: str, shown: str) -> None:
    assert html(text, written="markdown") == shown


@pytest.mark.parametrize(
    ("text", "written", "read"),
    [
        ("<p>Fish &amp; <b>chips</b></p><p>a<br>b</p>", "html", "Fish & chips\na\nb"),
        ('<img src="image:1" alt="A map">?', "html", "A map ?"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "html", "1 2"),
        ("a\nb", "html", "a b"),
        ("a\nb", "moodle", "a\nb"),
        ("**a** & b", "markdown", "a & b"),
        ("<b>a</b>", "", "<b>a</b>"),
        ("<b>a</b>", "rtf", "<b>a</b>"),
    ],
)
def test_a_text_is_read_without_markup(text: str, written: str, read: str) -> None:
    assert plain_text(text, written) == read


def test_the_plain_tree_has_lines_in_lists_and_no_formats() -> None:
    words = {"stem": RICH, "options": {"A": RICH, "B": "<plain>"}, "formats": {"stem": "html", "options.A": "html"}}

    assert plain_words(words) == {
        "stem": "Look at this:\none\ntwo",
        "options": {"A": "Look at this: one two", "B": "<plain>"},
    }
    assert plain_stem(words) == "Look at this:\none\ntwo"


@pytest.mark.parametrize("piece", ["<p", "<p> ", "\n", " ", "<", '<a title="', " <br>", "<b>", "&", "[", "**", "> "])
@pytest.mark.parametrize("written", ["html", "moodle", "markdown"])
def test_no_text_takes_long(piece: str, written: str) -> None:
    text = piece * (30_000 // len(piece))

    assert isinstance(html(text, written=written), str)


# --- Questions ------------------------------------------------------------------------------------------------------


def enriched(value: object, path: str = "", formats: dict[str, str] | None = None) -> object:
    """Words in which every text that may be rich is a rich one; `formats` is filled."""
    if isinstance(value, dict):
        return {name: enriched(each, f"{path}.{name}".lstrip("."), formats) for name, each in value.items()}
    if isinstance(value, list):
        return [enriched(each, f"{path}.{place}", formats) for place, each in enumerate(value)]
    if not isinstance(value, str) or path.endswith(("unit", ".credit")) or "accept" in path:
        return value
    formats[path] = "html"
    return f"<p><b>{value}</b> &amp; more</p><script>x</script>"


@pytest.mark.parametrize("name", EVERY)
def test_every_type_shows_markup_in_its_texts_and_none_in_lists_answer_and_key(name: str) -> None:
    structure = EVERY[name]
    formats: dict[str, str] = {}
    words = {**enriched(words_of(structure), formats=formats), "formats": formats}
    kind = TYPES[name]

    shown = show(name, structure, words, language="en", response=kind.key(structure))

    assert isinstance(shown.stem, SafeString)
    assert shown.stem == "<b>What is right? (en)</b> &amp; more"
    if name != "true_false":  # its options are words of the academy
        assert all(isinstance(each.text, SafeString) and "<b>" in each.text for each in shown.options)
    plain = [shown.answer, shown.key, *shown.answer_lines, *shown.key_lines]
    plain += [choice.text for part in shown.parts for choice in part.choices]
    assert not [text for text in plain if "<" in text or "&amp;" in text]


def test_html_around_gaps_is_whole_when_its_pieces_are_put_together() -> None:
    words = {
        **words_of(EVERY["select_words"]),
        "text": "<ul><li>The [[g1]] is</li><li>the [[g2]].</li></ul>",
        "formats": {"text": "html"},
    }

    shown = show("select_words", EVERY["select_words"], words, language="en")

    assert [part.before for part in shown.parts] == ["<ul><li>The ", " is</li><li>the "]
    assert {type(each) for each in (shown.tail, *(part.before for part in shown.parts))} == {SafeString}
    assert shown.tail == ".</li></ul>"


def test_answers_to_match_show_their_markup_beside_the_list() -> None:
    words = words_of(EVERY["matching"])
    words = {**words, "rights": {**words["rights"], "r1": "CO<sub>2</sub>"}, "formats": {"rights.r1": "html"}}

    choices = show("matching", EVERY["matching"], words, language="en", order=["r1", "r2", "r3", "r4"]).parts[0].choices

    assert (choices[0].text, choices[0].shown) == ("A. CO2", "A. CO<sub>2</sub>")
    assert choices[1].text == choices[1].shown


@pytest.mark.parametrize(("stem", "apart"), [("<p>a</p>", False), (RICH, True)])
def test_a_stem_with_blocks_stands_apart(stem: str, apart: bool) -> None:
    words = {"stem": stem, "formats": {"stem": "html"}}

    assert show("description", {}, words, language="en").stem_apart is apart


def test_only_html_that_was_cleaned_has_blocks() -> None:
    assert not has_blocks("<p>a</p>")


def test_the_address_of_pictures_is_the_one_that_answers() -> None:
    assert reverse("question_picture", args=[12]) == f"{PICTURES}12/"


# --- What a typed answer is told ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("response", "told"),
    [("refugee", "<b>Yes</b>"), ("Migrants", "Not <each>."), ("guest", ""), (None, "")],
)
def test_a_short_answer_is_told_what_the_accepted_one_says(response: str | None, told: str) -> None:
    accept = [
        {"text": "refugee*", "feedback": "<b>Yes</b>"},
        {"text": "migrant*", "credit": "0", "feedback": "Not <each>."},
    ]
    words = {"stem": "Who?", "accept": accept, "formats": {"accept.0.feedback": "html"}}

    assert show("short_answer", {}, words, language="en", response=response).said == told


@pytest.mark.parametrize(
    ("response", "part", "told"),
    [("50", "1", "Right."), ("31", "1/2", "Those are miles."), ("7", "1/10", "Count again."), (None, "0", "")],
)
def test_a_number_is_told_what_belongs_to_it_and_any_other_may_earn_something(
    response: str | None, part: str, told: str
) -> None:
    structure = {"value": "50", "also": [{"value": "31", "credit": "0.5"}], "otherwise": "0.1"}
    words = {"stem": "How far?", "rationales": {"0": "Right.", "1": "Those are miles.", "other": "Count again."}}

    kind = TYPES["numerical"]
    kind.check_structure(structure)

    assert str(kind.mark(structure, response).part) == part
    assert show("numerical", structure, words, language="en", response=response).said == told


def test_gaps_are_told_line_by_line() -> None:
    gaps = [
        {"id": "g1", "type": "numerical", "value": "12"},
        {"id": "g2", "type": "short_answer"},
        {"id": "g3", "type": "single_choice", "options": [{"id": "A", "correct": True}, {"id": "B"}]},
    ]
    words = {
        "stem": "Fill.",
        "text": "[[g2]] [[g1]] [[g3]]",
        "gaps": {
            "g1": {"rationales": {"other": "<Count>."}},
            "g2": {"accept": [{"text": "*", "feedback": "Fine."}]},
            "g3": {"options": {"A": "a", "B": "b"}, "rationales": {"B": "<p>No <i>b</i></p>"}},
        },
    }
    response = {"g1": "7", "g2": "anything", "g3": "B"}

    plain = show("gap_fill", {"gaps": gaps}, words, language="en", response={"g1": "7", "g2": "x", "g3": "A"})
    rich = show(
        "gap_fill",
        {"gaps": gaps},
        {**words, "formats": {"gaps.g3.rationales.B": "html"}},
        language="en",
        response=response,
    )

    assert plain.said == "Gap 1: Fine.\nGap 2: <Count>."
    assert rich.said == "Gap 1: Fine.<br>Gap 2: &lt;Count&gt;.<br>Gap 3: No <i>b</i>"
    assert isinstance(rich.said, SafeString)
