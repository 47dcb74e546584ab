"""How the pages of the Academy are looked at as somebody else: for how long, and what is refused meanwhile."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

# For so long, from the start; whoever needs longer says again why.
LASTS = timedelta(minutes=30)
# Where the session remembers it.
SESSION_KEY = "viewing"

_WRITING = re.compile(r'\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE)
# Written while a page is only read: the trail, sessions, and what the cache keeps.
_BESIDE = frozenset({"audit_event", "django_session", "academy_cache"})
# What a page is made of. Anything else is a file that somebody takes along.
_SHOWN = ("text/html", "image/", "font/", "video/", "audio/", "text/css", "text/javascript", "application/javascript")


@dataclass(frozen=True)
class Viewing:
    """An administrator looks at pages as another account, until a moment."""

    viewer: Any
    account: Any
    until: datetime


def is_writing(sql: str) -> bool:
    """Whether a statement changes what somebody would miss.

    >>> is_writing('UPDATE "courses_enrolment" SET'), is_writing('INSERT INTO "audit_event"'), is_writing("SELECT 1")
    (True, False, False)
    """
    found = _WRITING.match(sql)
    return found is not None and found[1].lower() not in _BESIDE


def is_taken_along(content_type: str, disposition: str) -> bool:
    """Whether an answer is a file that leaves the Academy, by its headers.

    >>> is_taken_along("text/html; charset=utf-8", ""), is_taken_along("application/pdf", "inline")
    (False, True)
    """
    return disposition.startswith("attachment") or not content_type.startswith(_SHOWN)
