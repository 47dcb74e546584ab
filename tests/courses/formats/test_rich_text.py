"""HTML of editors as pieces."""

import pytest

from courses.formats.pieces import Heading, Listing, Paragraph, Run, Table, plain
from courses.formats.rich_text import line_of, pieces_of

SITE = "https://academy.example.org"


@pytest.mark.parametrize(
    ("html", "pieces"),
    [
        ("<p>One</p><p>Two</p>", (plain("One"), plain("Two"))),
        ("No markup &amp; a sign", (plain("No markup & a sign"),)),
        ("", ()),
        ("<p> </p><p><br></p>", ()),
        ("<h3>Part <b>one</b></h3>", (Heading("Part one", 3),)),
        ("<p>a\n   b <b> c</b></p>", (Paragraph((Run("a b "), Run("c", bold=True))),)),
        ("<p><b>a</b><b>b</b></p>", (plain("ab", bold=True),)),
        ("<p>a<br>b</p>", (plain("a\nb"),)),
        ("<p>See <img src='x' alt='a map'>.</p>", (plain("See a map."),)),
        (
            "<ul><li>a</li><li><p>b</p><ol><li>c</li></ol></li></ul>",
            (Listing(((plain("a"),), (plain("b"), Listing(((plain("c"),),), ordered=True)))),),
        ),
        (
            "<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>",
            (Table("", ("A", "B"), (("1", "2"),)),),
        ),
        ("<table><tr><th>A</th><td>1</td></tr></table>", (Table("", (), (("A", "1"),)),)),
        # What is not closed, or closed twice, loses no words.
        ("<ul><li>a", (plain("a"),)),
        ("<p><b>a</p></b></i></ul></li></td>b", (plain("a", bold=True), plain("b"))),
    ],
)
def test_html_becomes_pieces(html, pieces):
    assert pieces_of(html, SITE) == pieces


@pytest.mark.parametrize(
    ("address", "whole"),
    [
        ("/en/modules/M1/", f"{SITE}/en/modules/M1/"),
        ("https://who.int/", "https://who.int/"),
        ("mailto:a@example.org", "mailto:a@example.org"),
    ],
)
def test_links_are_made_whole(address, whole):
    assert pieces_of(f'<p><a href="{address}">here</a></p>', SITE) == (Paragraph((Run("here", link=whole),)),)


def test_several_paragraphs_make_one_line():
    assert line_of("<p>a</p><p><i>b</i></p>", SITE) == (Run("a"), Run(" "), Run("b", italic=True))
