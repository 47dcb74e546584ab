"""The manifest of a QTI package and its tests: which items there are, in which order, and what is said of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from assessments.formats.item import NO_TEXT, Item, Problem
from assessments.formats.qti.content import SCHEME, Content, Passage, Shelf
from assessments.formats.qti.items import NOTHING, About, item_in
from assessments.formats.qti.vocabulary import in_one_vocabulary
from core.errors import FormatError
from core.packages import Package, beside
from core.xml import Node, parsed

MANIFEST = "imsmanifest.xml"
ITEM_TYPE = re.compile(r"imsqti_(?:apip)?item_xml", re.ASCII)
TEST_TYPE = re.compile(r"imsqti_(?:apip)?test_xml", re.ASCII)
DEEPEST_TESTS = 100
# A text that all items of a package share is kept with each of them.
LONGEST_PASSAGE = 20_000


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
        self._package, self._shelf = package, Shelf(package)
        self._read: set[str] = set()
        self._stimuli: dict[str, Passage] = {}
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
        if name in self._read:
            return  # its items have their places already
        self._read.add(name)
        try:
            content = self._package.read(name)
            if content is None:
                raise FormatError(_("The manifest names this file, but it is not in the package."))
            root = in_one_vocabulary(self._package.weighed(parsed(content)))
        except FormatError as error:
            self.problems.append(Problem(error.line, in_file(name, error.message)))
            return
        yield from self._of_section(root, name, passages, depth)

    def _of_section(self, node: Node, name: str, passages: tuple[Passage, ...], depth: int) -> Iterator[Listed]:
        if depth > DEEPEST_TESTS:
            message = in_file(name, _("The test has too many sections within each other."))
            self.problems.append(Problem(node.line, message))
            return
        passages = (*passages, *self._passages_of(node, name))
        for each in node.children():
            if each.tag in ("testPart", "assessmentSection"):
                yield from self._of_section(each, name, passages, depth + 1)
            elif each.tag == "assessmentSectionRef":
                yield from self._of_test(beside(name, each.get("href", "")), passages, depth + 1)
            elif each.tag == "assessmentItemRef":
                item = beside(name, each.get("href", ""))
                listed = self._items.get(item, Listed(item, each.line))
                yield replace(listed, about=replace(listed.about, passages=passages))

    def item(self, listed: Listed, root: Node) -> Item:
        """Return the question in an item of the package; raises FormatError when it cannot be taken over."""
        stimuli = tuple(self._stimuli_of(listed.name, root))
        about = replace(listed.about, passages=(*listed.about.passages, *stimuli))
        return item_in(root, Content(self._shelf, listed.name), about)

    def _stimuli_of(self, name: str, root: Node) -> Iterator[Passage]:
        """The texts to be read first that an item names."""
        for each in root.children("assessmentStimulusRef"):
            place = beside(name, each.get("href", ""))
            if place not in self._stimuli:
                stimulus = in_one_vocabulary(self._package.weighed(parsed(self._package.read(place) or b"")))
                body = stimulus.child("stimulusBody")
                self._stimuli[place] = Passage(NO_TEXT) if body is None else _passage(self._shelf, place, body)
            yield self._stimuli[place]

    def _passages_of(self, node: Node, name: str) -> Iterator[Passage]:
        """What a section says to candidates before its questions."""
        for each in node.children("rubricBlock"):
            if "candidate" in (each.get("view") or "candidate"):
                yield _passage(self._shelf, name, each)


def _passage(shelf: Shelf, name: str, node: Node) -> Passage:
    """The text in another file than that of the item. Pictures in it are named from the top of the package."""
    for tag, attribute in (("img", "src"), ("object", "data")):
        for each in node.within(tag):
            each.set(attribute, _from_the_top(name, each.get(attribute, "")))
    content = Content(shelf)
    text = content.text(node)
    if len(text.text) > LONGEST_PASSAGE:
        content.warn(_("A text before the questions is too long and was left out."))
        text = NO_TEXT
    return Passage(text, content.files, content.warnings)


def _from_the_top(name: str, src: str) -> str:
    return src if not src or SCHEME.match(src) else beside(name, src)


def in_file(name: str, message: str) -> str:
    """Return a sentence with the file that it is about."""
    return _("%(file)s: %(message)s") % {"file": name, "message": message}


def _resources(package: Package, manifest: str) -> tuple[dict[str, Listed], list[str]]:
    """The items by the names of their files, and the names of tests."""
    try:
        root = in_one_vocabulary(package.weighed(parsed(package.read(manifest) or b"")))
    except FormatError as error:
        raise FormatError(in_file(manifest, error.message), error.line) from error
    items: dict[str, Listed] = {}
    tests: list[str] = []
    resources = root.child("resources")
    base = root.get("base", "") + ("" if resources is None else resources.get("base", ""))
    for each in resources.children() if resources is not None else ():
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
    return resource.get("href", "") or ("" if file is None else file.get("href", ""))


def _about(resource: Node) -> About:
    lom = resource.child("metadata", "lom")
    if lom is None:
        return NOTHING
    general = lom.child("general")
    path = next(iter(lom.within("taxonPath")), None)
    return About(
        title="" if general is None else general.words("title").strip(),
        identifier="" if general is None else general.words("identifier", "entry").strip(),
        tags=tuple(
            dict.fromkeys(
                "".join(each.itertext()).strip()
                for keyword in lom.within("keyword")
                for each in keyword.children() or [keyword]
            )
        ),
        category=()
        if path is None
        else tuple(each.words("entry").strip() for each in path.children("taxon") if each.words("entry").strip()),
    )
