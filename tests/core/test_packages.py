"""Reading a ZIP that somebody sends."""

import io
import zipfile

import pytest

from core.errors import FormatError
from core.packages import Limits, Package, beside, is_package
from core.xml import parsed


def zipped(**files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def test_files_are_read_by_their_names():
    package = Package(zipped(**{"imsmanifest.xml": "<m/>", "images__a b.png": "x"}))
    assert package.names() == ["imsmanifest.xml", "images/a b.png"]
    assert package.read("images/a%20b.png") == b"x"
    assert package.read("../imsmanifest.xml") is None
    assert package.read("nothing") is None


def test_a_bomb_is_not_opened():
    with pytest.raises(FormatError, match="far more"):
        Package(zipped(a=b"0" * 5_000_000))


@pytest.mark.parametrize("content", [b"PK\x03\x04 and no more", b"", b"PK\x05\x06" + b"\xff" * 40])
def test_a_damaged_package_is_refused(content):
    with pytest.raises(FormatError, match="damaged"):
        Package(content)


def test_names_beside_a_file_stay_in_the_package():
    assert beside("a/b.xml", "../../../etc/passwd") == "../../etc/passwd"
    assert is_package(zipped(a="b"))
    assert not is_package(b"<a/>")


def test_many_small_bombs_are_not_opened():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        for place in range(20):
            package.writestr(f"q{place}.xml", "<p/>" * 250_000)

    with pytest.raises(FormatError, match="unpacks to far more"):
        Package(content.getvalue())


def test_a_package_whose_files_have_millions_of_elements_together_is_not_read_to_its_end():
    files = {"a.xml": "<a><b/><b/></a>", "b.xml": "<a><b/><b/></a>", "c.xml": "<a/>"}
    package = Package(zipped(**files), Limits(elements=5))
    package.weighed(parsed(package.read("a.xml")))

    with pytest.raises(FormatError, match="far more"):
        package.weighed(parsed(package.read("b.xml")))
    with pytest.raises(FormatError, match="far more"):
        package.read("c.xml")
