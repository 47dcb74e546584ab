"""A PDF that machines can read as well as people: PDF/A-3a and PDF/UA-1, written by ReportLab directly.

ReportLab has no interface for tags, output intents or metadata packets; its object layer is enough. Everything that is
drawn is either inside `tagged` (and so in the structure tree, in reading order) or inside `decoration` (an artifact).
"""

import hashlib
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from types import SimpleNamespace
from typing import Any
from xml.sax.saxutils import escape

from PIL import Image, ImageCms
from reportlab import rl_config
from reportlab.pdfbase import pdfdoc
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFString
from reportlab.pdfgen.canvas import Canvas

from core.pdf.typefaces import Typeface

# ASCII85 makes files a quarter larger and ten times slower, for printers of the last century.
rl_config.useA85 = 0

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>
<dc:format>application/pdf</dc:format><dc:identifier>{identifier}</dc:identifier>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>{author}</pdf:Producer><xmp:CreatorTool>{author}</xmp:CreatorTool>
<xmp:CreateDate>{moment}</xmp:CreateDate><xmp:ModifyDate>{moment}</xmp:ModifyDate>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>part of the standard</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


@dataclass(frozen=True)
class About:
    """What a document says of itself: in its properties and in its metadata packet."""

    title: str
    subject: str
    author: str
    language: str
    identifier: str
    moment: datetime


@dataclass(frozen=True)
class Attachment:
    """A file that the document carries along (PDF/A-3, an associated file of the whole document).

    `relationship` says what it is to the document: "Source", "Data", "Alternative", "Supplement", "Unspecified".
    """

    name: str
    data: bytes
    mime: str
    relationship: str
    description: str


@dataclass(frozen=True)
class SignatureRoom:
    """Room for a signature that is put in afterwards: `size` bytes of CMS, made at `moment` by `name`."""

    size: int
    moment: datetime
    name: str


# What stands for the byte range until the file is written and its places are known.
BYTE_RANGE_ROOM = b"/ByteRange [0 ********** ********** **********]"


@dataclass
class _Element:
    """A node of the structure tree: a piece of marked content on a page, a link, or elements of its own."""

    kind: str
    attributes: dict[str, Any]
    page: "_Page"
    mark: int | None = None
    link: Any = None
    kids: list["_Element"] = field(default_factory=list)


@dataclass
class _Page:
    """A page by its place in the tree of parents; `marked` are its elements by the number of their content."""

    parent_key: int
    name: str
    marked: list[_Element] = field(default_factory=list)


class _Stream(bytes, pdfdoc.PDFObject):
    """Bytes of a stream followed by the line end that PDF/A wants before `endstream` and ReportLab leaves out."""

    def format(self, _document: Any) -> bytes:
        return bytes(self) + b"\n"


class _LineEnds(pdfdoc.NoEncryption):
    """ReportLab asks the encryption for every stream's bytes: the one place to end them properly."""

    def encode(self, t: Any) -> Any:
        return _Stream(t.encode("latin-1") if isinstance(t, str) else t)


class _SignatureDictionary(pdfdoc.PDFObject):
    """The dictionary of a signature (ISO 32000-2, 12.8.1), which allows no change to the document (DocMDP, P 1)."""

    def __init__(self, room: SignatureRoom) -> None:
        self._room = room

    def format(self, document: Any) -> bytes:
        return b"\n".join(
            [
                b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached",
                f"/M (D:{self._room.moment.astimezone(UTC):%Y%m%d%H%M%SZ})".encode(),
                b"/Name " + pdfdoc.format(PDFString(self._room.name), document),
                # No DigestMethod: PDF/A forbids it.
                b"/Reference [<< /Type /SigRef /TransformMethod /DocMDP",
                b"/TransformParams << /Type /TransformParams /P 1 /V /1.2 >> >>]",
                BYTE_RANGE_ROOM,
                b"/Contents <" + b"00" * self._room.size + b"> >>",
            ]
        )


