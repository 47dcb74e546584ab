import hashlib
import sys
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates import codes, traces
from certificates.traces import Traces, earlier_hashes

SITE = "academy.example.org"
CODE = "7K3M9QXT2FZAY"


def deflated(text: bytes) -> bytes:
    return b"1 0 obj <</Filter/FlateDecode>>\nstream\n" + zlib.compress(text) + b"\nendstream endobj\n"


@contextmanager
def counting_unpacked() -> Iterator[list[str]]:
    """Give a list that grows with each stream that is unpacked."""
    calls = []

    def noticed(_frame, event, function):
        if event == "c_call" and function.__name__ == "decompress":
            calls.append(function.__name__)

    sys.setprofile(noticed)
    try:
        yield calls
    finally:
        sys.setprofile(None)


def test_a_code_is_found_as_it_stands_and_in_a_compressed_stream():
    address = f"https://{SITE}/v/{CODE}".encode()

    found = [traces.traces(b"%PDF-1.7\n" + body, SITE) for body in (b"(" + address + b")", deflated(address))]

    assert found == [Traces(True, (CODE,), True, ())] * 2


def test_a_code_behind_another_address_is_not_ours_but_known():
    found = traces.traces(b"%PDF-1.7 (https://elsewhere.example/v/7K3M9QXT2FZAY)", SITE)

    assert (found.codes, found.here) == ((CODE,), False)


@pytest.mark.parametrize("written", [b"/v/7K3M9QXT2FZAS", b"/v/7K3M9QXT2FZAYY", b"7K3M9QXT2FZAY", b"/v/7k3m9qxt2fzay"])
def test_what_is_no_code_is_not_found(written):
    assert traces.traces(written, SITE).codes == ()


def test_a_credential_is_found():
    text = '{"credentialSubject": {"name": "Ў"}}'

    assert traces.traces(b"%PDF-1.7\n" + deflated(text.encode()), SITE).credentials == (text,)


@pytest.mark.parametrize("text", ["[" * 100_000, "{", "[]", "nothing", "{'a': 1}", '"text"'])
def test_what_is_no_document_is_an_empty_one(text):
    assert traces.as_document(text) == {}


def test_of_a_bomb_no_more_than_four_megabytes_are_unpacked():
    bomb = b"%PDF-1.7\n" + deflated(bytes(200 * 1024 * 1024)) * 20

    tracemalloc.start()
    with counting_unpacked() as unpacked:
        found = traces.traces(bomb, SITE)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert found.codes == ()
    assert len(unpacked) == traces.MAX_ALL_BYTES / traces.MAX_STREAM_BYTES
    assert most < 2 * traces.MAX_ALL_BYTES


# Eight blocks of DEFLATE (RFC 1951, 3.2.7), each a table of codes for a text of no letters: slow, and never full.
EMPTY_BLOCKS = bytes.fromhex(
    "ecdd810800000000207fea2799247b77200200000000c89ffa4926c9de1d880000000000f2a77e9249b2770722000000"
    "0080fca99f6492ecdd810800000000207fea2799247b77200200000000c89ffa4926c9de1d880000000000f2a77e9249"
    "b27707220000000080fca99f6492"
)


def test_streams_that_share_a_slow_end_are_unpacked_once():
    size = len(b"stream\n\x78\x9c") + 5
    jumps = [(count * size).to_bytes(2, "little") for count in reversed(range(traces.MAX_STREAMS))]
    # Each stream begins with a block that reaches over all the others to their common end.
    starts = [b"stream\n\x78\x9c\x00" + jump + bytes(0xFF - byte for byte in jump) for jump in jumps]
    data = b"%PDF-1.7\n" + b"".join(starts) + EMPTY_BLOCKS * 9000

    with counting_unpacked() as unpacked:
        traces.traces(data, SITE)

    assert len(unpacked) == 1


def test_many_streams_are_not_all_opened():
    many = b"%PDF-1.7\n" + deflated(b"x") * 100_000 + deflated(f"{SITE}/v/{CODE}".encode())

    assert traces.traces(many, SITE).codes == ()


def test_codes_are_not_collected_without_end():
    made = b" ".join(b"/v/" + codes.new_code().encode() for _ in range(100))

    assert len(traces.traces(made, SITE).codes) == traces.MAX_CODES


@pytest.mark.parametrize("end", [b"%%EOF", b"%%EOF\n", b"%%EOF\r\n"])
def test_the_beginning_is_known_by_where_it_ended(end):
    sealed = b"%PDF-1.7\nwords\n" + end

    assert hashlib.sha256(sealed).hexdigest() in earlier_hashes(sealed + b"9 0 obj\n%%EOF\n")


def test_a_whole_file_is_not_its_own_beginning():
    sealed = b"%PDF-1.7\nwords\n%%EOF\n"

    assert hashlib.sha256(sealed).hexdigest() not in earlier_hashes(sealed)


def test_ends_are_not_counted_without_end():
    assert len(earlier_hashes(b"%%EOF\n" * 100_000)) <= 2 * traces.MAX_ENDS


@given(st.binary(max_size=2000) | st.lists(st.sampled_from([b"stream\n", b"x\x9c", b"%%EOF", b"/v/"])).map(b"".join))
def test_no_bytes_break_it(data):
    assert isinstance(traces.traces(data, SITE), Traces)
    assert isinstance(earlier_hashes(data), list)
