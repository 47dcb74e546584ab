"""Which passwords anybody would guess: leaked ones, and words of the house with a few signs around them.

Values only: a password and words in, a sentence out. `docs/operations/sign-in.md` says the same to an operator.
"""

import gzip
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Those of twelve characters or more, in small letters, of the million most used of ten million leaked passwords, which
# Mark Burnett gave to the public domain in 2015, and of Django's list of common ones.
_LEAKED = Path(__file__).with_name("leaked.txt.gz")
_HOUSE = Path(__file__).with_name("house.txt")
# So many letters of one's own a password has that is made of such words.
LETTERS_OF_ONES_OWN = 6
# Shorter parts of a name are parts of many words.
_SHORTEST_WORD = 3
# The same keys under another layout: whoever types «миграция» without switching types "vbuhfwbz".
_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_RUSSIAN = "йцукенгшщзхъфывапролджэячсмитьбюё"
_BELARUSIAN = "йцукенгшўзх'фывапролджэячсмітьбюё"
_TO_LATIN = str.maketrans(_RUSSIAN + "ўі", _KEYS + "ob")
_TO_RUSSIAN = str.maketrans(_KEYS, _RUSSIAN)
_TO_BELARUSIAN = str.maketrans(_KEYS, _BELARUSIAN)
# Digits and signs that stand for letters.
_PLAIN = str.maketrans("013457@$!", "oieastasi")


class LeakedPasswordValidator:
    """Refuses a password that was found among those of other sites, whichever layout it was typed in."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise what people read when the password is known."""
        if any(map(is_leaked, _as_typed(password))):
            raise ValidationError(
                _("This password is known from other sites and would be tried first. Choose another.")
            )

    def get_help_text(self) -> str:
        return _("It is none that is known from other sites.")


class HouseWordsValidator:
    """Refuses a password that is hardly more than words of the house, or than names of whoever it is for."""

    def __init__(self, more: Iterable[str] = ()) -> None:
        self.words = house_words() | {word.lower() for word in more if len(word) >= _SHORTEST_WORD}

    def validate(self, password: str, user: Any = None) -> None:
        """Raise what people read when too little is left without such words."""
        words = self.words | words_of(user)
        if any(is_made_of(form, words) for form in _as_typed(password)):
            raise ValidationError(
                _("This password is hardly more than your name or words that anybody would try. Add others.")
            )

    def get_help_text(self) -> str:
        return _("It is more than words of the Academy, and more than your name.")


def is_leaked(password: str) -> bool:
    """Whether a password stands on the list.

    >>> is_leaked("Password1234"), is_leaked("a sentence that nobody typed")
    (True, False)
    """
    # Read anew each time: a password is chosen once in years, and the list would fill the memory of each process.
    with gzip.open(_LEAKED) as file:
        return f"\n{password.lower()}\n".encode() in b"\n" + file.read()


def house_words() -> frozenset[str]:
    """Return the words of `house.txt`."""
    lines = _HOUSE.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.lower().split())


def words_of(account: Any) -> frozenset[str]:
    """Return the names by which an account is known: those of its person, and the e-mail before its @."""
    person = getattr(account, "person", None)
    names = [getattr(person, name, "") for name in ("family_name", "given_name", "patronymic", "name_latin")]
    parts = re.split(r"[\W\d_]+", " ".join([*names, getattr(account, "email", "").partition("@")[0]]).lower())
    return frozenset(part for part in parts if len(part) >= _SHORTEST_WORD)


def is_made_of(password: str, words: Iterable[str]) -> bool:
    """Whether a password has one of the words in it, and hardly a letter of its own beside them.

    >>> is_made_of("Academy-2026!!", {"academy"}), is_made_of("4cad3my...2026", {"academy"})
    (True, True)
    >>> is_made_of("academy of crows", {"academy"}), is_made_of("847362514093", {"academy"})
    (False, False)
    """
    longest_first = sorted(words, key=len, reverse=True)
    for text in (password.lower(), password.lower().translate(_PLAIN)):
        left = text
        for word in longest_first:
            left = left.replace(word, " ")
        if left != text and sum(letter.isalpha() for letter in left) < LETTERS_OF_ONES_OWN:
            return True
    return False


def _as_typed(password: str) -> set[str]:
    """Return a password as its keys read under each layout."""
    text = password.lower()
    return {text, *(text.translate(layout) for layout in (_TO_LATIN, _TO_RUSSIAN, _TO_BELARUSIAN))}
