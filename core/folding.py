"""One way to compare what people type: case, look-alike letters and apostrophes forgiven.

SQLite folds case for ASCII only, so searching «АХОВЫ» finds nothing in «аховы». A folded copy of the text, searched by
a folded question, gives the same answer on every database.
"""

import unicodedata

_SAME_LETTERS = str.maketrans({"ё": "е", "ў": "у", "і": "и", "ґ": "г", "’": "'", "ʼ": "'", "‘": "'", "`": "'"})


def fold(*parts: str) -> str:
    """Return the parts as one line in lower case with ё/е, ў/у, і/и and the apostrophes made equal.

    >>> fold("Лук’яновіч", "  Алёна ")
    "лук'янович алена"
    """
    text = unicodedata.normalize("NFC", " ".join(parts)).casefold().translate(_SAME_LETTERS)
    return " ".join(text.split())
