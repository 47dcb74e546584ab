"""What a page weighs, from the answers that came for it."""

import pytest

from operations.weights import FIRST_BYTES, Weight, files_of_page, files_of_styles, stays_cached, weight

PAGE = """<!doctype html><link rel="icon" href="/static/e.svg"><link rel="stylesheet" href="/static/a.css">
<link rel="alternate" href="/ru/"><img src="data:image/png;base64,x"><img src="../b.png" alt="">
<img src="/static/e.svg" alt=""><video src="/film.mp4" poster="/p.webp">
<track src="/en.vtt" default><track src="/ru.vtt"></video>
<a href="/en/">Home</a><script type="module" src="/static/c.js"></script><script type="application/json">{}</script>"""


def test_the_weights_of_two_visits_are_sums():
    assert weight("lesson", first=[8_000, 20_000, 1_000], later=[8_000]) == Weight(
        name="lesson", first_bytes=29_000, first_requests=3, later_bytes=8_000, later_requests=1, within_budget=True
    )


@pytest.mark.parametrize(
    ("first", "later"),
    [([FIRST_BYTES + 1], [1]), ([1] * 9, [1]), ([1], [8_000, 7_001])],
    ids=["too heavy", "too many requests", "too heavy later"],
)
def test_a_page_breaks_the_budget_in_each_of_three_ways(first, later):
    assert not weight("page", first=first, later=later).within_budget


def test_the_limits_of_the_budget_are_within_it():
    assert weight("page", first=[7_500] * 8, later=[15_000], first_paint_ms=2000).within_budget


def test_a_page_that_shows_itself_late_breaks_it_too():
    assert not weight("page", first=[1], later=[1], first_paint_ms=2001).within_budget


def test_the_files_of_a_page_are_what_a_browser_fetches_by_itself():
    assert files_of_page(PAGE, "http://host/en/modules/") == [
        "http://host/static/e.svg",
        "http://host/static/a.css",
        "http://host/en/b.png",
        "http://host/p.webp",
        "http://host/en.vtt",
        "http://host/static/c.js",
    ]


def test_the_files_of_a_style_sheet_are_found_beside_it():
    css = "@font-face { src: url('../fonts/f.woff2'), local('x'); } .a { mask: url(#arc); background: url(data:x) }"

    assert files_of_styles(css, "http://host/static/css/a.css") == ["http://host/static/fonts/f.woff2"]


@pytest.mark.parametrize(
    ("header", "kept"),
    [("max-age=315360000, public, immutable", True), ("max-age=60, public", False), ("no-cache", False), ("", False)],
)
def test_only_what_may_be_kept_for_a_day_costs_nothing_later(header, kept):
    assert stays_cached(header) is kept