class Document:
    """Pages that keep the structure tree while they are drawn.

    `attachments` are carried along; with `signature` the file holds an invisible signature that certifies it, empty so
    far.
    """

    def __init__(
        self,
        size: tuple[float, float],
        about: About,
        first_face: Typeface,
        attachments: Sequence[Attachment] = (),
        signature: SignatureRoom | None = None,
    ) -> None:
        self._buffer = io.BytesIO()
        self._about = about
        self._elements: list[_Element] = []
        self._open = self._elements
        self._links: dict[int, _Element] = {}
        self._bookmarks = 0
        self.canvas = Canvas(
            self._buffer,
            pagesize=size,
            pageCompression=1,
            invariant=1,
            pdfVersion=(1, 7),
            # Otherwise the page opens with Helvetica, which is not embedded.
            initialFontName=first_face.name,
            lang=about.language,
        )
        self._document = self.canvas._doc  # noqa: SLF001
        self._document.encrypt = _LineEnds()
        self._pages = [_Page(0, self._document.thisPageName())]
        self._describe()
        if attachments:
            self._attach(attachments)
        if signature:
            self._make_room(signature)

    @property
    def _keys(self) -> int:
        """How many pages and links have a place in the tree of parents."""
        return len(self._pages) + len(self._links)

    def next_page(self) -> None:
        """Close the page and go on on a new one of the same size."""
        self._close_page()
        self._pages.append(_Page(self._keys, self._document.thisPageName()))

    def text(self, start: tuple[float, float], line: str, face: Typeface, size: float, tracking: float = 0) -> None:
        """Set one line with kerning from the start of its base line; `tracking` is extra space in points."""
        code = self.canvas._code  # noqa: SLF001
        spacing = f"{tracking:.3f} Tc " if tracking else ""
        x, y = start
        code.append(f"BT {spacing}1 0 0 1 {x:.2f} {y:.2f} Tm")
        for number, pieces in face.runs(line, self._document):
            name = face.font.getSubsetInternalName(number, self._document)
            code.append(f"{name} {size:g} Tf [{' '.join(map(self._operand, pieces))}] TJ")
        code.append("0 Tc ET" if tracking else "ET")

    @contextmanager
    def group(self, kind: str, **attributes: Any) -> Iterator[None]:
        """What is drawn inside belongs to a new element ("Table", "TR") that holds other elements."""
        element = _Element(kind, attributes, self._pages[-1])
        self._open.append(element)
        around, self._open = self._open, element.kids
        yield
        self._open = around

    @contextmanager
    def tagged(self, kind: str, **attributes: Any) -> Iterator[None]:
        """What is drawn inside is a new element ("H1", "P", "Figure") at the end of the reading order."""
        page = self._pages[-1]
        element = _Element(kind, attributes, page, mark=len(page.marked))
        self._open.append(element)
        page.marked.append(element)
        with self._marked(f"/{kind} <</MCID {element.mark}>> BDC"):
            yield

    @contextmanager
    def decoration(self) -> Iterator[None]:
        """What is drawn inside is not read aloud."""
        with self._marked("/Artifact BMC"):
            yield

    @contextmanager
    def link(self, address: str, rectangle: tuple[float, float, float, float], description: str) -> Iterator[None]:
        """What is drawn inside is a link that covers `rectangle` (left, bottom, right, top)."""
        with self.tagged("Link"):
            yield
        key, element = self._keys, self._open[-1]
        annotation = PDFDictionary(
            {
                "Type": PDFName("Annot"),
                "Subtype": PDFName("Link"),
                "Rect": PDFArray([f"{edge:.2f}" for edge in rectangle]),
                "Border": PDFArray([0, 0, 0]),
                "Contents": PDFString(description),
                "F": 4,
                "StructParent": key,
                "A": PDFDictionary({"S": PDFName("URI"), "URI": PDFString(address)}),
            }
        )
        name = f"link{len(self._links) or ''}"
        self.canvas._addAnnotation(annotation, name=name)  # noqa: SLF001
        element.link = self._document.refAnnotation(name)
        self._links[key] = element

    def form(self, name: str, deflated: bytes, size: tuple[float, float]) -> None:
        """Draw a drawing that was deflated before, as a form object of its own."""
        form = pdfdoc.PDFStream(
            PDFDictionary(
                {
                    "Type": PDFName("XObject"),
                    "Subtype": PDFName("Form"),
                    "BBox": PDFArray([0, 0, *(f"{edge:.2f}" for edge in size)]),
                    "Resources": PDFDictionary(),
                    "Filter": PDFName("FlateDecode"),
                }
            ),
            deflated,
        )
        self._document.Reference(form, pdfdoc.xObjectName(name))
        self.canvas.doForm(name)

    def bookmark(self, title: str, level: int, top: float) -> None:
        """Name a place of the page, `top` points from its bottom, in the outline of the file; the first level is 0."""
        key = f"place{self._bookmarks}"
        self._bookmarks += 1
        self.canvas.bookmarkHorizontal(key, 0, top)
        self.canvas.addOutlineEntry(title, key, level)
        self.canvas.showOutline()

    def image(self, content: bytes, corner: tuple[float, float], size: tuple[float, float]) -> None:
        """Draw a PNG or a JPEG from its bottom left corner; one that is drawn twice is in the file once."""
        digest, pixels, data, packed = _raster(content)
        if pdfdoc.xObjectName(digest) not in self._document.idToObject:
            described = {
                "Type": PDFName("XObject"),
                "Subtype": PDFName("Image"),
                "Width": pixels[0],
                "Height": pixels[1],
                # Means sRGB, as the output intent says.
                "ColorSpace": PDFName("DeviceRGB"),
                "BitsPerComponent": 8,
                "Filter": PDFName("FlateDecode" if packed else "DCTDecode"),
            }
            if packed:
                described["DecodeParms"] = PDFDictionary({"Predictor": 15, "Colors": 3, "Columns": pixels[0]})
            picture = pdfdoc.PDFStream(PDFDictionary(described), data)
            self._document.Reference(picture, pdfdoc.xObjectName(digest))
        self.canvas.saveState()
        self.canvas.transform(size[0], 0, 0, size[1], *corner)
        self.canvas.doForm(digest)
        self.canvas.restoreState()

    def finished(self) -> bytes:
        """Close the last page and return the file."""
        self._close_page()
        self._document.Catalog.StructTreeRoot = self._structure()
        self.canvas.save()
        return self._buffer.getvalue()

    def _close_page(self) -> None:
        # The structure tree refers to the pages, and each page to the tree.
        page = self._pages[-1]
        self.canvas.showPage()
        written = self._document.idToObject[page.name]
        written.__NoDefault__ = [*pdfdoc.PDFPage.__NoDefault__, "StructParents", "Tabs"]
        written.StructParents, written.Tabs = page.parent_key, PDFName("S")

    @contextmanager
    def _marked(self, opening: str) -> Iterator[None]:
        self.canvas._code.append(opening)  # noqa: SLF001
        yield
        self.canvas._code.append("EMC")  # noqa: SLF001

    def _operand(self, piece: bytes | float) -> str:
        return f"({self.canvas._escape(piece)})" if isinstance(piece, bytes) else f"{piece:.0f}"  # noqa: SLF001

    def _describe(self) -> None:
        about, document = self._about, self._document
        moment = about.moment.astimezone(UTC)
        document._timeStamp = SimpleNamespace(YMDhms=moment.timetuple()[:6], dhh=0, dmm=0)  # noqa: SLF001
        self.canvas.setTitle(about.title)
        self.canvas.setSubject(about.subject)
        self.canvas.setAuthor(about.author)
        self.canvas.setCreator(about.author)
        self.canvas.setProducer(about.author)
        self.canvas.setViewerPreference("DisplayDocTitle", "true")
        catalog = document.Catalog
        catalog.__NoDefault__ = [*pdfdoc.PDFCatalog.__NoDefault__, "OutputIntents", "AF", "Perms"]
        catalog.MarkInfo = PDFDictionary({"Marked": "true"})
        catalog.Metadata = pdfdoc.XMP(creator=lambda _document: self._packet(moment))
        catalog.OutputIntents = PDFArray([document.Reference(_output_intent(document))])

    def _attach(self, attachments: Sequence[Attachment]) -> None:
        """Embed files, name them in the name tree and associate them with the whole document (PDF/A-3, 6.8)."""
        catalog, reference = self._document.Catalog, self._document.Reference
        moment = self._about.moment.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ")
        named: list[tuple[str, Any]] = []
        for attachment in sorted(attachments, key=lambda attachment: attachment.name):
            parameters = {
                "Size": len(attachment.data),
                "ModDate": PDFString(moment),
                "CheckSum": f"<{hashlib.md5(attachment.data, usedforsecurity=False).hexdigest()}>",
            }
            # ReportLab escapes "#" in names but not "/".
            subtype = "/" + attachment.mime.replace("/", "#2F")
            entries = {"Type": PDFName("EmbeddedFile"), "Subtype": subtype, "Params": PDFDictionary(parameters)}
            stream = reference(pdfdoc.PDFStream(PDFDictionary(entries), attachment.data, [pdfdoc.PDFZCompress]))
            name = PDFString(attachment.name)
            specification = {
                "Type": PDFName("Filespec"),
                "F": name,
                "UF": name,
                "Desc": PDFString(attachment.description),
                "AFRelationship": PDFName(attachment.relationship),
                "EF": PDFDictionary({"F": stream, "UF": stream}),
            }
            named.append((attachment.name, reference(PDFDictionary(specification))))
        tree = PDFArray([part for name, file in named for part in (PDFString(name), file)])
        catalog.Names = PDFDictionary({"EmbeddedFiles": PDFDictionary({"Names": tree})})
        catalog.AF = PDFArray([file for _name, file in named])

    def _make_room(self, signature: SignatureRoom) -> None:
        """Write a signature field without a place on the page, so that nothing is to be read aloud."""
        catalog, reference = self._document.Catalog, self._document.Reference
        dictionary = reference(_SignatureDictionary(signature))
        field = {
            "Type": PDFName("Annot"),
            "Subtype": PDFName("Widget"),
            "FT": PDFName("Sig"),
            "T": PDFString("Signature"),
            "TU": PDFString(signature.name),
            "Rect": PDFArray([0, 0, 0, 0]),
            "F": 132,  # printed and locked; hidden is not allowed in PDF/A
            "P": pdfdoc.PDFObjectReference(self._pages[0].name),
            "V": dictionary,
        }
        self.canvas._addAnnotation(PDFDictionary(field), name="signature")  # noqa: SLF001
        widget = self._document.refAnnotation("signature")
        catalog.AcroForm = PDFDictionary({"Fields": PDFArray([widget]), "SigFlags": 3})
        catalog.Perms = PDFDictionary({"DocMDP": dictionary})

    def _packet(self, moment: datetime) -> bytes:
        values = {name: escape(str(value)) for name, value in vars(self._about).items()}
        values["moment"] = moment.strftime("%Y-%m-%dT%H:%M:%S+00:00")
        return _XMP.format(**values).encode()

    def _structure(self) -> Any:
        """Build the tree: root → Document → elements, and the way back from content and link to elements."""
        reference = self._document.Reference
        root = PDFDictionary({"Type": PDFName("StructTreeRoot")})
        root_reference = reference(root)
        body = PDFDictionary({"Type": PDFName("StructElem"), "S": PDFName("Document"), "P": root_reference})
        body_reference = reference(body)
        written: dict[int, Any] = {}
        body["K"] = PDFArray([self._written(element, body_reference, written) for element in self._elements])
        root["K"] = PDFArray([body_reference])
        parents: dict[int, Any] = {
            page.parent_key: reference(PDFArray([written[id(element)] for element in page.marked]))
            for page in self._pages
        }
        parents |= {key: written[id(element)] for key, element in self._links.items()}
        numbers = [part for key in sorted(parents) for part in (key, parents[key])]
        root["ParentTree"] = reference(PDFDictionary({"Nums": PDFArray(numbers)}))
        root["ParentTreeNextKey"] = len(parents)
        return root_reference

    def _written(self, element: _Element, parent: Any, written: dict[int, Any]) -> Any:
        """Write an element with all it holds, note its reference in `written`, and return it."""
        page = pdfdoc.PDFObjectReference(element.page.name)
        kids: list[Any] = [] if element.mark is None else [element.mark]
        if element.link is not None:
            kids.append(PDFDictionary({"Type": PDFName("OBJR"), "Obj": element.link, "Pg": page}))
        contents = PDFArray(kids)
        node = {"Type": PDFName("StructElem"), "S": PDFName(element.kind), "P": parent, "Pg": page, "K": contents}
        reference = self._document.Reference(PDFDictionary({**node, **element.attributes}))
        written[id(element)] = reference
        contents.sequence += [self._written(kid, reference, written) for kid in element.kids]
        return reference


