"""Questions as a package of QTI 3.0: one item a question, and a manifest with tags and categories.

In the manifest tags are keywords, the category is a path of taxons, and a name that is no identifier of XML is the
entry of an identifier (all of LOM). In items hints are rubric blocks for tutors, a case is one for candidates, and what
an essay is marked by are those for scorers; `data-` attributes say how texts are written.
"""

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote

from django.utils.translation import gettext as _

from assessments.formats.item import Answer, Item, Text, TextFormat
from assessments.formats.qti.item_writing import CARRIES, HEAD, item_xml
from assessments.formats.qti.markup import NAME, element, in_element
from assessments.formats.qti.vocabulary import MADE_UP
from core.packages import beside

__all__ = ["CARRIES", "lost", "write"]

MANIFEST = "imsmanifest.xml"
MANIFEST_NAMESPACE = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
MANIFEST_SCHEMA = "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqtiv3p0_imscpv1p2_v1p0.xsd"
LOM = "http://ltsc.ieee.org/xsd/LOM"
ITEM_FILE = "item.xml"


class _Packed(NamedTuple):
    """An item in the package: its folder, its identifier, and the names of its pictures there by those in texts."""

    item: Item
    folder: str
    identifier: str
    pictures: dict[str, str]


def write(items: Sequence[Item]) -> bytes:
    """Return a package with the questions of the types that QTI carries here."""
    packed = list(_packed([each for each in items if each.type in CARRIES]))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        _put(package, MANIFEST, _manifest(packed).encode())
        for each in packed:
            renamed = {src: name for src, name in each.pictures.items() if src != name}
            xml = item_xml(each.item, each.identifier, renamed)
            _put(package, f"{each.folder}/{ITEM_FILE}", xml.encode(errors="replace"))
            for src, name in each.pictures.items():
                _put(package, beside(f"{each.folder}/{ITEM_FILE}", name), each.item.files[src])
    return stream.getvalue()


def lost(item: Item) -> list[str]:
    """Return what of a question does not go into QTI, or what other programs will do with it otherwise."""
    answers = _typed(item)
    found = {
        _("“*” for any text is written as an asterisk."): any(_has_wildcard(each) for each in answers),
        _("That ё and е are different letters is not said."): item.yo_sensitive,
        _("Other programs mark an order as right or wrong, without marks for parts of it."): (
            item.type == "ordering" and item.grading != "all_or_nothing"
        ),
        _("Texts in Markdown are shown as they are typed."): any(
            each.format == TextFormat.MARKDOWN for each in _texts(item)
        ),
        _("Options keep their place only at the end."): _is_fixed_between(item.answers),
    }
    return [sentence for sentence, applies in found.items() if applies]


def _typed(item: Item) -> list[Answer]:
    own = item.answers if item.type == "short_answer" else ()
    return [*own, *(each for gap in item.gaps if gap.type == "short_answer" for each in gap.answers)]


def _has_wildcard(answer: Answer) -> bool:
    text = answer.text.text
    return text != "*" and "*" in text.replace("\\*", "")


def _is_fixed_between(answers: Sequence[Answer]) -> bool:
    last = [each.last for each in answers]
    return last != sorted(last)


def _texts(item: Item) -> Iterator[Text]:
    yield from (item.stem, item.text, item.case, item.rubric, item.model_answer, item.general_feedback)
    yield from (*item.hints, *item.order)
    for answer in (*item.answers, *(each for gap in item.gaps for each in gap.answers)):
        yield from (answer.text, answer.feedback)
    for pair in item.pairs:
        yield from (pair.stem, pair.answer)


def _packed(items: Sequence[Item]) -> Iterator[_Packed]:
    """Items with identifiers that are unique, and pictures under names that stay in the folder of the item."""
    used: set[str] = set()
    for number, item in enumerate(items, start=1):
        own = item.identifier
        usable = bool(NAME.fullmatch(own)) and own not in used and not own.startswith(MADE_UP)
        identifier = own if usable else f"{MADE_UP}{number}"
        used.add(identifier)
        yield _Packed(item, f"items/{number:05d}", identifier, _pictures(item.files))


def _pictures(files: Mapping[str, bytes]) -> dict[str, str]:
    return {
        src: src if _is_safe(src) else f"picture-{number}{posixpath.splitext(src)[1]}"
        for number, src in enumerate(files, start=1)
    }


def _is_safe(src: str) -> bool:
    """Whether a picture can be kept under its name, below the folder of its item."""
    inside = beside(f"a/{ITEM_FILE}", src)
    return inside.startswith("a/") and inside != f"a/{ITEM_FILE}" and not set(src) & set(":?#\\") and src[0] != "/"


def _manifest(packed: Sequence[_Packed]) -> str:
    head = element("schema", "QTI Package") + element("schemaversion", "3.0.0")
    inside = [
        element("metadata", head),
        element("organizations"),
        element("resources", "\n" + "\n".join(map(_resource, packed)) + "\n"),
    ]
    return HEAD + element(
        "manifest",
        "\n" + "\n".join(inside) + "\n",
        xmlns=MANIFEST_NAMESPACE,
        **{"xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance"},
        **{"xsi:schemaLocation": f"{MANIFEST_NAMESPACE} {MANIFEST_SCHEMA}"},
        identifier="manifest",
    )


def _resource(packed: _Packed) -> str:
    name = f"{packed.folder}/{ITEM_FILE}"
    files = [name, *(quote(beside(name, each)) for each in packed.pictures.values())]
    inside = element("metadata", _lom(packed)) + "".join(element("file", href=each) for each in files)
    number = packed.folder.rpartition("/")[2]
    return element("resource", inside, identifier=f"resource-{number}", type="imsqti_item_xmlv3p0", href=name)


def _lom(packed: _Packed) -> str:
    item = packed.item
    general = element("title", _said(item.name, item.language)) if item.name else ""
    if item.identifier and item.identifier != packed.identifier:
        general = element("identifier", element("entry", in_element(item.identifier))) + general
    general += "".join(element("keyword", _said(each, item.language)) for each in item.tags)
    inside = element("general", general) if general else ""
    if item.category:
        purpose = element("purpose", element("source", "LOMv1.0") + element("value", "discipline"))
        taxons = "".join(element("taxon", element("entry", _said(each, item.language))) for each in item.category)
        inside += element("classification", purpose + element("taxonPath", taxons))
    return element("lom", inside, xmlns=LOM)


def _said(text: str, language: str) -> str:
    return element("string", in_element(text), **({"language": language} if language else {}))


def _put(package: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Put a file in the package; without the moment, so that the same questions make the same file."""
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    package.writestr(entry, content)
