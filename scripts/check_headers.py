"""What a running site tells browsers, graded as the well-known public checkers do: A+ when nothing is missing.

    python scripts/check_headers.py https://academy.example.gov

Asks the page at the address, one that exists nowhere and the door, as a browser without cookies would.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from email.message import Message
from urllib.error import HTTPError
from urllib.parse import urljoin
from urllib.request import Request, urlopen

PATHS = ("/en/", "/en/account/login/", "/en/there-is-no-such-page/", "/health/live")
YEAR = 31_536_000
WEAK_REFERRERS = {"", "unsafe-url", "no-referrer-when-downgrade", "origin-when-cross-origin", "origin"}
# What each complaint takes away from 100, and from which number on there is which grade.
WEIGHTS = {"content-security-policy": 25, "strict-transport-security": 20, "set-cookie": 20}
USUAL_WEIGHT = 10
GRADES = ((100, "A+"), (90, "A"), (80, "B"), (65, "C"), (50, "D"))

Headers = Sequence[tuple[str, str]]


def complaints(headers: Headers) -> list[tuple[str, str]]:
    """Return what is missing in the headers of an answer that came by HTTPS: (name of the header, a sentence)."""
    said = {name.lower(): value for name, value in headers}
    cookies = [value for name, value in headers if name.lower() == "set-cookie"]
    return [
        *_of_policy(said.get("content-security-policy", "")),
        *_of_transport(said.get("strict-transport-security", "")),
        *_of_others(said),
        *(("set-cookie", sentence) for cookie in cookies for sentence in _of_cookie(cookie)),
    ]


def _of_policy(policy: str) -> Iterator[tuple[str, str]]:
    directives = {name: set(sources) for name, *sources in (part.split() for part in policy.split(";") if part.strip())}
    default = directives.get("default-src", {"*"})
    loads = {name: directives.get(f"{name}-src", default) for name in ("script", "style", "object")}
    if any(loads[name] & {"*", "'unsafe-inline'", "'unsafe-eval'", "http:", "https:", "data:"} for name in loads):
        yield "content-security-policy", "scripts, styles or plug-ins of anybody may be loaded, or stand in the page"
    # These have no default.
    for name in ("base-uri", "form-action", "frame-ancestors"):
        if not directives.get(name) or "*" in directives[name]:
            yield "content-security-policy", f"{name} is not limited"


def _of_transport(said: str) -> Iterator[tuple[str, str]]:
    age = re.search(r"max-age=(\d+)", said)
    if age is None or int(age[1]) < YEAR or "includesubdomains" not in said.lower():
        yield "strict-transport-security", "not for a year and for all that lies below"


def _of_others(said: dict[str, str]) -> Iterator[tuple[str, str]]:
    if said.get("x-content-type-options") != "nosniff":
        yield "x-content-type-options", "browsers may guess what an answer is"
    if said.get("referrer-policy", "").lower() in WEAK_REFERRERS:
        yield "referrer-policy", "addresses are told to other sites"
    if "camera=()" not in said.get("permissions-policy", "").replace(" ", ""):
        yield "permissions-policy", "what a page never needs is not switched off"
    yield from _of_other_sites(said)
    for name in ("server", "x-powered-by"):
        if re.search(r"\d", said.get(name, "")):
            yield name, "tells a version"


def _of_other_sites(said: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name in ("cross-origin-opener-policy", "cross-origin-resource-policy"):
        if said.get(name) != "same-origin":
            yield name, "other sites may hold on to the window or load what is here"
    if said.get("access-control-allow-origin") == "*":
        yield "access-control-allow-origin", "every site may read this"


def _of_cookie(cookie: str) -> Iterator[str]:
    name, _equals, rest = cookie.partition("=")
    attributes = {part.strip().lower() for part in rest.split(";")[1:]}
    if not name.startswith("__Host-"):
        yield f"{name} is not for this host alone"
    for needed in ("secure", "httponly", "path=/"):
        if needed not in attributes:
            yield f"{name} is not {needed}"
    if not attributes & {"samesite=lax", "samesite=strict"}:
        yield f"{name} goes along from other sites"


def grade(found: Iterable[tuple[str, str]]) -> str:
    """Return the grade of a site with these complaints; each header counts once.

    >>> grade([]), grade([("referrer-policy", "…")]), grade([("content-security-policy", "…"), ("set-cookie", "…")])
    ('A+', 'A', 'D')
    """
    points = 100 - sum(WEIGHTS.get(name, USUAL_WEIGHT) for name in {name for name, _ in found})
    return next((mark for least, mark in GRADES if points >= least), "F")


def _headers_of(address: str) -> Message:
    request = Request(address, headers={"User-Agent": "check_headers"})  # noqa: S310 - what the operator typed
    try:
        with urlopen(request, timeout=20) as answer:  # noqa: S310
            return answer.headers
    except HTTPError as refusal:
        return refusal.headers


def main() -> int:
    """Return 0 for an A+."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the name of the program and an address
        sys.exit(__doc__)
    found = []
    for path in PATHS:
        for name, sentence in complaints(_headers_of(urljoin(sys.argv[1], path)).items()):
            print(f"{path} {name}: {sentence}")
            found.append((name, sentence))
    print(grade(found))
    return 0 if grade(found) == "A+" else 1


if __name__ == "__main__":
    sys.exit(main())
