import re
from datetime import date
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from django.utils.translation import override

from reports.charts import BarRow, Series, bars, step
from tests.reports.charts.pictures import charts_of

PAGE = Template("{% load charts %}{% for each in charts %}{% chart each %}{% endfor %}")
NUMBER = re.compile(r"-?\d+(\.\d+)?%?")
PLACES = {"x", "y", "x1", "y1", "x2", "y2", "width", "height", "cx", "cy", "r", "dx"}


def drawn(*charts):
    """The page with some charts as a tree: it has to be well-formed."""
    html = PAGE.render(Context({"charts": charts}))
    # The only attribute of these pages without a value would be `open`.
    return ElementTree.fromstring(f"<div>{html}</div>")


def texts(tree, tag):
    return ["".join(element.itertext()).strip() for element in tree.iter(tag)]


@pytest.mark.parametrize("chart", [pytest.param(chart, id=chart.name) for chart in charts_of(3)])
def test_a_picture_has_a_title_its_finding_and_the_table_of_its_figures(chart):
    tree = drawn(chart)

    picture = next(svg for svg in tree.iter("svg") if svg.get("role") == "img")
    ids = {element.get("id"): "".join(element.itertext()) for element in picture if element.get("id")}
    assert ids[picture.get("aria-labelledby")] == chart.title
    assert ids[picture.get("aria-describedby")] == chart.finding
    assert len(texts(tree, "th") + texts(tree, "td")) == len(chart.table.heads) * (len(chart.table.rows) + 1)
    assert texts(tree, "caption") == [chart.title]


@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_places_are_numbers_as_a_browser_reads_them_in_every_language(language):
    with override(language):
        tree = drawn(*charts_of(3))

    places = [(name, value) for mark in tree.iter() for name, value in mark.attrib.items() if name in PLACES]
    assert [place for place in places if not NUMBER.fullmatch(place[1])] == []
    assert len(places) > 500


def test_numbers_are_written_as_the_language_does():
    chart_of = {}
    for language in ("en", "ru", "be"):
        with override(language):
            chart = step([date(2026, 1, 1)], [Series("Zertifikate", [12_345])], name="s", title="T")
            chart_of[language] = texts(drawn(chart), "td")

    assert chart_of == {"en": ["12\u202f345"], "ru": ["12\u00a0345"], "be": ["12\u00a0345"]}


def test_nothing_is_inline_and_patterns_belong_to_their_chart():
    tree = drawn(*charts_of(3))

    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    used = {mark.get("fill") for mark in tree.iter("rect") if mark.get("fill")}
    assert len(ids) == len(set(ids))
    assert used == {f"url(#{name})" for name in ids if name.endswith(("-rising", "-falling", "-dots"))}
    assert not [
        element.tag for element in tree.iter() if "style" in element.attrib or element.tag in {"style", "script"}
    ]


def test_a_hidden_figure_is_marked_in_the_table():
    chart = bars([BarRow("A", 0.9, 9), BarRow("B", 0.2, 3, hidden=True)], name="b", title="T", heading="Agency")

    rows = [[(cell.get("class") or "").split() for cell in row.iter("td")] for row in drawn(chart).iter("tr")][1:]

    assert rows == [[["number"], ["number"]], [["number", "hidden-cell"], ["number", "hidden-cell"]]]


def test_without_figures_there_is_a_sentence_and_no_picture():
    tree = drawn(bars([], name="b", title="Attendance", heading="Agency"))

    assert list(tree.iter("svg")) == []
    assert texts(tree, "figcaption")[0].split("\n")[-1].strip() == "There are no figures yet."


def test_names_of_agencies_cannot_write_markup():
    chart = bars([BarRow("<script>&\"'", 0.9, 9)], name="b", title="<b>", heading="Agency")

    tree = drawn(chart)

    assert texts(tree, "title") == ["<b>"]
    assert "<script>&\"'" in texts(tree, "text")


def test_one_chart_after_another_is_one_figure_after_another():
    charts = list(charts_of(2))

    names = [figure.find("svg").get("aria-labelledby") for figure in drawn(*charts).iter("figure")]

    assert names == [f"{chart.name}-title" for chart in charts]
    assert all(one != other for one, other in pairwise(names))
