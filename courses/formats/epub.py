"""A module as a book (EPUB 3.3): a chapter for each lesson, readable without a network and in any size of letters.

The same volume gives the same bytes: files stand in a fixed order and bear no moment.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from html import escape
from uuid import NAMESPACE_URL, uuid5

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override

from courses.formats.editions import edition, where
from courses.formats.markup import Writer, element, in_language, listed
from courses.formats.pieces import Chapter, Definition, Picture, Source, Volume, pictures_of
from library.linking import link_first, word

MEDIA_TYPE = "application/epub+zip"
_XHTML, _CSS = "application/xhtml+xml", "text/css"
# The earliest day that a ZIP can say.
_NO_MOMENT = (1980, 1, 1, 0, 0, 0)
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_CONTAINER = f"""{_XML}<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
_STYLE = """body { line-height: 1.5; }
h1, h2, h3, h4 { line-height: 1.2; page-break-after: avoid; break-after: avoid; hyphens: none; }
.quiet, .apart__label, figcaption, .facts { font-size: .9em; }
.apart__label { font-weight: bold; margin: 0 0 .3em; }
.apart { margin: 1em 0; padding: .6em .8em; border: 1px solid; border-left-width: .3em; }
.apart--opening { font-style: italic; }
figure { margin: 1em 0; break-inside: avoid; }
img { max-width: 100%; height: auto; }
table { border-collapse: collapse; width: 100%; margin: 1em 0; font-size: .9em; }
caption { text-align: left; font-weight: bold; padding-bottom: .3em; }
th, td { border: 1px solid; padding: .3em .5em; text-align: left; vertical-align: top; }
dt { font-weight: bold; }
dd { margin: 0 0 .6em; }
"""


@dataclass(frozen=True)
class _File:
    """A file of the book: its name beside the others, its media type, and whether it is read in its turn."""

    name: str
    media_type: str
    content: bytes
    read: bool = False
    properties: str = ""

    @property
    def key(self) -> str:
        return self.name.replace("/", "-").partition(".")[0]


@dataclass(frozen=True)
class _Entry:
    """A line of the table of contents, and what stands below it."""

    place: str
    title: str
    language: str = ""
    below: tuple["_Entry", ...] = ()


def to_epub(volume: Volume) -> bytes:
    """Return a book of a module or a lesson, in the language of the volume."""
    with override(volume.language):
        return _Book(volume).bound()


