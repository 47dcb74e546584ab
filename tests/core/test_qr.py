"""QR codes as pictures for pages."""

from xml.etree import ElementTree

from core import qr


def test_a_code_is_a_picture_with_words_and_without_a_style():
    drawn = qr.picture("https://academy.example/c/ABC/", label='Scan "this" & come in')

    root = ElementTree.fromstring(drawn)
    assert (root.get("role"), root.get("aria-label")) == ("img", 'Scan "this" & come in')
    assert root[0].get("viewBox") is not None
    assert "style" not in drawn
    assert "https" not in drawn
