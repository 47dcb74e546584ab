"""What became another between two texts: line by line, and word by word."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

WORD = re.compile(r"\s+|\w+|[^\w\s]")
SAME, REMOVED, ADDED = "same", "removed", "added"


class Change(NamedTuple):
    """A piece of text: `kind` is "same", "removed" or "added"."""

    kind: str
    text: str


def line_changes(before: Sequence[str], after: Sequence[str]) -> list[Change]:
    """Return the lines of both, each said to be the same, removed or added.

    >>> [tuple(each) for each in line_changes(["A", "B"], ["A", "C"])]
    [('same', 'A'), ('removed', 'B'), ('added', 'C')]
    """
    changes = []
    for tag, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            changes += [Change(SAME, line) for line in before[first:last]]
        else:
            changes += [Change(REMOVED, line) for line in before[first:last]]
            changes += [Change(ADDED, line) for line in after[start:end]]
    return changes


def word_changes(before: str, after: str) -> list[Change]:
    """Return the pieces of both texts, cut where words end.

    >>> [tuple(each) for each in word_changes("It is 12 km.", "It is 15 km.")]
    [('same', 'It is '), ('removed', '12'), ('added', '15'), ('same', ' km.')]
    """
    old, new = WORD.findall(before), WORD.findall(after)
    changes = []
    for tag, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            changes.append(Change(SAME, "".join(old[first:last])))
            continue
        pieces = Change(REMOVED, "".join(old[first:last])), Change(ADDED, "".join(new[start:end]))
        changes += [each for each in pieces if each.text]
    return changes
