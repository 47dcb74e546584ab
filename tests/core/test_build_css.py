"""Style sheets are joined and slimmed: what means nothing goes, what stands in words stays."""

import doctest

from core.management.commands import build_css


def test_the_examples_hold():
    assert doctest.testmod(build_css).failed == 0


def test_what_stands_in_quotation_marks_and_between_names_stays():
    part = """
        .a > .b:hover , .c :is(p, q) { content: "a ; b" ; color: red; }
        .d + .e { width: calc(1px + 2px); }
        @media (min-width: 48rem) and (prefers-contrast: more) { .d::before { content: '{ }'; } }
    """

    assert build_css.slim(part) == (
        '.a>.b:hover,.c :is(p,q){content:"a ; b";color:red}.d+.e{width:calc(1px + 2px)}'
        "@media (min-width:48rem) and (prefers-contrast:more){.d::before{content:'{ }'}}"
    )
