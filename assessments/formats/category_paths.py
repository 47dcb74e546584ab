"""Categories as Moodle writes them: `$course$/top/Health/Care // nursing`, where two slashes are one in a name."""

import re
from collections.abc import Sequence

_CONTEXT = re.compile(r"\$[a-z]+[0-9]*\$")
_PARTING = re.compile(r"(?<!/)/(?!/)")


def names_in(path: str) -> tuple[str, ...]:
    """Return the names of a path from the top, without the place in Moodle ($course$, $module$, $system$) and "top".

    >>> names_in("$course$/top/Health/Care // nursing"), names_in("Health"), names_in("$system$/top")
    (('Health', 'Care / nursing'), ('Health',), ())
    """
    names = [" ".join(each.replace("//", "/").split()) for each in _PARTING.split(path.strip())]
    if names and _CONTEXT.fullmatch(names[0]):
        names = names[1:]
    if names and names[0] == "top":
        names = names[1:]
    return tuple(each for each in names if each)


def path_of(names: Sequence[str]) -> str:
    """Return the path of names, in the course into which Moodle reads it.

    >>> path_of(["Health", "Care/nursing/"]), path_of([])
    ('$course$/top/Health/Care//nursing// ', '$course$/top')
    """
    return "/".join(["$course$", "top", *(_escaped(each) for each in names)])


def _escaped(name: str) -> str:
    """A name in which no slash parts, or touches one that parts."""
    doubled = name.replace("/", "//")
    before = " " if doubled.startswith("/") else ""
    after = " " if doubled.endswith("/") else ""
    return f"{before}{doubled}{after}"
