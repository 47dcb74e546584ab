"""What is left of a word when its ending is taken off, so that «прививка» is found by «прививки».

The rule is light on purpose, works the same on every database, and knows Belarusian, which none of them does: one
ending is taken off, the longest that fits, as long as a beginning of three letters stays. Words come folded
(`core.folding`), where Russian and Belarusian share their letters, so one list of endings serves both languages.
"""

import re
from functools import lru_cache

SHORTEST = 3
_CYRILLIC = re.compile("[а-яґѓ]")
# Typed from the wrong keyboard they look the same: «мiгрант» with a Latin i.
_LOOK_ALIKE = str.maketrans("aceiopxy", "асеиорху")

# After such a letter no ending begins: what follows belongs to the word («приём»). у may be a folded ў.
_NEVER_LAST = "аеиоыэюя"
_CYRILLIC_ENDINGS = """
    а е и о у ы э ю я ь й
    ам ах ая ау ев ей ем ею ея ем ие ии ий им их ию ия ов ой ом оу ою ую ые ый ым ых ыю ыя ый эй эм ье ьи ью ья юю
    ям ях яю яя яу ай аю яй ыи
    ага аго аму ами его ему ием ией иям иях иев ими ого ому ыми яга яму ями иеу ияй ияу иях ыям ыях ыяй ыяу ьем ьям
    ьях ать аць ает яет ают яют уют
    еем еям ями иями ыями ьями ауся аюць яюць уюць аться аецца ается аются
"""
_ENGLISH_ENDINGS = "ations ation ating ates ated ate ings ing ies ied ed es s ly y e"


def _by_length(endings: str) -> tuple[tuple[str, ...], ...]:
    """The endings of each length, the longest first."""
    every = set(endings.split())
    lengths = sorted({len(each) for each in every}, reverse=True)
    return tuple(tuple(each for each in every if len(each) == length) for length in lengths)


_CYRILLIC_BY_LENGTH, _ENGLISH_BY_LENGTH = _by_length(_CYRILLIC_ENDINGS), _by_length(_ENGLISH_ENDINGS)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the stem of a folded word.

    >>> {stem(word) for word in ("миграция", "миграции", "миграцией")}, stem("здароуе") == stem("здароуя")
    ({'миграц'}, True)
    >>> {stem(word) for word in ("vaccine", "vaccines", "vaccinated", "vaccination")}
    {'vaccin'}
    """
    if _CYRILLIC.search(word):
        return _cut(word, _CYRILLIC_BY_LENGTH)
    # "process", "status" and "crisis" are no plurals.
    return word if word.endswith(("ss", "us", "is")) else _cut(word, _ENGLISH_BY_LENGTH)


def one_alphabet(word: str) -> str:
    """Return a folded word with the Latin letters that look like Cyrillic ones made Cyrillic, if it has such at all.

    >>> one_alphabet("мiгрант") == one_alphabet("мигрант"), one_alphabet("covid")
    (True, 'covid')
    """
    return word.translate(_LOOK_ALIKE) if _CYRILLIC.search(word) else word


def _cut(word: str, endings: tuple[tuple[str, ...], ...]) -> str:
    for each in endings:
        rest = word[: -len(each[0])]
        if len(rest) >= SHORTEST and word.endswith(each) and rest[-1] not in _NEVER_LAST:
            return rest
    return word
