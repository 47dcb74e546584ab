"""Whether two names may be of one person, whichever script and spelling they are written in.

Officials are written down as passports have them, in Russian, in Belarusian or in Latin letters after one of several
instructions. `name_key` is what all these spellings share: the consonants, rough enough that a table finds people by
it. `alike` looks at the vowels as well, and `same_patronymic` at what one record may leave out.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from core.folding import fold

# Letters with marks that Latin spellings of Belarusian use, and what passports write in their place.
_MARKED = str.maketrans({"š": "sh", "č": "ch", "ž": "zh", "ł": "l", "ŭ": "w", "ß": "ss"})
# Cyrillic letters as folding leaves them; what is said before a vowel belongs to the vowel.
_CYRILLIC = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "Z", "з": "z", "и": "i", "й": "i", "к": "k",
        "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "g",
        "ц": "t", "ч": "C", "ш": "S", "щ": "S", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia",
        "є": "e", "ї": "i",
    }
)  # fmt: skip
# Latin spellings of one consonant, the longer ones first.
_LATIN = [
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"shch|sch|sh", "S"), (r"tch|tsch|ch", "C"), (r"dzh", "dZ"), (r"zh", "Z"), (r"dz", "d"), (r"ts|tz", "t"),
        (r"kh|h", "g"), (r"ph", "f"), (r"ck|q", "k"), (r"c(?=[eiy])", "t"), (r"c", "k"), (r"x", "ks"), (r"w", "v"),
        (r"[yj]", "i"),
    )
]  # fmt: skip
# Belarusian says дз and ц where Russian says д and т, and both write щ or шч.
_CYRILLIC_PAIRS = ((re.compile("дз(?!ж)"), "д"), (re.compile("шч"), "щ"))
# «ў» is folded to «у», and in Latin letters it is "u": after a vowel either is a consonant.
_SHORT_U = re.compile(r"(?<=[aoe])u")
_DOUBLED = re.compile(r"(.)\1+")
_GLIDE = re.compile(r"i+(?=[aoeu])|(?<=[aoeu])i+")
_VOWELS = re.compile(r"[aoeiu]+")
_WORD = re.compile(r"[^\W_]+")
_SUFFIX_OF_PATRONYMIC = re.compile(r"(?:vC|Cn|vn|C)$")

# Given names that differ in their consonants between Russian and Belarusian.
_NAMESAKES = (
    ("Анна", "Ганна"), ("Ольга", "Вольга"), ("Николай", "Мікалай"), ("Владимир", "Уладзімір"),
    ("Всеволод", "Усевалад"), ("Дмитрий", "Зміцер"), ("Екатерина", "Кацярына"), ("Иосиф", "Язэп"), ("Фёдор", "Хведар"),
    ("Григорий", "Рыгор"), ("Ефим", "Яўхім"), ("Елизавета", "Лізавета"), ("Надежда", "Надзея"), ("Осип", "Восіп"),
    ("Владислав", "Уладзіслаў"), ("Игнатий", "Гнат"),
)  # fmt: skip


@lru_cache(maxsize=4096)
def _sounds(word: str) -> str:
    """Return a word in one rough Latin spelling: capital letters are sounds that Latin writes with several.

    >>> _sounds("Сяргей"), _sounds("Siarhei"), _sounds("Щербакова")
    ('siargei', 'siargei', 'Serbakova')
    """
    text = fold(word)
    for pattern, instead in _CYRILLIC_PAIRS:
        text = pattern.sub(instead, text)
    text = text.translate(_MARKED)
    plain = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    for pattern, instead in _LATIN:
        plain = pattern.sub(instead, plain)
    spoken = re.sub(r"[^A-Za-z]", "", plain.translate(_CYRILLIC))
    return _DOUBLED.sub(r"\1", _SHORT_U.sub("v", spoken))


def _consonants(word: str) -> str:
    """Return what of a word no spelling changes: its consonants, and whether a vowel stands in front of them."""
    spoken = _sounds(word)
    start = "a" if _VOWELS.match(spoken) else ""
    return start + _VOWELS.sub("", spoken)


_CANONICAL = {_consonants(there): _consonants(here) for here, there in _NAMESAKES}


def _key_of_word(word: str) -> str:
    # Numbers, and scripts other than these two, stand for themselves.
    consonants = _consonants(word) or fold(word)
    return _CANONICAL.get(consonants, consonants)


def _words(*names: str) -> list[str]:
    """Return the words of names; an apostrophe belongs to its word, a hyphen parts two."""
    return _WORD.findall(re.sub(r"['’ʼ‘`ʹʺ]", "", " ".join(names)))


def name_key(family_name: str, given_name: str) -> str:
    """Return what all spellings of a name share, in whichever order its two parts were written.

    >>> name_key("Кавалёва", "Ганна") == name_key("Ковалева", "Анна") == name_key("Hanna", "Kavaliova")
    True
    >>> name_key("Иванов", "Пётр") == name_key("Иванов", "Павел")
    False
    """
    return " ".join(sorted(filter(None, map(_key_of_word, _words(family_name, given_name)))))


def _vowels(word: str) -> list[str]:
    """Return the vowels of a word between its consonants: A, I, U, or nothing; in front also J (я) and E (е, э).

    >>> _vowels("Алина"), _vowels("Елена"), _vowels("Яна")
    (['A', 'I', 'A'], ['E', 'A', 'A'], ['J', 'A'])
    """
    spoken = _sounds(word)
    places = re.split(r"[^aoeiu]", spoken)
    return [_front(places[0]), *map(_class_of, places[1:])]


def _front(vowels: str) -> str:
    if re.match(r"i+a", vowels):
        return "J"
    return "E" if _GLIDE.sub("", vowels).startswith("e") else _class_of(vowels)


def _class_of(vowels: str) -> str:
    main = _GLIDE.sub("", vowels)[:1]
    return {"": "", "u": "U", "i": "I"}.get(main, "A")


# «Алена» is «Елена», and «Яўген» is «Евгений», but «Яна» is not «Анна».
_FRONT = ({"E", "A"}, {"E", "J"})


def _sound_alike(one: str, other: str) -> bool:
    """Whether two words with the same consonants are spellings of one."""
    if _consonants(one) != _consonants(other):
        return _key_of_word(one) == _key_of_word(other)
    first, second = _vowels(one), _vowels(other)
    pairs = list(zip(first, second, strict=True))
    last = len(pairs) - 1
    return all(
        here == there
        or (place == 0 and {here, there} in _FRONT)
        # Vowels come and go between consonants, and «-ий» at the end.
        or (0 < place < last and "" in {here, there})
        or (place == last and {here, there} == {"", "I"})
        for place, (here, there) in enumerate(pairs)
    )


def alike(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two names (family name, given name) may be spellings of one, in whichever order.

    >>> alike(("Кавалёва", "Алена"), ("Kovaleva", "Elena"))
    True
    >>> alike(("Ковалёва", "Алина"), ("Ковалёва", "Елена"))
    False
    """
    if name_key(*one) != name_key(*other):
        return False
    left, right = _words(*one), _words(*other)
    if len(left) != len(right):
        return False
    return _pair_up(left, right)


