"""The encodings in which people here still send files."""

BOMS = (b"\xff\xfe", b"\xfe\xff")


class UndecodableError(ValueError):
    """The bytes are no text in any of the encodings that are looked for."""


def decoded(content: bytes) -> str:
    """Return the text in a file, without zeros: UTF-8 with or without a mark, UTF-16 with one, else windows-1251.

    Raises UndecodableError for anything else, pictures and other files that are no text among it.

    >>> decoded("Имя".encode("cp1251")), decoded("Імя".encode("utf-8-sig")), decoded("Имя".encode("utf-16"))
    ('Имя', 'Імя', 'Имя')
    """
    if content.startswith(BOMS):
        encodings = ["utf-16"]
    elif b"\0" in content:
        encodings = []
    else:
        encodings = ["utf-8-sig", "cp1251"]
    for encoding in encodings:
        try:
            return content.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    raise UndecodableError
