"""The file that carries a film: a player finds every picture in it."""

import struct

from scripts.mp4 import Film, write

FILM = Film(
    width=64,
    height=48,
    per_second=25,
    decoder=b"record",
    pictures=[b"first", b"2nd", b"third"],
    key=[True, False, True],
)


def boxes(data: bytes) -> dict[str, bytes]:
    """What lies in each box of a stretch of a file, in order."""
    found, place = {}, 0
    while place < len(data):
        (length,) = struct.unpack_from(">I", data, place)
        found[data[place + 4 : place + 8].decode("ascii")] = data[place + 8 : place + length]
        place += length
    return found


def inside(data: bytes, *names: str) -> bytes:
    """What lies in a box within boxes."""
    for name in names:
        data = boxes(data)[name]
    return data


SAMPLES = ("moov", "trak", "mdia", "minf", "stbl")


def numbers(data: bytes, *names: str) -> tuple[int, ...]:
    """The numbers of a full box, without its version."""
    body = inside(data, *names)
    return struct.unpack(f">{len(body) // 4}I", body)[1:]


def test_the_index_stands_before_the_pictures() -> None:
    assert list(boxes(write(FILM))) == ["ftyp", "moov", "mdat"]


def test_the_index_names_the_place_and_the_size_of_every_picture() -> None:
    data = write(FILM)

    chunks, place = numbers(data, *SAMPLES, "stco")
    _same, count, *sizes = numbers(data, *SAMPLES, "stsz")
    assert (chunks, count, sizes) == (1, 3, [5, 3, 5])
    assert data[place : place + sum(sizes)] == b"first2ndthird" == inside(data, "mdat")


def test_pictures_that_stand_by_themselves_are_named_and_each_lasts_one_tick() -> None:
    data = write(FILM)

    assert numbers(data, *SAMPLES, "stss") == (2, 1, 3)
    assert numbers(data, *SAMPLES, "stts") == (1, 3, 1)


def test_the_decoder_gets_its_record_and_the_size_of_the_picture() -> None:
    described = inside(write(FILM), *SAMPLES, "stsd")[8:]

    picture = boxes(described)["avc1"]
    assert struct.unpack_from(">2H", picture, 24) == (64, 48)
    assert boxes(picture[78:]) == {"avcC": b"record"}
