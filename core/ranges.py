"""Parts of files: what a player asks for when it wants to show the middle, and iPhones before they show anything."""

import re

# One part of a file. Who asks for several at once, or names a place that no file reaches, gets the whole file, which
# RFC 9110 (14.2) allows.
_ONE_RANGE = re.compile(r"bytes=(?P<first>\d{0,18})-(?P<last>\d{0,18})", re.ASCII)


class UnsatisfiableRangeError(ValueError):
    """The part begins behind the end of the file."""


def parse(header: str, size: int) -> range | None:
    """Return the places of the bytes that a `Range` header asks for in a file of `size` bytes, or None for all.

    A header that means nothing asks for all (RFC 9110, 14.2).

    >>> parse("bytes=2-4", 10), parse("bytes=8-", 10), parse("bytes=-3", 10), parse("bytes=0-99", 10)
    (range(2, 5), range(8, 10), range(7, 10), range(0, 10))
    """
    asked = _ONE_RANGE.fullmatch(header.strip())
    if asked is None or asked["first"] == asked["last"] == "":
        return None
    if asked["first"] == "":
        first, stop = max(size - int(asked["last"]), 0), size
    else:
        first, stop = int(asked["first"]), min(int(asked["last"] or size), size - 1) + 1
        if asked["last"] and int(asked["last"]) < first:
            return None
    if first >= size:
        raise UnsatisfiableRangeError
    return range(first, stop)
