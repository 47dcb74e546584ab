"""What a look at one part of the installation found, in words for whoever operates it. Values only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

# Without one of these no page can be served; everything else can wait for a person.
NEEDED_BY_PAGES = frozenset({"database", "migrations", "cache", "storage"})


@dataclass(frozen=True)
class Finding:
    """A part by name, whether it is well, a sentence about it, another one how to mend it, and facts for programs."""

    name: str
    ok: bool
    says: str
    mend: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Return it as `doctor --json` and `/health/ready` write it."""
        mend = {} if self.ok or not self.mend else {"mend": self.mend}
        return {"ok": self.ok, "says": self.says, **mend, **self.facts}


def status(findings: Iterable[Finding]) -> str:
    """Return "not ready" when no page can be served, "degraded" when something else is not well, or "ready".

    >>> status([Finding("database", True, "…"), Finding("queue", False, "…")])
    'degraded'
    """
    bad = {each.name for each in findings if not each.ok}
    if bad & NEEDED_BY_PAGES:
        return "not ready"
    return "degraded" if bad else "ready"
