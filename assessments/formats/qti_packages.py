"""The manifest of a QTI package and its tests: which items there are, in which order, and what is said of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from assessments.formats.item import FormatError, Problem
from assessments.formats.packages import Package, beside
from assessments.formats.qti_content import Content, Passage
from assessments.formats.qti_items import NOTHING, About
from assessments.formats.qti_vocabulary import in_one_vocabulary
from assessments.formats.xml import Node, parsed

MANIFEST = "imsmanifest.xml"
ITEM_TYPE = re.compile(r"imsqti_(?:apip)?item_xml", re.ASCII)
TEST_TYPE = re.compile(r"imsqti_(?:apip)?test_xml", re.ASCII)
DEEPEST_TESTS = 20


@dataclass(frozen=True)
class Listed:
    """An item of a package: the name of its file, where it is named, and what is said of it."""

    name: str
    line: int
    about: About = NOTHING


class Contents:
    """What a package lists. `problems` are those of its tests."""

    def __init__(self, package: Package) -> None:
        """Read the manifest; raises FormatError when it is damaged."""
        self.problems: list[Problem] = []
        self._package = package
        manifest = min((each for each in package.names() if each.endswith(MANIFEST)), key=len, default="")
        if manifest:
            self._items, self._tests = _resources(package, manifest)
        else:
            self._items, self._tests = {each: Listed(each, 1) for each in package.names() if each.endswith(".xml")}, []
        self.has_manifest = bool(manifest)

    def listed(self) -> list[Listed]:
        """Return the items: those of tests in the order of the tests, then the others in that of the manifest."""
        found: dict[str, Listed] = {}
        for test in self._tests:
            for each in self._of_test(test, (), 0):
                found.setdefault(each.name, each)
        return [*found.values(), *(each for name, each in self._items.items() if name not in found)]

    def _of_test(self, name: str, passages: tuple[Passage, ...], depth: int) -> Iterator[Listed]:
        content = self._package.read(name)
        if content is None or depth > DEEPEST_TESTS:
            self.problems.append(Problem(1, _("The file %(name)s is not in the package.") % {"name": name[:200]}))
            return
        try:
            root = in_one_vocabulary(parsed(content))
        except FormatError as error:
            self.problems.append(Problem(error.line, in_file(name, error.message)))
            return
        yield from self._of_section(root, name, passages, depth)

    def _of_section(self, node: Node, name: str, passages: tuple[Passage, ...], depth: int) -> Iterator[Listed]:
        passages = (*passages, *self._passages_of(node, name))
        for each in list(node):
            if each.tag in ("testPart", "assessmentSection"):
                yield from self._of_section(each, name, passages, depth)
            elif each.tag == "assessmentSectionRef":
                yield from self._of_test(beside(name, each.get("href", "")), passages, depth + 1)
            elif each.tag == "assessmentItemRef":
                item = beside(name, each.get("href", ""))
                listed = self._items.get(item, Listed(item, each.line))
                yield replace(listed, about=replace(listed.about, passages=passages))

    def _passages_of(self, node: Node, name: str) -> Iterator[Passage]:
        """What a section says to candidates before its questions."""
        for each in node:
            if each.tag == "rubricBlock" and "candidate" in (each.get("view") or "candidate"):
                yield passage_in(self._package, name, each)


def passage_in(package: Package, name: str, node: Node) -> Passage:
    """Return the text in another file than that of the item. Pictures in it are named from the top of the package."""
    for tag, attribute in (("img", "src"), ("object", "data")):
        for each in node.iter(tag):
            each.set(attribute, _from_the_top(package, name, each.get(attribute, "")))
    content = Content(package)
    return Passage(content.text(node), content.files, tuple(content.warnings))


def _from_the_top(package: Package, name: str, src: str) -> str:
    whole = beside(name, src)
    return whole if src and package.read(whole) is not None else src


def in_file(name: str, message: str) -> str:
    """Return a sentence with the file that it is about."""
    return _("%(file)s: %(message)s") % {"file": name, "message": message}


def _resources(package: Package, manifest: str) -> tuple[dict[str, Listed], list[str]]:
    """The items by the names of their files, and the names of tests."""
    try:
        root = in_one_vocabulary(parsed(package.read(manifest) or b""))
    except FormatError as error:
        raise FormatError(in_file(manifest, error.message), error.line) from error
    items: dict[str, Listed] = {}
    tests: list[str] = []
    resources = root.child("resources")
    base = root.get("base", "") + ("" if resources is None else resources.get("base", ""))
    for each in resources if resources is not None else ():
        kind = each.get("type", "").lower()
        name = beside(manifest, base + each.get("base", "") + _href(each))
        if ITEM_TYPE.match(kind):
            items[name] = Listed(name, each.line, _about(each))
        elif TEST_TYPE.match(kind):
            tests.append(name)
    return items, tests


def _href(resource: Node) -> str:
    """What a resource is in: its own address, or else that of its first file."""
    file = resource.child("file")
    return resource.get("href") or ("" if file is None else file.get("href", ""))


def _about(resource: Node) -> About:
    lom = resource.child("metadata", "lom")
    if lom is None:
        return NOTHING
    general = lom.child("general")
    path = next(lom.iter("taxonPath"), None)
    return About(
        title="" if general is None else general.words("title").strip(),
        identifier="" if general is None else general.words("identifier", "entry").strip(),
        tags=tuple(
            dict.fromkeys(
                "".join(each.itertext()).strip()
                for keyword in lom.iter("keyword")
                for each in (keyword if len(keyword) else [keyword])
            )
        ),
        category=()
        if path is None
        else tuple(each.words("entry").strip() for each in path if each.tag == "taxon" and each.words("entry").strip()),
    )


def stimuli_of(package: Package, name: str, root: Node) -> Iterator[Passage]:
    """Return the texts to be read first that an item names; raises FormatError for one that is damaged."""
    for each in root:
        if each.tag == "assessmentStimulusRef":
            place = beside(name, each.get("href", ""))
            stimulus = in_one_vocabulary(parsed(package.read(place) or b""))
            body = stimulus.child("stimulusBody")
            if body is not None:
                yield passage_in(package, place, body)
