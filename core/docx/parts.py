"""The parts of a Word file, and which files are none."""

import posixpath
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import FormatError
from core.packages import Limits, Package, beside, is_package
from core.xml import Node, parsed

MAX_BYTES = 20 * 1024 * 1024
MAX_PARTS = 5_000
MAX_UNPACKED = 100 * 1024 * 1024
# A page has some two thousand; each takes half a kilobyte of memory.
MAX_ELEMENTS = 500_000

OLD_OFFICE = b"\xd0\xcf\x11\xe0"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
CONTENT_TYPES = "[Content_Types].xml"
USUAL_MAIN = "word/document.xml"

_DAMAGED = gettext_lazy("The Word file is damaged. Open it, save it as .docx and send it again.")
_LIMITS = Limits(
    files=MAX_PARTS,
    unpacked=MAX_UNPACKED,
    elements=MAX_ELEMENTS,
    too_dense=gettext_lazy("The Word file unpacks to far more than a text needs, so it was not opened."),
    damaged=_DAMAGED,
)


class Target(NamedTuple):
    """What a part refers to: the name of another part, or an address outside the file."""

    name: str
    is_outside: bool
    kind: str


class Parts:
    """The parts of a Word file as trees. Raises FormatError with a sentence for whatever is no such file."""

    def __init__(self, content: bytes) -> None:
        _refuse_other_kinds(content)
        self._package = Package(content, _LIMITS)
        _refuse_other_packages(self._package)
        self.main = self._main()
        self._targets = self._relations(self.main)

    def tree(self, name: str) -> Node | None:
        """Return a part as a tree; None when there is none of that name."""
        content = self._package.read(name)
        if content is None:
            return None
        try:
            root = parsed(content, most=MAX_ELEMENTS)
        except FormatError as error:
            raise FormatError(str(_DAMAGED)) from error
        return self._package.weighed(root)

    def of_kind(self, kind: str) -> Node | None:
        """Return the part that the text names for a purpose, such as "styles"; None when there is none."""
        found = next((each for each in self._targets.values() if each.kind == kind and not each.is_outside), None)
        return self.tree(found.name) if found else None

    def target(self, relation: str) -> Target | None:
        """Return what the text refers to by the id of a relation."""
        return self._targets.get(relation)

    def content(self, name: str) -> bytes | None:
        """Return a part as it stands, a picture for instance."""
        return self._package.read(name)

    def _main(self) -> str:
        named = next((each for each in self._relations("").values() if each.kind == "officeDocument"), None)
        name = named.name if named else USUAL_MAIN
        if self._package.read(name) is None:
            raise FormatError(_("This is no Word file (.docx)."))
        return name

    def _relations(self, name: str) -> dict[str, Target]:
        """What a part refers to, by the ids that it uses; of the file as a whole for an empty name."""
        folder, file = posixpath.split(name)
        root = self.tree(posixpath.join(folder, "_rels", f"{file}.rels"))
        return {
            each.get("Id", ""): _target(name, each)
            for each in (root.children("Relationship") if root is not None else [])
        }


def _target(name: str, node: Node) -> Target:
    address, is_outside = node.get("Target", ""), node.get("TargetMode") == "External"
    return Target(address if is_outside else beside(name, address), is_outside, node.get("Type", "").rpartition("/")[2])


def is_word(package: Package) -> bool:
    """Whether a package holds a Word file, with macros or without."""
    return b"wordprocessingml" in _content_types(package) or b"ms-word.document" in _content_types(package)


def is_open_document(package: Package) -> bool:
    """Whether a package holds a text of LibreOffice and the like."""
    return (package.read("mimetype") or b"").startswith(b"application/vnd.oasis.opendocument.text")


def _content_types(package: Package) -> bytes:
    return package.read(CONTENT_TYPES) or b""


def _refuse_other_kinds(content: bytes) -> None:
    if len(content) > MAX_BYTES:
        raise FormatError(_("The file is larger than 20 MB. Split it into smaller ones."))
    if content.startswith(OLD_OFFICE):
        raise FormatError(
            _("This Word file is protected with a password. Save it without one and send it again.")
            if ENCRYPTED in content
            else _("This is an old Word file (.doc). Save it as .docx and send it again.")
        )
    if content.startswith(b"{\\rtf"):
        raise FormatError(_("This is a file in RTF. Open it, save it as .docx and send it again."))
    if not is_package(content):
        raise FormatError(_("This is no Word file (.docx)."))


def _refuse_other_packages(package: Package) -> None:
    if is_open_document(package):
        raise FormatError(_("This is an OpenDocument text (.odt). Save it as .docx and send it again."))
    if not is_word(package):
        raise FormatError(_("This is no Word file (.docx)."))
    has_macros = any(name.lower().endswith("vbaproject.bin") for name in package.names())
    if has_macros or b"macroenabled" in _content_types(package).lower():
        raise FormatError(_("This Word file has macros, which can do harm. Save it as .docx and send it again."))