def figure(alternative: str, box: tuple[float, float, float, float]) -> dict[str, Any]:
    """Return the attributes of a "Figure": the text that stands for it, and where it is on the page."""
    layout = {"O": PDFName("Layout"), "BBox": PDFArray([f"{edge:.2f}" for edge in box]), "Placement": PDFName("Block")}
    return {"Alt": PDFString(alternative), "A": PDFDictionary(layout)}


def language_of(code: str) -> dict[str, Any]:
    """Return the attributes of an element in another language than the document's; none for an empty code."""
    return {"Lang": PDFString(code)} if code else {}


def heading_cell(scope: str) -> dict[str, Any]:
    """Return the attributes of a "TH" that heads a "Column" or a "Row"."""
    return {"A": PDFDictionary({"O": PDFName("Table"), "Scope": PDFName(scope)})}


@lru_cache(maxsize=16)
def _raster(content: bytes) -> tuple[str, tuple[int, int], bytes, bool]:
    """Return (name, size in pixels, the data as a PDF takes them, whether they are deflated rows) of a PNG or JPEG.

    Pillow deflates the rows of a PNG as PDF's predictor 15. A JPEG in colour stays as it is.
    """
    name = hashlib.sha256(content).hexdigest()[:16]
    with Image.open(io.BytesIO(content)) as opened:
        if opened.format == "JPEG" and opened.mode == "RGB":
            return name, opened.size, content, False
        picture = opened.convert("RGB")
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    data, parts, place = buffer.getvalue(), [], 8
    while place < len(data):
        length, kind = int.from_bytes(data[place : place + 4]), data[place + 4 : place + 8]
        if kind == b"IDAT":
            parts.append(data[place + 8 : place + 8 + length])
        place += 12 + length
    return name, picture.size, b"".join(parts), True


@lru_cache
def _colour_profile() -> bytes:
    """The sRGB profile, without the moment at which it was made."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes.fromhex("07d0 0001 0001 0000 0000 0000")
    return bytes(profile)


def _output_intent(document: Any) -> PDFDictionary:
    profile = pdfdoc.PDFStream(PDFDictionary({"N": 3}), _colour_profile(), [pdfdoc.PDFZCompress])
    return PDFDictionary(
        {
            "Type": PDFName("OutputIntent"),
            "S": PDFName("GTS_PDFA1"),
            "OutputConditionIdentifier": PDFString("sRGB"),
            "Info": PDFString("sRGB IEC61966-2.1"),
            "DestOutputProfile": document.Reference(profile),
        }
    )
