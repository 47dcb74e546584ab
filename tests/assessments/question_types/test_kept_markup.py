"""What cleaning keeps, which texts keep their format after an edit, and the edges of what is shown."""

import pytest

from assessments.question_types.texts import (
    as_line,
    cleaned_html,
    kept_formats,
    leaves,
    lost_markup,
    plain_stem,
    plain_words,
    shown_words,
)


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ('<td width="5">a</td>', "a"),
        ('<img src="image:1" width="9999" height="1">', '<img src="image:1" width="9999" height="1">'),
        ('<img src="image:1" width="10000" height="50%">', '<img src="image:1">'),
        ('<img src="image:1" width="-1" height="">', '<img src="image:1">'),
        (
            '<table><tbody><tr><td colspan="2" rowspan="x">a</td><th rowspan="3">b</th></tr></tbody></table>',
            '<table><tbody><tr><td colspan="2">a</td><th rowspan="3">b</th></tr></tbody></table>',
        ),
        (
            '<table><tbody><tr><td colspan="x">a</td></tr></tbody></table>',
            "<table><tbody><tr><td>a</td></tr></tbody></table>",
        ),
        ('<a href="https://example.org/[[g1]]">a</a>', '<a href="https://example.org/%5B%5Bg1%5D%5D">a</a>'),
        ('<a title="[[g1]]">a</a>', '<a title="[ [g1] ]">a</a>'),
        ("<p>a</p><p> </p><p></p><p>b</p>", "<p>a</p><p>b</p>"),
    ],
)
def test_sizes_are_small_numbers_and_neither_signs_of_gaps_nor_empty_paragraphs_are_kept(html: str, kept: str) -> None:
    assert cleaned_html(html) == kept


def test_a_text_that_came_with_an_edit_is_plain() -> None:
    before = {"stem": "<p>a</p>", "formats": {"stem": "html"}}

    assert kept_formats(before, {"stem": "<p>b</p>", "feedback": "c"}) == {"stem": "html"}
    assert kept_formats({"stem": "a"}, {"stem": "a"}) == {}


def test_the_same_words_in_two_places_keep_a_format_each() -> None:
    words = {"options": {"A": "x", "B": "x"}, "rationales": {"A": "x"}, "formats": {"options.A": "html"}}

    assert kept_formats(words, words) == {"options.A": "html"}


def test_a_text_that_went_lost_what_it_did() -> None:
    before = {"stem": "a", "feedback": "b<script>c</script>", "formats": {"stem": "html", "feedback": "html"}}

    assert lost_markup(before, {"stem": "a"}) == ["feedback"]


def test_a_stem_without_a_format_is_plain() -> None:
    assert [plain_stem(each) for each in ({"stem": "a <b> c"}, {"stem": None}, {})] == ["a <b> c", "", ""]
    assert as_line("a <b>  c") == "a <b>  c"


def test_formats_are_no_texts() -> None:
    assert list(leaves({"stem": "a", "hints": ["b"], "formats": {"stem": "html"}})) == [("stem", "a"), ("hints.0", "b")]


def test_each_text_of_a_list_has_its_own_format() -> None:
    words = {"hints": ["<b>One</b>", "<b>Two</b>"], "formats": {"hints.1": "html"}}

    assert plain_words(words) == {"hints": ["<b>One</b>", "Two"]}


def test_markdown_is_read_up_to_ten_thousand_characters() -> None:
    starred = [f"*a* {'b' * length}" for length in (9_996, 9_997)]

    shown = [shown_words({"stem": each, "formats": {"stem": "markdown"}})["stem"] for each in starred]

    assert shown == [f"<em>a</em> {'b' * 9_996}", f"*a* {'b' * 9_997}"]
