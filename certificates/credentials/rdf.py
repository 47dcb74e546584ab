"""Canonical N-Quads of a JSON-LD document (RDFC-1.0), fast for documents that are alike.

JSON-LD is slow because contexts have to be understood anew for every document. Ours differ in their texts, numbers and
addresses only: the first of a shape is expanded by PyLD with a stand-in for each of them, and all that follow fill
those in. Whatever this cannot be sure about is left to PyLD: unusual addresses, control characters, and blank nodes
that can only be told apart by their neighbours.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pyld import jsonld

from certificates.credentials import contexts

# Values of these keys, and of those of JSON-LD itself, say what a document is made of: they belong to its shape.
_STRUCTURE = frozenset({"type", "proofPurpose"})
# Numbers that the context types as xsd:float, whatever stands there. All others belong to the shape.
_FLOATS = frozenset({"creditsEarned", "creditsAvailable"})
_STAND_IN = "urn:stand-in:"
# What PyLD takes for an address as it stands: absolute, and of a scheme that is no prefix in any pinned context.
_ADDRESS = re.compile(r'(?:https?://|did:web:|urn:uuid:)[^\x00-\x20<>"{}|\\^`]+')
_CONTROL = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})
_SELF, _OTHER = "_:a", "_:z"

Part = str | int | tuple[str, int]
# A statement: the pieces of its line. Text stands as it is; a number is the stand-in that an address takes the place
# of; ("text", n) the one inside a literal, ("node", n) a blank node.
Statement = tuple[Part, ...]


class _UnsureError(Exception):
    """PyLD has to do it."""


def canonical(document: dict[str, Any]) -> str:
    """Return the canonical N-Quads of a document.

    Raises JsonLdError for what is no JSON-LD, and for a context that is not pinned.
    """
    try:
        return _filled_in(document)
    except _UnsureError:
        return thorough(document)


def thorough(document: dict[str, Any]) -> str:
    """Return what `canonical` returns, computed by PyLD alone."""
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": contexts.load}
    return str(jsonld.normalize(document, options))


def _filled_in(document: dict[str, Any]) -> str:
    values: list[Any] = []
    shape = json.dumps(_shape(document, values))
    if shape.count(_STAND_IN) != len(values):
        raise _UnsureError
    statements = _statements(shape)
    addresses, texts = [], []
    for value in values:
        text = value if isinstance(value, str) else _number(value)
        if _CONTROL.search(text):
            raise _UnsureError
        addresses.append(text)
        texts.append(text.translate(_ESCAPES))
    lines = list(dict.fromkeys(_lines(statements, addresses, texts)))
    return _relabelled(lines)


def _shape(value: Any, values: list[Any], key: str = "") -> Any:
    """Return the document with stand-ins, and put what they stand for into `values`."""
    if isinstance(value, dict):
        if "proof" in value:
            # A credential within another: its proofs are graphs of their own.
            raise _UnsureError
        return {name: _shape(value[name], values, name) for name in sorted(value)}
    if key.startswith("@") or key in _STRUCTURE:
        return value
    if isinstance(value, list):
        return [_shape(inner, values, key) for inner in value]
    if isinstance(value, str) or (key in _FLOATS and isinstance(value, int | float)):
        values.append(value)
        return f"{_STAND_IN}{len(values) - 1}"
    return value


def _number(value: float) -> str:
    """Return a number as JSON-LD 1.1 writes it ("4", "4.5E0"), section 8.2.2 of its API."""
    if value == int(value):
        if abs(value) >= 10**21 or isinstance(value, float):
            raise _UnsureError
        return str(value)
    mantissa, _, exponent = f"{value:.15E}".partition("E")
    return f"{mantissa.rstrip('0')}E{int(exponent)}"


@lru_cache(maxsize=64)
def _statements(shape: str) -> tuple[Statement, ...]:
    """Return the statements of a shape. Raises _UnsureError for graphs with names, which only PyLD can tell apart."""
    dataset = jsonld.to_rdf(json.loads(shape), {"documentLoader": contexts.load})
    if set(dataset) - {"@default"}:
        raise _UnsureError
    statements = []
    for triple in dataset["@default"]:
        subject, predicate, value = (triple[name] for name in ("subject", "predicate", "object"))
        parts = [*_term(subject), " ", *_term(predicate), " ", *_term(value), " .\n"]
        statements.append(tuple(parts))
    return tuple(statements)


def _term(term: dict[str, str]) -> list[Part]:
    value = term["value"]
    if term["type"] == "blank node":
        return [("node", int(value.removeprefix("_:b")))]
    stood_in = int(value.removeprefix(_STAND_IN)) if value.startswith(_STAND_IN) else None
    if term["type"] == "IRI":
        return ["<", value if stood_in is None else stood_in, ">"]
    if "language" in term:
        raise _UnsureError
    kind = term["datatype"]
    suffix = "" if kind == "http://www.w3.org/2001/XMLSchema#string" else f"^^<{kind}>"
    return ['"', value.translate(_ESCAPES) if stood_in is None else ("text", stood_in), f'"{suffix}']


Line = tuple[str | tuple[str, int], ...]


def _lines(statements: tuple[Statement, ...], addresses: list[str], texts: list[str]) -> Iterator[Line]:
    """Yield the statements with everything filled in but the names of blank nodes."""
    for statement in statements:
        line: list[str | tuple[str, int]] = []
        pieces: list[str] = []
        for part in statement:
            if isinstance(part, str):
                pieces.append(part)
            elif isinstance(part, int):
                if not _ADDRESS.fullmatch(addresses[part]):
                    raise _UnsureError
                pieces.append(addresses[part])
            elif part[0] == "text":
                pieces.append(texts[part[1]])
            else:
                line += ["".join(pieces), part]
                pieces = []
        yield (*line, "".join(pieces))


def _relabelled(lines: list[Line]) -> str:
    """Name the blank nodes in the order of the hashes of what is said about them, and sort."""
    about: dict[tuple[str, int], list[Line]] = {}
    for line in lines:
        for node in {part for part in line if isinstance(part, tuple)}:
            about.setdefault(node, []).append(line)
    hashes = {}
    for node, said in about.items():
        seen = (_spelt(line, dict.fromkeys(about, _OTHER) | {node: _SELF}) for line in said)
        hashes[hashlib.sha256("".join(sorted(seen)).encode()).hexdigest()] = node
    if len(hashes) < len(about):
        raise _UnsureError
    names = {hashes[digest]: f"_:c14n{number}" for number, digest in enumerate(sorted(hashes))}
    return "".join(sorted(_spelt(line, names) for line in lines))


def _spelt(line: Line, names: dict[tuple[str, int], str]) -> str:
    return "".join(part if isinstance(part, str) else names[part] for part in line)
