"""Word files made part by part, as Word writes them."""

import io
import zipfile
from base64 import b64decode
from collections.abc import Mapping
from html import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KINDS = f"{R}/"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative"'
)
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
STYLES = {
    "Normal": "Normal",
    "1": "heading 1",
    "2": "heading 2",
    "3": "heading 3",
    "4": "heading 4",
    "a3": "Title",
    "a4": "Quote",
    "a5": "caption",
    "a6": "List Paragraph",
    "a7": "Letterhead",
}
# numId → the format of its first three levels with their labels.
LISTS = {
    "1": (("decimal", "%1."), ("lowerLetter", "%2)"), ("lowerRoman", "%3.")),
    "2": (("upperLetter", "%1."), ("decimal", "%1.%2"), ("upperRoman", "(%3)")),
    "3": (("russianLower", "%1)"), ("russianUpper", "%2."), ("none", "")),
    "4": (("bullet", "\uf0b7"), ("bullet", "o"), ("bullet", "▪")),
}


def run(text: str, properties: str = "") -> str:
    """Words; `properties` are the names of switches such as "b i", or elements of their own."""
    own = "".join(f"<w:{name}/>" for name in properties.split()) if "<" not in properties else properties
    return f'<w:r><w:rPr>{own}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(*inside: str, style: str = "", numbered: tuple[str, int] | None = None, properties: str = "") -> str:
    """A paragraph of runs, or of texts that become runs; `numbered` is a list of LISTS and a level, from 0."""
    runs = "".join(each if each.startswith("<") else run(each) for each in inside)
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    listed = f'<w:numPr><w:ilvl w:val="{numbered[1]}"/><w:numId w:val="{numbered[0]}"/></w:numPr>' if numbered else ""
    return f"<w:p><w:pPr>{named}{listed}{properties}</w:pPr>{runs}</w:p>"


def table(*rows: list[str], heading: bool = True) -> str:
    """A table whose first row its style sets apart."""
    cells = "".join(
        f"<w:tr>{''.join(f'<w:tc><w:tcPr/>{paragraph(cell)}</w:tc>' for cell in row)}</w:tr>" for row in rows
    )
    look = f'<w:tblPr><w:tblLook w:val="0000" w:firstRow="{int(heading)}" w:firstColumn="0"/></w:tblPr>'
    return f"<w:tbl>{look}{cells}</w:tbl>"


