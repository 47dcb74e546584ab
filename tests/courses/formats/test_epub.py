"""A module as a book: every part in its place, well-formed, without a network, the same bytes for the same content."""

import io
import re
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from courses.formats.epub import to_epub
from courses.formats.pieces import Volume
from tests.certificates.verifiers.programs import by_epubcheck
from tests.courses.formats.volumes import PICTURE, chapter, jpeg, volume

XHTML, OPF, DC = (
    "{http://www.w3.org/1999/xhtml}",
    "{http://www.idpf.org/2007/opf}",
    "{http://purl.org/dc/elements/1.1/}",
)
XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def files_of(of: Volume) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(to_epub(of))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def page(of: Volume, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(files_of(of)[f"EPUB/{name}"])


def package(of: Volume) -> ElementTree.Element:
    return ElementTree.fromstring(files_of(of)["EPUB/package.opf"])


def metas(of: Volume) -> list[tuple[str, str]]:
    return [(each.attrib["property"], each.text or "") for each in package(of).iter(f"{OPF}meta")]


def texts(root: ElementTree.Element, tag: str) -> list[str]:
    return ["".join(each.itertext()) for each in root.iter(f"{XHTML}{tag}")]


def test_the_first_bytes_say_what_it_is():
    content = to_epub(volume())

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        first = archive.infolist()[0]

    assert content[30:58] == b"mimetypeapplication/epub+zip"
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)


def test_the_same_content_gives_the_same_bytes():
    assert to_epub(volume()) == to_epub(volume())
    assert to_epub(volume(version=8)) != to_epub(volume())


def test_every_file_is_in_the_manifest_and_every_text_in_the_order_of_reading():
    files, described = files_of(volume()), package(volume())

    items = {each.attrib["id"]: each.attrib["href"] for each in described.iter(f"{OPF}item")}
    order = [items[each.attrib["idref"]] for each in described.iter(f"{OPF}itemref")]

    assert {f"EPUB/{name}" for name in items.values()} == {
        name for name in files if name.startswith("EPUB/") and name != "EPUB/package.opf"
    }
    assert order == ["opening.xhtml", "lesson-1.xhtml", "lesson-2.xhtml", "terms.xhtml"]


def test_the_book_says_what_it_is_and_how_it_can_be_read():
    described = package(volume())

    said = {name: [each.text for each in described.iter(f"{DC}{name}")] for name in ("title", "language", "date")}
    accessible = [(name.removeprefix("schema:"), value) for name, value in metas(volume()) if "schema:" in name]

    assert said == {"title": ["Здароўе & міграцыя"], "language": ["be", "en"], "date": ["2026-05-12"]}
    assert ("dcterms:modified", "2026-05-12T00:00:00Z") in metas(volume())
    assert accessible[:-1] == [
        ("accessMode", "textual"),
        ("accessMode", "visual"),
        ("accessibilityFeature", "alternativeText"),
        ("accessModeSufficient", "textual"),
        ("accessibilityFeature", "displayTransformability"),
        ("accessibilityFeature", "readingOrder"),
        ("accessibilityFeature", "structuralNavigation"),
        ("accessibilityFeature", "tableOfContents"),
        ("accessibilityHazard", "none"),
    ]
    assert accessible[-1][1].startswith("Загалоўкі")


def test_the_contents_name_lessons_and_their_parts_in_their_languages():
    links = [
        (each.attrib["href"], "".join(each.itertext()), each.get("lang"))
        for each in page(volume(), "nav.xhtml").iter(f"{XHTML}a")
    ]

    assert links == [
        ("opening.xhtml", "Здароўе & міграцыя", None),
        ("lesson-1.xhtml", "Урок M9.1", None),
        ("lesson-1.xhtml#part-1", "Права", None),
        ("lesson-2.xhtml", "In English", "en"),
        ("lesson-2.xhtml#part-1", "Права", None),
        ("terms.xhtml", "Гласарый", None),
    ]


