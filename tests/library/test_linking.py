"""Terms in running text: the first mention opens the definition, whatever its ending, and nothing else is touched."""

import doctest

import pytest

from library import linking
from library.linking import link_first, word
from library.models import Term
from tests.factories.courses import block, locale, make_lesson_page, make_module_page

WORDS = [word("migrant", "Migrant"), word("worker", "Migrant worker"), word("right", "Right to health (RH)")]


def linked(html: str) -> str:
    return link_first(html, WORDS, lambda slug, text: f"[{slug}:{text}]")[0]


def test_the_examples_in_the_code_are_true() -> None:
    assert doctest.testmod(linking).failed == 0


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Migrants and a migrant</p>", "<p>[migrant:Migrants] and a migrant</p>"),
        ("<p>A migrant worker, a migrant</p>", "<p>A [worker:migrant worker], a [migrant:migrant]</p>"),
        ("<p>the rights to health</p>", "<p>the [right:rights to health]</p>"),
        ("<p>migrant, worker</p>", "<p>[migrant:migrant], worker</p>"),
        ("<p>right <b>to</b> health</p>", "<p>right <b>to</b> health</p>"),
        ('<p title="migrant">x</p>', '<p title="migrant">x</p>'),
        ("<h2>Migrants</h2><a href='#'>migrants <b>x</b></a>", "<h2>Migrants</h2><a href='#'>migrants <b>x</b></a>"),
        ("<form><p>migrant</p></form><p>migrant</p>", "<form><p>migrant</p></form><p>[migrant:migrant]</p>"),
        ("<p>immigrant &amp; emigrant</p>", "<p>immigrant &amp; emigrant</p>"),
        ("", ""),
    ],
)
def test_only_the_first_mention_in_running_text_is_linked(html: str, expected: str) -> None:
    assert linked(html) == expected


@pytest.mark.django_db
def test_a_lesson_opens_definitions_and_lists_them_once() -> None:
    Term.objects.create(slug="migrant", name="Мігрант", definition="Чалавек <у руху>", locale=locale("be"))
    Term.objects.create(slug="data", name="Звесткі", definition="Тое, што запісана", locale=locale("be"))
    body = [
        block("M9.1", 1, "Для мігрантаў і пра мігрантаў: звесткі"),
        {"type": "term", "value": {"slug": "data"}},
    ]
    html = make_lesson_page(make_module_page("M9", language="be"), "M9.1", body=body).render_text()

    assert html.count('popovertarget="word-migrant">мігрантаў</button>') == 1
    assert '<div class="word-box" popover id="word-migrant"><p><dfn>Мігрант</dfn> – Чалавек &lt;у руху&gt;</p>' in html
    assert 'href="/be/glossary/#term-migrant"' in html
    assert 'id="word-data"' not in html  # a block of the text explains it already
