"""How much of a holder's name is shown, and whether a typed surname is the holder's."""

import unicodedata
from difflib import SequenceMatcher
from typing import Any

from core.folding import fold

# Rough Latin letters for folded Cyrillic ones: enough to tell which word of a Latin name is the surname.
_SOUNDS = (
    "а a б b в v г g д d е e ж zh з z и i к k л l м m н n о o п p р r с s т t у u ф f х h ц ts ч ch ш sh щ sch ы y э e "
    "ю yu я ya"
)
_LATIN = dict(zip(_SOUNDS.split()[::2], _SOUNDS.split()[1::2], strict=True)) | {"ь": "", "ъ": ""}


def initials(name: str) -> str:
    """Return the first letter of each word of a name.

    >>> initials("Лук’яновіч Ўладзіслаў").split()
    ['Л.', 'Ў.']
    """
    return "\N{NO-BREAK SPACE}".join(f"{word[0]}." for word in name.split())


def veiled(payload: dict[str, Any]) -> dict[str, Any]:
    """Return a payload that tells the initials of the holder instead of the names, in every place."""
    holder = {form: initials(name) for form, name in payload["holder"].items()}
    return {**{name: value for name, value in payload.items() if name != "printed"}, "holder": holder}


def is_surname(typed: str, holder: dict[str, str]) -> bool:
    """Whether somebody typed the surname of a holder, in either script; case, ё/е, hyphens, apostrophes and
    accents forgiven.

    In the holder's own letters the surname stands first; more words of the name may follow it. In Latin letters it is
    the word that sounds most like that one, because passports differ in the order of names.

    >>> holder = {"native": "Лук’яновіч Ўладзіслаў", "latin": "Uladzislaŭ Lukianovič"}
    >>> [is_surname(typed, holder) for typed in ("лукъянович", "ЛУКЯНОВІЧ", "lukianovic", "Uladzislaŭ", "")]
    [False, True, True, False, False]
    """
    wanted = _letters(typed)
    native = [_letters(word) for word in holder["native"].split()]
    if not wanted or not native:
        return False
    beginnings = {"".join(native[:count]) for count in range(1, len(native) + 1)}
    return wanted in beginnings | _latin_surname(native[0], holder.get("latin", ""))


def _latin_surname(native: str, latin: str) -> set[str]:
    sound = "".join(_LATIN.get(letter, letter) for letter in native)
    words = [_letters(word) for word in latin.split()]
    alike = {word: SequenceMatcher(None, sound, word).ratio() for word in words if word}
    return {max(alike, key=lambda word: alike[word])} if alike else set()


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", fold(text))
    return "".join(letter for letter in plain if letter.isalpha())
