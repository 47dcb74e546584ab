"""Where the pictures of a text come from: what stands in `src`."""

import re
from collections.abc import Mapping
from typing import Any

SOURCE = re.compile(r"""(\bsrc\s*=\s*)(["'])([^"'<>]*)\2""")


def with_sources(words: Any, sources: Mapping[str, str]) -> Any:
    """Return words in which each `src` that is a key of `sources` names what it stands for.

    >>> with_sources({"stem": '<img src="a.png"> <img src="b.png">'}, {"a.png": "image:7"})
    {'stem': '<img src="image:7"> <img src="b.png">'}
    """
    if isinstance(words, Mapping):
        return {name: with_sources(each, sources) for name, each in words.items()}
    if isinstance(words, list):
        return [with_sources(each, sources) for each in words]
    if not isinstance(words, str) or "src" not in words:
        return words
    return SOURCE.sub(lambda found: f'{found[1]}"{sources.get(found[3], found[3])}"', words)
