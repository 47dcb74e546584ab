"""Files whose format nobody named."""

import io
import zipfile

import pytest

from assessments.formats import tables
from assessments.formats.recognising import recognised
from tests.word_files import QUESTIONS

MANIFEST = (
    '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources><resource type="{}"/></resources></manifest>'
)


def package(**files: str) -> bytes:
    """A ZIP; two underscores in a name stand for a point."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as written:
        for name, text in files.items():
            written.writestr(name.replace("__", "."), text)
    return data.getvalue()


@pytest.mark.parametrize(
    ("filename", "content", "expected"),
    [
        ("a.txt", b'{"format": "academy-questions", "questions": []}', "json"),
        ("a.txt", b'\n[ {"type": "essay", "stem": "?"} ]', "json"),
        ("a.json", b"oops", "json"),
        ("a.xml", b'<?xml version="1.0"?>\n<!-- by Moodle -->\n<quiz><question type="essay"/></quiz>', "moodlexml"),
        ("a.xml", '<?xml version="1.0" encoding="windows-1251"?><!-- Тест --><quiz/>'.encode("cp1251"), "moodlexml"),
        ("a.xml", '<?xml version="1.0" encoding="UTF-16"?><quiz/>'.encode("utf-16"), "moodlexml"),
        ("a.xml", b"\xef\xbb\xbf<quiz>", "moodlexml"),
        ("a.txt", b'<!DOCTYPE questestinterop SYSTEM "ims_qtiasiv1p2.dtd"><questestinterop/>', "qti12"),
        ("a.xml", b'<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"/>', "qti12"),
        ("a.xml", b'<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"/>', "qti"),
        ("a.xml", b'<qti-assessment-test xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"/>', "qti"),
        ("a.txt", b"What is 2 + 2?\nA. 3\nB. 4\nANSWER: B\n", "aiken"),
        ("a.txt", "Что верно?\r\nA) {Да}\r\nB) Нет\r\nANSWER: A\r\n".encode("cp1251"), "aiken"),
        ("a.csv", b"anything", "csv"),
        ("a.txt", "код;вопрос;ответ 1\r\n1;Кто?;Я\r\n".encode(), "csv"),
        ("a.txt", b'"type","question","answer 1"\nessay,Why {so}?,\n', "csv"),
        ("a.txt", b"// Comment\n::Q1:: What is right? {=this ~that}\n", "gift"),
        ("a.gift", b"Only a description", "gift"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xlsx"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "docx"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "docx"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "xlsx"),
        ("a.bin", QUESTIONS, "docx"),
        ("a.doc", b"{\\rtf1 {=a ~b}}", "docx"),
        ("a.odt", package(mimetype="application/vnd.oasis.opendocument.text"), "docx"),
        ("a.bin", package(imsmanifest__xml=MANIFEST.format("imsqti_xmlv1p2"), q__xml="<x/>"), "qti12"),
        ("a.zip", package(q__xml="<assessmentItem/>", imsmanifest__xml=MANIFEST.format("imsqti_item_xmlv3p0")), "qti"),
        ("a.zip", package(a__txt="?", q__xml="<qti-assessment-item/>"), "qti"),
        ("a.zip", package(q__xml="<questestinterop/>"), "qti12"),
        ("a.zip", package(a__dat="<assessmentcreationsettings/>", b__dat="<questestinterop/>"), "qti12"),
        ("a.imscc", package(assessment_meta__xml="<quiz/>", q__xml="<questestinterop/>"), "qti12"),
        # What is none of them
        ("a.txt", b"Dear colleagues,\nhere are the questions.\n", None),
        ("a.html", b"<html><body>{=a ~b}</body></html>", None),
        ("a.xml", b'<!DOCTYPE quiz [<!ENTITY a "aa">]><quiz/>', None),
        ("a.txt", b"  \n", None),
        ("a.txt", b"", None),
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR{", None),
        ("a.pdf", b"%PDF-1.4\n\x01\x02 {", None),
        ("a.zip", package(photo__txt="a"), None),
        ("a.zip", b"PK\x03\x04 broken", None),
    ],
)
def test_a_file_is_recognised_by_what_is_in_it(filename: str, content: bytes, expected: str | None) -> None:
    assert recognised(filename, content) == expected


@pytest.mark.parametrize("language", ["en", "ru", "be"])
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_template_is_recognised_whatever_it_is_called(kind: str, language: str) -> None:
    assert recognised("questions", tables.template(language, kind)) == kind
