"""Questions in QTI 2.1, 2.2 and 3.0: an item in a file, a test with items in it, or a package. Written is 3.0.

Elements and what they become: choiceInteraction – single choice, multiple response or true/false; textEntryInteraction
– short answer or numerical when it stands alone, else gap fill like inlineChoiceInteraction; extendedTextInteraction –
essay; matchInteraction – matching; orderInteraction – ordering; gapMatchInteraction – select words; an item that asks
nothing – description. Everything else is refused by its name.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from assessments.formats.item import Item, Problem, Reading
from assessments.formats.limits import check_count, check_number
from assessments.formats.qti.content import Content
from assessments.formats.qti.items import item_in
from assessments.formats.qti.packages import Contents, Listed, in_file
from assessments.formats.qti.vocabulary import in_one_vocabulary
from assessments.formats.qti.writing import CARRIES, lost, write
from core.errors import FormatError
from core.packages import Package, is_package
from core.xml import parsed

__all__ = ["CARRIES", "lost", "read", "write"]

ITEM = "assessmentItem"


def read(content: bytes) -> Reading:
    """Return the questions in a file or a package; raises FormatError when there is nothing to read in it."""
    return _read_package(Package(content)) if is_package(content) else _read_file(content)


def _read_file(content: bytes) -> Reading:
    root = in_one_vocabulary(parsed(content))
    items = root.within(ITEM)
    if not items and root.within("assessmentItemRef"):
        raise FormatError(_("This test only names its questions. Send the whole package (ZIP)."), root.line)
    if not items:
        raise FormatError(
            _("There is no item of QTI 2.1, 2.2 or 3.0 in the file (%(name)s).") % {"name": root.tag[:80]}
        )
    check_number(len(items))
    reading = Reading()
    for each in items:
        try:
            reading.items.append(item_in(each, Content()))
        except FormatError as error:
            reading.errors.append(Problem(error.line, error.message))
    return reading


def _read_package(package: Package) -> Reading:
    contents = Contents(package)
    reading = Reading()
    for listed in contents.listed():
        try:
            reading.items.extend(_items_of(package, contents, listed))
        except FormatError as error:
            reading.errors.append(Problem(error.line, in_file(listed.name, error.message)))
        check_count(reading)
    reading.errors.extend(contents.problems)
    if not reading.items and not reading.errors:
        raise FormatError(_("There is no item of QTI 2.1, 2.2 or 3.0 in the package."))
    return reading


def _items_of(package: Package, contents: Contents, listed: Listed) -> Iterator[Item]:
    """The question in a file of a package; none in a file that is no item where no manifest says which are."""
    content = package.read(listed.name)
    if content is None:
        raise FormatError(_("The manifest names this file, but it is not in the package."), listed.line)
    root = in_one_vocabulary(package.weighed(parsed(content)))
    if root.tag == ITEM:
        yield contents.item(listed, root)
    elif contents.has_manifest:
        raise FormatError(_("This is not an item but “%(name)s”.") % {"name": root.tag[:80]}, root.line)