def picture(relation: str, alternative: str = "", inside: str = "") -> str:
    """A picture in its run."""
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="x" descr="{escape(alternative)}">{inside}</wp:docPr>'
        f'<a:graphic><a:graphicData><pic:pic><pic:blipFill><a:blip r:embed="{relation}"/></pic:blipFill></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def word_file(
    *body: str,
    targets: Mapping[str, tuple[str, str]] | None = None,
    parts: Mapping[str, bytes] | None = None,
    main_type: str = MAIN_TYPE,
) -> bytes:
    """A Word file. `targets` are relations of the text: id → (kind, target); those to addresses are external."""
    relations = {"rIdS": ("styles", "styles.xml"), "rIdN": ("numbering", "numbering.xml"), **(targets or {})}
    every: dict[str, str | bytes] = {
        "[Content_Types].xml": _content_types(main_type),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "word/document.xml")}),
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{''.join(body)}<w:sectPr/></w:body></w:document>",
        "word/_rels/document.xml.rels": _relations(relations),
        "word/styles.xml": _styles(),
        "word/numbering.xml": _numbering(),
        **(parts or {}),
    }
    return packed(every)


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """A ZIP of these parts."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return written.getvalue()


def part(root: str, inside: str) -> bytes:
    """A part of its own, such as comments."""
    return f"<w:{root} {NAMESPACES}>{inside}</w:{root}>".encode()


def _content_types(main_type: str) -> str:
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="{main_type}"/></Types>'
    )


def _relations(targets: Mapping[str, tuple[str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="{key}" Type="{KINDS}{kind}" Target="{escape(target)}"'
        f"{' TargetMode=' + chr(34) + 'External' + chr(34) if ':' in target else ''}/>"
        for key, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{each}</Relationships>'


def _styles() -> str:
    own = "".join(
        f'<w:style w:type="paragraph" w:default="{int(key == "Normal")}" w:styleId="{key}">'
        f'<w:name w:val="{name}"/></w:style>'
        for key, name in STYLES.items()
    )
    strong = '<w:style w:type="character" w:styleId="Strong"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr></w:style>'
    return f"<w:styles {NAMESPACES}>{own}{strong}</w:styles>"


def _numbering() -> str:
    levels = {
        key: "".join(
            f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{label}"/></w:lvl>'
            for at, (form, label) in enumerate(each)
        )
        for key, each in LISTS.items()
    }
    abstract = "".join(f'<w:abstractNum w:abstractNumId="{key}">{each}</w:abstractNum>' for key, each in levels.items())
    nums = "".join(f'<w:num w:numId="{key}"><w:abstractNumId w:val="{key}"/></w:num>' for key in LISTS)
    anew = (
        '<w:num w:numId="12"><w:abstractNumId w:val="2"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>'
        "</w:lvlOverride></w:num>"
    )
    return f"<w:numbering {NAMESPACES}>{abstract}{nums}{anew}</w:numbering>"


DRAWN = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
NOTE = '<w:r><w:footnoteReference w:id="2"/></w:r>'
LINK = f'<w:hyperlink r:id="rIdL">{run("the Convention")}</w:hyperlink>'
EVERYTHING = word_file(
    paragraph("Who is a migrant?", style="1"),
    paragraph("A person ", run("who moves", "b"), " and ", run("settles", "i"), " (", LINK, ").", NOTE),
    paragraph("deleted: ", '<w:del w:id="1"><w:r><w:delText>gone</w:delText></w:r></w:del>'),
    paragraph(f'<w:ins w:id="2">{run("new")}</w:ins>', " words"),
    paragraph("First", numbered=("1", 0)),
    paragraph("Second", numbered=("1", 0)),
    paragraph("below", numbered=("1", 1)),
    paragraph("Point", numbered=("4", 0)),
    table(["Year", "Arrivals"], ["2022", "8000"]),
    paragraph(picture("rIdP", "A map")),
    paragraph("Source: IOM, 2024", style="a5"),
    paragraph("They said so.", style="a4"),
    paragraph('<w:r><w:commentReference w:id="7"/></w:r>', run("red", '<w:color w:val="FF0000"/>')),
    targets={
        "rIdL": ("hyperlink", "https://www.unhcr.org/1951-refugee-convention"),
        "rIdP": ("image", "media/image1.png"),
        "rIdF": ("footnotes", "footnotes.xml"),
        "rIdC": ("comments", "comments.xml"),
    },
    parts={
        "word/media/image1.png": DRAWN,
        "word/footnotes.xml": part(
            "footnotes", f'<w:footnote w:id="2">{paragraph("IOM Glossary, 2019.")}</w:footnote>'
        ),
        "word/comments.xml": part("comments", f'<w:comment w:id="7">{paragraph("Is it so?")}</w:comment>'),
    },
)
QUESTIONS = word_file(
    paragraph("A test", style="a3"),
    paragraph("Who keeps the card?", numbered=("1", 0)),
    paragraph("The registry", numbered=("1", 1)),
    paragraph("The ", run("patient", "b"), numbered=("1", 1)),
    paragraph("Answer: b"),
    paragraph("How long?", numbered=("1", 0)),
    paragraph("Ten years", numbered=("1", 1)),
    paragraph("A week", numbered=("1", 1)),
    paragraph("Answer: A"),
)
EXAMPLES = (EVERYTHING, QUESTIONS, word_file(table(["question", "answer 1", "credit 1"], ["Why?", "So", "1"])))