class _Book:
    """One book being made."""

    def __init__(self, volume: Volume) -> None:
        self.volume = volume
        self.publisher = _("Migration Health Academy")
        self.pictures = _pictures(volume)
        self.entries: list[_Entry] = []

    def bound(self) -> bytes:
        read = [*self._opening(), *self._chapters(), *self._terms()]
        pictures = {file.name: file for file in self.pictures.values()}
        files = [self._contents(), *read, _File("style.css", _CSS, _STYLE.encode()), *pictures.values()]
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            # First and as it is, so that the first bytes of the file say what it is.
            _put(archive, "mimetype", MEDIA_TYPE.encode(), packed=False)
            _put(archive, "META-INF/container.xml", _CONTAINER.encode())
            _put(archive, "EPUB/package.opf", self._package(files).encode())
            for file in files:
                _put(archive, f"EPUB/{file.name}", file.content, packed=not file.media_type.startswith("image/"))
        return buffer.getvalue()

    # --- What is read ------------------------------------------------------------------------------------------------

    def _opening(self) -> Iterator[_File]:
        volume = self.volume
        if not volume.whole:
            return
        inside = [
            element("h1", escape(volume.title)),
            element("p", escape(volume.lead)) if volume.lead else "",
            self._facts(),
            Writer(self._place).written(volume.opening),
        ]
        self.entries.append(_Entry("opening.xhtml", volume.title))
        yield self._page("opening.xhtml", volume.title, "\n".join(filter(None, inside)), kind="titlepage")

    def _facts(self) -> str:
        volume = self.volume
        online = element("a", escape(volume.address), href=volume.address)
        lines = [f"{escape(label)}: {escape(value)}" for label, value in volume.about]
        lines += [escape(capfirst(edition(volume))), f"{escape(_('Online'))}: {online}"]
        return element("div", "".join(element("p", line) for line in lines), class_="facts")

    def _chapters(self) -> Iterator[_File]:
        for number, chapter in enumerate(self.volume.chapters, start=1):
            with override(chapter.language):
                yield self._chapter(f"lesson-{number}.xhtml", number, chapter)

    def _chapter(self, name: str, number: int, chapter: Chapter) -> _File:
        writer = Writer(self._place)
        text = self._with_terms(writer.written(chapter.pieces))
        inside = [
            element("p", escape(self._where(number, chapter)), class_="quiet"),
            element("h1", escape(chapter.title)),
            element("p", escape(chapter.summary)) if chapter.summary else "",
            "" if self.volume.whole else self._facts(),
            text,
            self._answers(chapter),
            _sources(chapter.sources),
        ]
        other = chapter.language if chapter.language != self.volume.language else ""
        below = tuple(_Entry(f"{name}#{place}", title) for place, title in writer.headings)
        self.entries.append(_Entry(name, chapter.title, other, below))
        return self._page(name, chapter.title, "\n".join(filter(None, inside)), chapter.language, kind="chapter")

    def _where(self, number: int, chapter: Chapter) -> str:
        return " · ".join(where(self.volume, number, chapter))

    def _answers(self, chapter: Chapter) -> str:
        if not chapter.answers:
            return ""
        title = element("h2", escape(_("Answers to the practice questions")), id="answers")
        return element("section", title + Writer(self._place).written(chapter.answers), epub_type="answers")

    def _with_terms(self, html: str) -> str:
        words = [word(term.slug, term.name) for term in self.volume.terms]
        link = 'epub:type="glossref" role="doc-glossref"'
        return link_first(html, words, lambda slug, said: f'<a href="terms.xhtml#{slug}" {link}>{said}</a>')[0]

    def _terms(self) -> Iterator[_File]:
        if not self.volume.terms:
            return
        title = _("Glossary")
        lines = "".join(map(partial(_definition, self.volume.language), self.volume.terms))
        inside = element("h1", escape(title)) + element("dl", lines)
        self.entries.append(_Entry("terms.xhtml", title))
        yield self._page("terms.xhtml", title, inside, kind="glossary")

    def _contents(self) -> _File:
        title = _("Contents")
        inside = element("h1", escape(title)) + _entries(self.entries)
        nav = element("nav", inside, epub_type="toc", role="doc-toc", id="toc")
        return _File("nav.xhtml", _XHTML, self._html(title, nav, self.volume.language).encode(), properties="nav")

    def _page(self, name: str, title: str, inside: str, language: str = "", *, kind: str) -> _File:
        role = f"doc-{kind}" if kind in {"chapter", "glossary"} else ""
        section = element("section", f"\n{inside}\n", epub_type=kind, role=role)
        return _File(name, _XHTML, self._html(title, section, language or self.volume.language).encode(), read=True)

    def _html(self, title: str, inside: str, language: str) -> str:
        head = f'<head><title>{escape(title)}</title><link rel="stylesheet" type="text/css" href="style.css"/></head>'
        names = 'xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
        tongue = f'lang="{language}" xml:lang="{language}"'
        return f"{_XML}<!DOCTYPE html>\n<html {names} {tongue}>\n{head}\n<body>\n{inside}\n</body>\n</html>\n"

    def _place(self, picture: Picture) -> str:
        return self.pictures[picture].name

    # --- What the book says of itself --------------------------------------------------------------------------------

    def _package(self, files: list[_File]) -> str:
        items = "\n".join(_item(file) for file in files)
        spine = "".join(f'<itemref idref="{file.key}"/>' for file in files if file.read)
        return (
            f'{_XML}<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"'
            f' xml:lang="{self.volume.language}">\n<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
            f"{self._metadata()}\n</metadata>\n<manifest>\n{items}\n</manifest>\n<spine>{spine}</spine>\n</package>\n"
        )

    def _metadata(self) -> str:
        volume = self.volume
        name = uuid5(NAMESPACE_URL, f"{volume.address}#{volume.language}-{volume.version}")
        said = [
            f'<dc:identifier id="id">urn:uuid:{name}</dc:identifier>',
            *_dublin("title", [volume.title]),
            *_dublin("language", dict.fromkeys([volume.language, *(each.language for each in volume.chapters)])),
            *_dublin("creator", [self.publisher]),
            *_dublin("publisher", [self.publisher]),
            *_dublin("description", [volume.lead] if volume.lead else []),
            *_dublin("source", [volume.address]),
            *_dublin("date", [volume.day.isoformat()]),
            _meta("dcterms:modified", f"{volume.day.isoformat()}T00:00:00Z"),
            *(_meta(f"schema:{name}", value) for name, value in self._accessibility()),
        ]
        return "\n".join(said)

    def _accessibility(self) -> Iterator[tuple[str, str]]:
        yield "accessMode", "textual"
        if self.pictures:
            yield "accessMode", "visual"
            yield "accessibilityFeature", "alternativeText"
        yield "accessModeSufficient", "textual"
        for feature in ("displayTransformability", "readingOrder", "structuralNavigation", "tableOfContents"):
            yield "accessibilityFeature", feature
        yield "accessibilityHazard", "none"
        yield (
            "accessibilitySummary",
            _("Headings, lists and tables are marked as such, pictures are described, and nothing needs a network."),
        )