def _pair_up(left: list[str], right: list[str]) -> bool:
    """Whether each word has one of its own on the other side that sounds like it."""
    taken: dict[int, int] = {}

    def place(word: int, tried: set[int]) -> bool:
        """Give a word a partner; whoever has that one already looks for another one."""
        for number, each in enumerate(right):
            if number not in tried and _sound_alike(left[word], each):
                tried.add(number)
                if number not in taken or place(taken[number], tried):
                    taken[number] = word
                    return True
        return False

    return all(place(word, set()) for word in range(len(left)))


def same_patronymic(one: str, other: str) -> bool | None:
    """Whether two patronymics may be spellings of one; None where one of them was left out.

    >>> same_patronymic("Николаевич", "Мікалаевіч"), same_patronymic("Ивановна", "Петровна"), same_patronymic("", "И.")
    (True, False, None)
    """
    if not _words(one) or not _words(other):
        return None
    first, second = (_stem(" ".join(_words(each))) for each in (one, other))
    # An initial says no more than its first letter.
    if len(_words(one)[0]) == 1 or len(_words(other)[0]) == 1:
        return first[:1] == second[:1]
    return first == second


def _stem(patronymic: str) -> str:
    stem = _SUFFIX_OF_PATRONYMIC.sub("", _consonants(patronymic))
    return _CANONICAL.get(stem, stem)


def same_mailbox(addresses: Iterable[str], others: Iterable[str]) -> bool:
    """Whether one address stands on both sides, however it is written.

    >>> same_mailbox(["Anna@Example.org "], ["anna@example.org"]), same_mailbox([""], [""])
    (True, False)
    """
    mine, theirs = ({each.strip().lower() for each in side if each.strip()} for side in (addresses, others))
    return bool(mine & theirs)
