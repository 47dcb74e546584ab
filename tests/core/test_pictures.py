"""Pictures in words: the examples of the module, and what it leaves alone."""

import doctest

from core import pictures


def test_the_examples_hold():
    assert doctest.testmod(pictures).failed == 0


def test_a_page_without_pictures_stays_as_it_is():
    page = "<p>1 < 2 &amp; <b>so on</b></p><svg><image href='x'/></svg>"

    assert pictures.in_words(page) == page


def test_every_picture_is_said_once_and_in_its_place():
    page = '<p>a</p><picture>\n<source srcset="1"><img alt="One"></picture><p>b</p><img alt="Two" src="2"><p>c</p>'

    said = pictures.in_words(page)

    assert said == (
        '<p>a</p><span class="in-words">Picture: One</span><p>b</p><span class="in-words">Picture: Two</span><p>c</p>'
    )