def test_a_lesson_keeps_its_headings_lists_tables_pictures_and_sources():
    lesson = page(volume(), "lesson-1.xhtml")

    image = next(lesson.iter(f"{XHTML}img"))
    heads = [(each.text, each.get("scope")) for each in lesson.iter(f"{XHTML}th")]

    assert texts(lesson, "h1") == ["Урок M9.1"]
    assert texts(lesson, "h2") == ["Права", "Адказы на пытанні для практыкавання", "Крыніцы"]
    assert texts(lesson, "h3") == ["Адразу глыбей"]
    assert texts(lesson, "caption") == ["Лічбы"]
    assert heads == [("2024", "col"), ("2025", "col"), ("Мінск", "row"), ("Брэст", "row")]
    assert image.attrib["alt"] == "Мапа кліник & шляхоў"
    assert files_of(volume())[f"EPUB/{image.attrib['src']}"] == PICTURE.content
    assert texts(lesson, "li")[-2].startswith("Пакт, арт. 12 (S1)")


def test_a_mention_of_a_term_leads_to_the_glossary_of_the_book():
    lesson, terms = page(volume(), "lesson-1.xhtml"), page(volume(), "terms.xhtml")

    link = next(each for each in lesson.iter(f"{XHTML}a") if each.get("role") == "doc-glossref")

    assert link.attrib["href"] == "terms.xhtml#migrant"
    assert [each.attrib["id"] for each in terms.iter(f"{XHTML}dt")] == ["migrant"]


def test_what_is_in_another_language_says_so():
    first, second = page(volume(), "lesson-1.xhtml"), page(volume(), "lesson-2.xhtml")

    assert (first.attrib[XML_LANGUAGE], second.attrib["lang"]) == ("be", "en")
    assert texts(second, "h2")[1:] == ["Answers to the practice questions", "Sources"]
    assert [each.get("lang") for each in first.iter(f"{XHTML}span")] == ["en"]
    assert [each.get("lang") for each in first.iter(f"{XHTML}aside")] == ["ru"]


def test_nothing_is_fetched_from_elsewhere():
    for name, content in files_of(volume()).items():
        fetched = re.findall(rb'(?:src|data|poster)="(?!pictures/)[^"]*"|url\(|<script|<link [^>]*href="http', content)
        assert (name, fetched) == (name, [])


def test_a_lesson_alone_has_no_page_before_it():
    alone = volume(whole=False, title="Урок M9.1", chapters=(chapter(),), terms=())

    names = [name for name in files_of(alone) if name.endswith(".xhtml")]

    assert names == ["EPUB/nav.xhtml", "EPUB/lesson-1.xhtml"]
    assert "Версія зместу 7 ад 12 мая 2026" in " ".join(texts(page(alone, "lesson-1.xhtml"), "p"))


def test_the_same_picture_twice_is_one_file():
    pictures = (PICTURE, replace(PICTURE, alternative="Іншымі словамі"), replace(PICTURE, content=jpeg("red")))
    names = files_of(volume(chapters=(chapter(pieces=pictures),)))

    assert len([name for name in names if name.startswith("EPUB/pictures/")]) == 2


@pytest.mark.deep
def test_epubcheck_finds_nothing(tmp_path):
    books = {
        "module": volume(),
        "lesson": volume(whole=False, chapters=(chapter(),)),
        "bare": volume(chapters=(chapter(pieces=(), answers=(), sources=(), summary=""),), terms=(), opening=()),
    }
    files = [tmp_path / f"{name}.epub" for name in books]
    for file, book in zip(files, books.values(), strict=True):
        file.write_bytes(to_epub(book))

    assert by_epubcheck(files) == {file: [] for file in files}


@pytest.mark.deep
def test_epubcheck_names_what_is_broken(tmp_path):
    file, broken = tmp_path / "broken.epub", io.BytesIO()
    with zipfile.ZipFile(broken, "w") as archive:
        for name, content in files_of(volume()).items():
            archive.writestr(name, content.replace(b"</h1>", b"</h2>"))
    file.write_bytes(broken.getvalue())

    assert by_epubcheck([file])[file] != []