def _pictures(volume: Volume) -> dict[Picture, _File]:
    """The pictures of a volume with the files they become; the same picture is one file."""
    texts = [volume.opening, *(chapter.pieces for chapter in volume.chapters)]
    files: dict[bytes, _File] = {}
    found: dict[Picture, _File] = {}
    for picture in (picture for text in texts for picture in pictures_of(text)):
        found[picture] = files.setdefault(picture.content, _picture(len(files) + 1, picture.content))
    return found


def _picture(number: int, content: bytes) -> _File:
    kind = "png" if content.startswith(b"\x89PNG") else "jpeg"
    return _File(f"pictures/picture-{number}.{kind.replace('jpeg', 'jpg')}", f"image/{kind}", content)


def _sources(sources: Iterable[Source]) -> str:
    inside = listed(sources)
    if not inside:
        return ""
    title = element("h2", escape(_("Sources")), id="sources")
    return element("section", title + inside, epub_type="bibliography", role="doc-bibliography")


def _definition(language: str, term: Definition) -> str:
    tongue = in_language(term.language if term.language != language else "")
    name = element("dt", element("dfn", escape(term.name)), id=term.slug, **tongue)
    return name + element("dd", escape(term.text), **tongue)


def _entries(entries: Iterable[_Entry]) -> str:
    lines = [
        element(
            "li",
            element("a", escape(entry.title), href=entry.place, **in_language(entry.language))
            + (_entries(entry.below) if entry.below else ""),
        )
        for entry in entries
    ]
    return element("ol", "\n".join(lines))


def _item(file: _File) -> str:
    properties = f' properties="{file.properties}"' if file.properties else ""
    return f'<item id="{file.key}" href="{file.name}" media-type="{file.media_type}"{properties}/>'


def _dublin(name: str, values: Iterable[str]) -> Iterator[str]:
    return (f"<dc:{name}>{escape(value)}</dc:{name}>" for value in values)


def _meta(name: str, value: str) -> str:
    return f'<meta property="{name}">{escape(value)}</meta>'


def _put(archive: zipfile.ZipFile, name: str, content: bytes, *, packed: bool = True) -> None:
    entry = zipfile.ZipInfo(name, _NO_MOMENT)
    entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)
