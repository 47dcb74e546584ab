"""Pictures that carry a credential: PNG and SVG of Open Badges 3.0, section 5.3."""

import re
import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEYWORD = b"openbadgecredential"
_NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
_ELEMENT = re.compile(r"<openbadges:credential[^>]*>\s*(<!\[CDATA\[.*\]\]>)\s*</openbadges:credential>", re.DOTALL)
_SVG = re.compile(r"<svg\b[^>]*>")


def into_png(picture: bytes, credential: str) -> bytes:
    """Return a PNG with a credential in it, before the picture's data. Raises ValueError for what is no PNG."""
    if not picture.startswith(_SIGNATURE):
        raise ValueError("This is no PNG.")
    chunks = [(kind, data) for kind, data in _chunks(picture) if not _is_credential(kind, data)]
    # Keyword, not compressed, neither language nor translated keyword (PNG 1.2, section 4.2.3.3).
    text = _KEYWORD + b"\0\0\0\0\0" + credential.encode()
    return _SIGNATURE + b"".join(_chunk(*each) for each in [chunks[0], (b"iTXt", text), *chunks[1:]])


def from_png(picture: bytes) -> str | None:
    """Return the credential of a PNG; None when there is none. Raises ValueError for what is no PNG."""
    if not picture.startswith(_SIGNATURE):
        raise ValueError("This is no PNG.")
    for kind, data in _chunks(picture):
        if _is_credential(kind, data):
            return data[len(_KEYWORD) + 5 :].decode()
    return None


def into_svg(picture: str, credential: str) -> str:
    """Return an SVG with a credential as its first element. Raises ValueError for what is no SVG."""
    opening = _SVG.search(picture)
    if opening is None:
        raise ValueError("This is no SVG.")
    # Within CDATA only its own end needs care: it is cut in two.
    text = credential.replace("]]>", "]]]]><![CDATA[>")
    tag = opening.group().removesuffix(">") + f' xmlns:openbadges="{_NAMESPACE}">'
    baked = f"{tag}<openbadges:credential><![CDATA[{text}]]></openbadges:credential>"
    return picture[: opening.start()] + baked + picture[opening.end() :]


def from_svg(picture: str) -> str | None:
    """Return the credential of an SVG; None when there is none."""
    found = _ELEMENT.search(picture)
    if found is None:
        return None
    return "".join(re.findall(r"<!\[CDATA\[(.*?)\]\]>", found.group(1), re.DOTALL))


def _is_credential(kind: bytes, data: bytes) -> bool:
    return kind == b"iTXt" and data.startswith(_KEYWORD + b"\0")


def _chunks(picture: bytes) -> list[tuple[bytes, bytes]]:
    found, place = [], len(_SIGNATURE)
    while place + 8 <= len(picture):
        (length,) = struct.unpack(">I", picture[place : place + 4])
        found.append((picture[place + 4 : place + 8], picture[place + 8 : place + 8 + length]))
        place += length + 12
    return found


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
