"""What the file of a certificate is called: after the holder that its own record names, in letters for every system."""

import unicodedata
from typing import Any
from urllib.parse import quote

# Letters of Russian and Belarusian as passports write them (ICAO Doc 9303-3, table of Cyrillic letters), and those of
# Latin script that are no letter of ASCII with a mark.
_WRITTEN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i",
    "і": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "у": "u", "ў": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "ie", "ы": "y",
    "ь": "", "э": "e", "ю": "iu", "я": "ia", "ł": "l", "đ": "d", "ø": "o", "ß": "ss", "æ": "ae",
}  # fmt: skip
_LONGEST = 120


def latin(name: str) -> str:
    """Return a name in letters of ASCII; what has no such letters is left out.

    >>> latin("Лук’яновіч Ўладзіслаў"), latin("Uladzislaŭ Łukasz"), latin("王")
    ('Lukianovich Uladzislau', 'Uladzislau Lukasz', '')
    """
    text = unicodedata.normalize("NFC", name)
    text = "".join(_written(letter) for letter in text)
    return " ".join(unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().split())


def _written(letter: str) -> str:
    small = _WRITTEN.get(letter.lower())
    if small is None:
        return letter
    return small.capitalize() if letter.isupper() else small


def plain(payload: dict[str, Any], code: str, ending: str = "pdf") -> str:
    """Return the name of the file that every system can write; an erased record leaves the code alone."""
    holder = payload.get("holder") or {}
    name = latin(holder.get("latin") or "") or latin(holder.get("native") or "")
    subject = latin((payload.get("subject") or {}).get("code") or "")
    parts = [each for each in ("certificate", *subject.split(), *name.split()) if each]
    return f"{simple('-'.join(parts))[:_LONGEST].rstrip('-.')}-{code}.{ending}"


def simple(text: str) -> str:
    """Return a text as a part of a file name: no sign but letters of ASCII, digits, hyphens and full stops."""
    joined = "-".join(latin(text).split())
    return "".join(letter for letter in joined if letter.isalnum() or letter in "-_.")


def disposition(payload: dict[str, Any], code: str, ending: str = "pdf") -> str:
    """Return the header that names a download: plainly, and beside it (RFC 6266) in the holder's own letters."""
    named = attachment(plain(payload, code, ending))
    if not payload:
        return named
    subject = (payload.get("subject") or {}).get("code") or code
    native = f"{payload['printed']['title']} – {subject} – {payload['holder']['native']}.{ending}".replace("/", "-")
    return f"{named}; filename*=UTF-8''{quote(native, safe='')}"


def attachment(plain_name: str, native: str = "") -> str:
    """Return the header of any file to keep; `native` is its name in the reader's own letters.

    >>> attachment("list.xlsx", "Спіс.xlsx")
    'attachment; filename="list.xlsx"; filename*=UTF-8\\'\\'%D0%A1%D0%BF%D1%96%D1%81.xlsx'
    """
    extended = f"; filename*=UTF-8''{quote(native, safe='')}" if native else ""
    return f'attachment; filename="{plain_name}"{extended}'
