"""What can be a part of a name. Values only."""

import unicodedata


def is_name(text: str) -> bool:
    """Whether a text has a letter, and nothing that steers how others are shown: marks of direction, controls.

    >>> is_name("O’Neill-Łukasz Jr."), is_name("123"), is_name("Anna\\u202e"), is_name("A\\tB")
    (True, False, False, False)
    """
    steers = any(unicodedata.category(letter).startswith("C") for letter in text)
    return not steers and any(letter.isalpha() for letter in text)
