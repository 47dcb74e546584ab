"""Reading XML that somebody sends."""

import pytest

from core.errors import FormatError
from core.xml import markup, parsed


def test_elements_know_their_lines_and_have_no_namespace():
    tree = parsed(b'<?xml version="1.0"?>\n<a xmlns="urn:x">\n<b c="1"/>\n\n<d>e<f>g</f></d></a>')
    assert [(each.tag, each.line, each.attrib) for each in tree.iter()] == [
        ("a", 2, {}),
        ("b", 3, {"c": "1"}),
        ("d", 5, {}),
        ("f", 5, {}),
    ]
    assert tree.words("d") == "eg"
    assert tree.words("nothing", "here") == ""


def test_blank_lines_before_the_first_element_count():
    assert parsed(b"\n\n<a>\n<b/></a>").child("b").line == 4


def test_lines_beyond_65_535_are_right():
    tree = parsed(b"<a>" + b"\n" * 70_000 + b"<b/></a>")
    assert tree.child("b").line == 70_001


@pytest.mark.parametrize(
    "content",
    [
        '<?xml version="1.0" encoding="windows-1251"?><a>Ёлка</a>'.encode("cp1251"),
        '<?xml version="1.0" encoding="UTF-8"?><a>Ёлка</a>'.encode("cp1251"),
        '<?xml version="1.0" encoding="UTF-8"?><a>Ёлка</a>'.encode("utf-8-sig"),
        '<?xml version="1.0" encoding="UTF-16"?><a>Ёлка</a>'.encode("utf-16"),
        "\n<a>Ёлка</a>".encode(),
    ],
)
def test_the_usual_encodings_are_read_whatever_the_file_declares(content):
    assert parsed(content).text == "Ёлка"


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", 1, "empty"),
        (b"<a>\n<b></a>", 2, "mismatched"),
        (b"<a>\n&nbsp;</a>", 2, "undefined entity"),
        (b'<!DOCTYPE a [\n<!ENTITY x "y">]><a>&x;</a>', 2, "entity “x”"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', 1, "entity “x”"),
        (b"<a>" * 300, 1, "within each other"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(content, line, words):
    with pytest.raises(FormatError) as caught:
        parsed(content)
    assert words in caught.value.message
    assert caught.value.line == line


def test_the_address_of_a_document_type_is_never_fetched():
    assert parsed(b'<!DOCTYPE a SYSTEM "http://localhost:1/x.dtd"><a>b</a>').text == "b"


def test_markup_is_html_again():
    assert markup(parsed(b'<a>1 &lt; 2 <i class="&quot;x">n</i><img src="p.png"/> t</a>')) == (
        '1 &lt; 2 <i class="&quot;x">n</i><img src="p.png"> t'
    )
