"""Why a certificate was issued: what was asked for and what there was, in the language that is active."""

from typing import Any

from core.explanations import Line
from courses import rule_words as of_modules
from programmes import rule_words as of_programmes
from workshops import rule_words as of_workshops

_LINES = {"module": of_modules.lines, "workshop": of_workshops.lines, "programme": of_programmes.lines}


def lines(payload: dict[str, Any] | None) -> list[Line]:
    """Return what was counted when a certificate was earned, from its payload; nothing of paper or what was erased."""
    if not payload or not payload.get("result"):
        return []
    known = _LINES.get(payload["subject"]["kind"])
    return known(payload["result"]) if known else []
