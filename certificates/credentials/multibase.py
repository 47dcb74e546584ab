"""Keys and signatures as text: Multikey and base58btc of Controlled Identifiers 1.0 (W3C, 2025)."""

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
# The multicodec of an Ed25519 public key, as a varint.
_ED25519 = b"\xed\x01"
_KEY_LENGTH = 32


def encoded(data: bytes) -> str:
    """Return bytes as base58btc with the letter z of Multibase before it.

    >>> encoded(b"\\x00\\x01")
    'z12'
    """
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = ALPHABET[rest] + text
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "z" + ALPHABET[0] * zeros + text


def decoded(text: str) -> bytes:
    """Return the bytes of a Multibase text in base58btc. Raises ValueError for anything else.

    >>> decoded("z12")
    b'\\x00\\x01'
    """
    if not text.startswith("z") or not all(symbol in _VALUE for symbol in text[1:]):
        raise ValueError("This is not base58btc.")
    number = 0
    for symbol in text[1:]:
        number = number * 58 + _VALUE[symbol]
    zeros = len(text) - 1 - len(text[1:].lstrip(ALPHABET[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def multikey(public_key: bytes) -> str:
    """Return the 32 bytes of an Ed25519 public key as a Multikey ("z6Mk…")."""
    return encoded(_ED25519 + public_key)


def public_key(key_id: str) -> bytes:
    """Return the 32 bytes of the Ed25519 public key that a Multikey is. Raises ValueError for anything else."""
    data = decoded(key_id)
    if not data.startswith(_ED25519) or len(data) != len(_ED25519) + _KEY_LENGTH:
        raise ValueError("This is not an Ed25519 public key.")
    return data[len(_ED25519) :]
