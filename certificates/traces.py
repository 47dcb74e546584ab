"""What a file tells of the certificate it may have been: where it ended once, codes it names, credentials it carries.

The file comes from anybody. It is not parsed as a PDF: bytes are searched, and streams are decompressed up to a limit
each and all together, so that no file costs more than its size and a few megabytes. Nothing in it is run.
"""

import hashlib
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from certificates import codes

MAX_STREAMS = 300
MAX_STREAM_BYTES = 256 * 1024
MAX_ALL_BYTES = 4 * 1024 * 1024
MAX_ENDS = 60
MAX_CODES = 20
MAX_PLACES = 1000
# Longer than any stream of a certificate.
MAX_PACKED_BYTES = 1024 * 1024

# Acrobat looks for the header in the first kilobyte.
_HEADER = (b"%PDF-", 1024)
_END = re.compile(rb"%%EOF(\r\n|\n|\r)?")
_CODE = re.compile(rb"/v/([0-9A-Z]{13})(?![0-9A-Za-z])")
_STREAM = re.compile(rb"stream\r?\n")
_ZLIB_METHOD = 8


@dataclass(frozen=True)
class Traces:
    """`codes` are those with a right check symbol; `here` says whether one stands behind the address of this site."""

    is_pdf: bool
    codes: tuple[str, ...]
    here: bool
    credentials: tuple[str, ...]


def traces(data: bytes, site: str) -> Traces:
    """Search a file. `site` is the host with its port, as it stands in printed addresses."""
    host = site.lower().encode()
    found: dict[str, bool] = {}
    credentials = []
    for text in (data, *_streams(data)):
        for place in islice(_CODE.finditer(text), MAX_PLACES):
            code = place[1].decode("ascii")
            if len(found) < MAX_CODES and codes.is_well_formed(code):
                before = text[max(place.start() - len(host), 0) : place.start()]
                found[code] = found.get(code, False) or before.lower() == host
        if text is not data and text.lstrip()[:1] == b"{" and b'"credentialSubject"' in text:
            credentials.append(text.decode("utf-8", "replace"))
    magic, within = _HEADER
    return Traces(magic in data[:within], tuple(found), any(found.values()), tuple(credentials))


def _streams(data: bytes) -> Iterator[bytes]:
    """Yield what the first streams say, or how they begin; those that are not deflated are searched with the file.

    No byte is unpacked twice: streams inside streams could share one end that takes long and says nothing.
    """
    left, done = MAX_ALL_BYTES, 0
    for number, start in enumerate(_STREAM.finditer(data)):
        if number >= MAX_STREAMS or left <= 0:
            return
        begin = start.end()
        if begin < done or begin >= len(data) or data[begin] & 0x0F != _ZLIB_METHOD:
            continue
        last = begin + MAX_PACKED_BYTES
        end = data.find(b"endstream", begin, last)
        done = end if end >= 0 else last
        packed = memoryview(data)[begin:done]
        try:
            text = zlib.decompressobj().decompress(packed, min(MAX_STREAM_BYTES, left))
        except zlib.error:
            continue
        left -= len(text)
        yield text


def earlier_hashes(data: bytes) -> list[str]:
    """Return the SHA-256 of the file up to each place where it may have ended before something was added."""
    ends = set()
    for count, mark in enumerate(_END.finditer(data)):
        if count >= MAX_ENDS:
            break
        ends |= {mark.start() + len(b"%%EOF"), mark.end()}
    running, done, hashes = hashlib.sha256(), 0, []
    view = memoryview(data)
    for end in sorted(ends - {len(data)}):
        running.update(view[done:end])
        done = end
        hashes.append(running.copy().hexdigest())
    return hashes


def as_document(text: str) -> dict[str, Any]:
    """Return a credential as JSON; empty when it is none."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}
