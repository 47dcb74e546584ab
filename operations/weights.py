"""What pages weigh on the wire, and the budget that they have to keep."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin

# Bytes that a page may cost somebody who was never here, with style sheet, scripts and typeface …
FIRST_BYTES, FIRST_REQUESTS = 60_000, 8
# … and somebody who has all that from the page before.
LATER_BYTES = 15_000
# Until it first shows something of its own, on a line of 400 kbit/s and 400 ms.
FIRST_PAINT_MS = 2000

_KEPT_FOR = re.compile(r"max-age=(\d+)")
_DAY = 24 * 60 * 60
_FILE_IN_STYLES = re.compile(r"url\(\s*['\"]?([^'\")]+)")


@dataclass(frozen=True)
class Weight:
    """What a page costs at the first visit and at a later one; requests that a cache answers count as none.

    `first_paint_ms` is that of a first visit on a slow line, None where no browser said it.
    """

    name: str
    first_bytes: int
    first_requests: int
    later_bytes: int
    later_requests: int
    within_budget: bool
    first_paint_ms: float | None = None


def weight(name: str, *, first: Sequence[int], later: Sequence[int], first_paint_ms: float | None = None) -> Weight:
    """Sum up the bytes of each answer at two visits and hold them, and the first paint, to the budget."""
    light = sum(first) <= FIRST_BYTES and len(first) <= FIRST_REQUESTS and sum(later) <= LATER_BYTES
    soon = first_paint_ms is None or first_paint_ms <= FIRST_PAINT_MS
    return Weight(name, sum(first), len(first), sum(later), len(later), light and soon, first_paint_ms)


def stays_cached(cache_control: str) -> bool:
    """Whether a browser has a file still at a later visit, without asking.

    >>> stays_cached("max-age=315360000, public, immutable"), stays_cached("max-age=60, public"), stays_cached("")
    (True, False, False)
    """
    seconds = _KEPT_FOR.search(cache_control)
    return seconds is not None and int(seconds[1]) >= _DAY


def files_of_page(html: str, address: str) -> list[str]:
    """Return the addresses of styles, icons, scripts, pictures and captions of a page. Each once, in order."""
    reader = _Reader()
    reader.feed(html)
    return list(dict.fromkeys(urljoin(address, name) for name in reader.files if not name.startswith("data:")))


def files_of_styles(css: str, address: str) -> list[str]:
    """Return the addresses of the typefaces and pictures that a style sheet names. Each once, in order."""
    names = [name for name in _FILE_IN_STYLES.findall(css) if not name.startswith(("data:", "#"))]
    return list(dict.fromkeys(urljoin(address, name) for name in names))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.files: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "link" and set(known.get("rel", "").split()) & {"stylesheet", "icon", "preload"}:
            self._found(known, "href")
        elif tag in {"script", "img"} or (tag == "track" and "default" in known):
            self._found(known, "src")
        elif tag == "video":
            self._found(known, "poster")

    def _found(self, attributes: dict[str, str], name: str) -> None:
        if attributes.get(name):
            self.files.append(attributes[name])
