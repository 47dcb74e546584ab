"""Writes MP4: the boxes that carry one track of H.264 and nothing else (ISO/IEC 14496-12 and -15)."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

# Sizes of the picture stand in 16.16 fixed point; the matrix turns and stretches nothing.
_FIXED = 16
_MATRIX = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_UNDETERMINED = 0x55C4  # the language "und", five bits a letter


@dataclass(frozen=True)
class Film:
    """One encoded film: `pictures` in the order in which they are shown, `key` tells which stand by themselves."""

    width: int
    height: int
    per_second: int
    decoder: bytes  # AVCDecoderConfigurationRecord, as the encoder gave it
    pictures: Sequence[bytes]
    key: Sequence[bool]


def write(film: Film) -> bytes:
    """Return the file. The index stands in front, so that a player begins before the last byte is there."""
    head = _box("ftyp", b"isom", _int(0x200), b"isomiso2avc1mp41")
    # The index names the place of the pictures, and its own length does not depend on what it names.
    place = len(head) + len(_index(film, 0)) + 8
    return head + _index(film, place) + _box("mdat", *film.pictures)


def _index(film: Film, place: int) -> bytes:
    length = len(film.pictures)
    return _box(
        "moov",
        _full("mvhd", _int(0, 0, film.per_second, length, 0x10000), b"\1\0", bytes(10), _MATRIX, bytes(24), _int(2)),
        _box("trak", _track_header(film), _media(film, place)),
    )


def _track_header(film: Film) -> bytes:
    times = _int(0, 0, 1, 0, len(film.pictures))
    return _full("tkhd", times, bytes(16), _MATRIX, _int(film.width << _FIXED, film.height << _FIXED), flags=3)


def _media(film: Film, place: int) -> bytes:
    times = _int(0, 0, film.per_second, len(film.pictures))
    data = _box("dinf", _full("dref", _int(1), _full("url ", flags=1)))
    return _box(
        "mdia",
        _full("mdhd", times, struct.pack(">2H", _UNDETERMINED, 0)),
        _full("hdlr", bytes(4), b"vide", bytes(13)),
        _box("minf", _full("vmhd", bytes(8), flags=1), data, _samples(film, place)),
    )


def _samples(film: Film, place: int) -> bytes:
    """Where each picture is and how long it stays: all in one chunk, each for one tick."""
    keys = [number for number, key in enumerate(film.key, start=1) if key]
    sizes = [len(picture) for picture in film.pictures]
    return _box(
        "stbl",
        _full("stsd", _int(1), _description(film)),
        _full("stts", _int(1, len(sizes), 1)),
        _full("stss", _int(len(keys), *keys)),
        _full("stsc", _int(1, 1, len(sizes), 1)),
        _full("stsz", _int(0, len(sizes), *sizes)),
        _full("stco", _int(1, place)),
    )


def _description(film: Film) -> bytes:
    picture = struct.pack(">2H", film.width, film.height) + _int(0x480000, 0x480000, 0) + struct.pack(">H", 1)
    return _box(
        "avc1", bytes(6), b"\0\1", bytes(16), picture, bytes(32), struct.pack(">Hh", 24, -1), _box("avcC", film.decoder)
    )


def _box(kind: str, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return _int(8 + len(body)) + kind.encode("ascii") + body


def _full(kind: str, *parts: bytes, flags: int = 0) -> bytes:
    """A box with version (always 0) and flags in front."""
    return _box(kind, _int(flags), *parts)


def _int(*numbers: int) -> bytes:
    return struct.pack(f">{len(numbers)}I", *numbers)
