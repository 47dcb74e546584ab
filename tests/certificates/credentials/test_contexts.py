import hashlib
import json
import re

import pytest

from certificates.credentials import contexts

TABLE = contexts._FOLDER / "README.md"


def test_every_context_is_the_one_that_the_table_names():
    rows = re.findall(r"\| `([\w.-]+)` \| `(https://\S+)` \|.*`([0-9a-f]{64})` \|", TABLE.read_text())

    assert {address: name for name, address, _digest in rows} == contexts.FILES
    for name, _address, digest in rows:
        assert hashlib.sha256(contexts.read(name)).hexdigest() == digest
        assert "@context" in json.loads(contexts.read(name))


def test_nothing_else_is_read():
    with pytest.raises(contexts.UnknownContextError):
        contexts.load("https://example.org/context.json")
    with pytest.raises(contexts.UnknownContextError):
        contexts.read("../document.py")
