"""Parts of pages that are the same for all readers of a language, made once for a version of the content.

What is nobody's own is kept twice: in the cache that all processes share, so that it is made once, and for a minute in
the process that asked, so that most readers cost no question at all. A key names everything that a part depends on,
its version first: whoever publishes counts the version on, and nobody is shown the old one again.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

from django.core.cache import cache, caches

Part = TypeVar("Part")

# How long a process goes on with what it has after the shared cache has let it go.
SECONDS_IN_PROCESS = 60


def fragment(key: str, make: Callable[[], Part], *, seconds: int) -> Part:
    """Return the part of this key, made by `make` where neither cache has it; `seconds` is how long the shared one
    keeps it. `make` must read nothing of whoever asks, and whoever gets a part changes nothing in it."""
    process = caches["process"]
    found: Part | None = process.get(key)
    if found is None:
        found = cache.get(key)
        if found is None:
            found = make()
            cache.set(key, found, seconds)
        process.set(key, found, SECONDS_IN_PROCESS)
    return found


def rows_in_process(keys: Collection[str], read: Callable[[Sequence[str]], dict[str, Part]]) -> dict[str, Part]:
    """Return what was made of rows, by keys; what this process does not have is made by `read`, given its keys.

    Objects are new each time. What holds for keys and `read` is as for `fragment`; rows never go into the shared cache,
    because another release may run beside this one that knows other columns.
    """
    process = caches["process"]
    found: dict[str, Part] = process.get_many(keys)
    missing = [key for key in keys if key not in found]
    if missing:
        new = read(missing)
        process.set_many(new, SECONDS_IN_PROCESS)
        found |= new
    return found


def said_in_process(keys: Collection[str]) -> dict[str, Any]:
    """Return what the shared cache says about keys, None where it says nothing; asked once a minute by each process."""
    return rows_in_process(keys, lambda missing: dict.fromkeys(missing) | cache.get_many(missing))
